package dev.coppice.compiler.emit.java;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.coppice.compiler.lowering.Block;
import dev.coppice.compiler.lowering.KernelCall;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.lang.model.element.Modifier;

/**
 * The calls of the kernels in order, with branches and loops; branches and iterations are methods
 * of their own, and what exceeds the budget of a method is split into parts.
 */
final class ModelCalls {
  /** Node names behind a call are cut here. */
  private static final int COMMENT_CHARS = 80;

  /** Bytecode of a condition and the jump around what depends on it. */
  private static final int CONDITION_BYTES = 24;

  private final TypeSpec.Builder type;
  private final ModelContext c;
  private final CallArguments arguments;
  private final KernelNames names;
  private final ModelParts inParts;
  private final UnaryOperator<MethodSpec.Builder> ports;
  private final String suffix;
  private int parts;
  private int branches;
  private int loops;

  /**
   * The calls of the model class {@code type}.
   *
   * @param inParts takes the calls that have parts
   * @param ports adds the parameters of {@code run} to a method
   * @param suffix of the names of methods
   */
  ModelCalls(
      TypeSpec.Builder type,
      ModelContext c,
      KernelNames names,
      ModelParts inParts,
      UnaryOperator<MethodSpec.Builder> ports,
      String suffix) {
    this.type = type;
    this.c = c;
    this.arguments = new CallArguments(c);
    this.names = names;
    this.inParts = inParts;
    this.ports = ports;
    this.suffix = suffix;
  }

  /** Whether {@code block} or one within may find that there are too many of something. */
  static boolean checks(Block block) {
    if (block instanceof Block.Choice choice) {
      return choice.then().stream().anyMatch(ModelCalls::checks)
          || choice.otherwise().stream().anyMatch(ModelCalls::checks);
    }
    return block instanceof Block.Check
        || block instanceof Block.Repeat repeat
            && repeat.body().stream().anyMatch(ModelCalls::checks);
  }

  /** All calls of the plan, as the body of {@code run}. */
  CodeBlock all() {
    return sequence(0, c.plan().calls().size(), c.plan().blocks());
  }

  private record Piece(CodeBlock code, int bytes) {}

  /** The calls {@code [from, to)}; {@code blocks} are among them. */
  private CodeBlock sequence(int from, int to, List<Block> blocks) {
    List<Piece> pieces = new ArrayList<>();
    int next = from;
    for (Block block : blocks) {
      calls(next, block.from(), pieces);
      pieces.add(piece(block));
      next = block.to();
    }
    calls(next, to, pieces);
    return joined(pieces);
  }

  private void calls(int from, int to, List<Piece> pieces) {
    for (KernelCall call : c.plan().calls().subList(from, to)) {
      // A field access and a constant for each buffer, and the call.
      int bytes = 3 + 7 * call.bindings().size();
      pieces.add(new Piece(call(call, bytes), bytes));
    }
  }

  private CodeBlock joined(List<Piece> pieces) {
    List<CodeBlock> runs = new ArrayList<>();
    CodeBlock.Builder run = CodeBlock.builder();
    int bytes = 0;
    for (Piece piece : pieces) {
      if (bytes > 0 && bytes + piece.bytes > c.options().methodBytes()) {
        runs.add(run.build());
        run = CodeBlock.builder();
        bytes = 0;
      }
      run.add(piece.code);
      bytes += piece.bytes;
    }
    if (runs.isEmpty()) {
      return run.build();
    }
    runs.add(run.build());
    CodeBlock.Builder calls = CodeBlock.builder();
    runs.forEach(r -> calls.addStatement("$L", method("part" + suffix + parts++, r)));
    return calls.build();
  }

  /** A call of the new private method {@code name}. */
  private CodeBlock method(String name, CodeBlock body) {
    type.addMethod(
        ports
            .apply(MethodSpec.methodBuilder(name))
            .addModifiers(Modifier.PRIVATE)
            .addCode(body)
            .build());
    return CodeBlock.of("$L($L)", name, c.arguments());
  }

  private Piece piece(Block block) {
    CodeBlock.Builder code = CodeBlock.builder();
    int bytes = CONDITION_BYTES + 3 * c.ports().size();
    if (block instanceof Block.Choice b) {
      int n = branches++;
      CodeBlock then = sequence(b.from(), b.middle(), b.then());
      CodeBlock otherwise = sequence(b.middle(), b.to(), b.otherwise());
      code.beginControlFlow("if ($L)", arguments.element(b.condition()));
      code.addStatement("$L", method("then" + suffix + n, then));
      if (!otherwise.isEmpty()) {
        code.nextControlFlow("else");
        code.addStatement("$L", method("otherwise" + suffix + n, otherwise));
      }
      code.endControlFlow();
    } else if (block instanceof Block.Repeat b) {
      int n = loops++;
      CodeBlock body = sequence(b.from(), b.to(), b.body());
      code.beginControlFlow("while ($L)", arguments.element(b.condition()));
      code.addStatement("$L", method("iteration" + suffix + n, body));
      code.endControlFlow();
    } else {
      Block.Check b = (Block.Check) block;
      String value = arguments.element(b.value());
      code.beginControlFlow("if ($L > $LL)", value, b.most());
      code.addStatement("throw tooMany($S, $L, $LL)", b.what(), value, b.most());
      code.endControlFlow();
    }
    return new Piece(code.build(), bytes);
  }

  private CodeBlock call(KernelCall call, int bytes) {
    CodeBlock.Builder code = CodeBlock.builder();
    if (!call.comment().isEmpty()) {
      String nodes = JavaNames.comment(call.comment());
      code.add(
          "// $L\n",
          nodes.length() > COMMENT_CHARS ? nodes.substring(0, COMMENT_CHARS) + "..." : nodes);
    }
    CodeBlock kernel = CodeBlock.of("$L;\n", arguments.call(call, names));
    boolean hasParts = call.kernel().parts().isPresent();
    return code.add(hasParts ? inParts.add(call, kernel, bytes) : kernel).build();
  }
}
