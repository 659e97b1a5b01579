package dev.coppice.compiler.emit.java;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.coppice.compiler.lowering.Binding;
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
      code.beginControlFlow("if ($L)", element(b.condition()));
      code.addStatement("$L", method("then" + suffix + n, then));
      if (!otherwise.isEmpty()) {
        code.nextControlFlow("else");
        code.addStatement("$L", method("otherwise" + suffix + n, otherwise));
      }
      code.endControlFlow();
    } else if (block instanceof Block.Repeat b) {
      int n = loops++;
      CodeBlock body = sequence(b.from(), b.to(), b.body());
      code.beginControlFlow("while ($L)", element(b.condition()));
      code.addStatement("$L", method("iteration" + suffix + n, body));
      code.endControlFlow();
    } else {
      Block.Check b = (Block.Check) block;
      String value = element(b.value());
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
    boolean hasParts = call.kernel().parts().isPresent();
    List<String> arguments = new ArrayList<>();
    call.bindings().forEach(b -> arguments.add(array(b) + ", " + place(b)));
    if (hasParts) {
      arguments.add(ModelParts.PART);
    }
    CodeBlock kernel =
        CodeBlock.of("$L($L);\n", names.kernel(call.kernel()), String.join(", ", arguments));
    return code.add(hasParts ? inParts.add(call, kernel, bytes) : kernel).build();
  }

  /** The offset of what is bound, for the worker at hand. */
  private String place(Binding b) {
    int distance =
        b instanceof Binding.ScratchFlat s
            ? s.perWorker()
            : b instanceof Binding.ScratchRows s ? s.perWorker() : 0;
    int first = offset(b);
    return distance == 0
        ? "" + first
        : distance + " * " + ModelParts.WORKER + (first == 0 ? "" : " + " + first);
  }

  /** The first element of what is bound. */
  private String element(Binding b) {
    return array(b) + "[" + offset(b) + "]";
  }

  private String array(Binding b) {
    if (b instanceof Binding.PortIn p) {
      return c.inputNames().get(p.input());
    }
    if (b instanceof Binding.PortOut p) {
      return c.outputNames().get(p.output());
    }
    if (b instanceof Binding.Arena a) {
      return FieldNames.arena(a.storage());
    }
    if (b instanceof Binding.ScratchFlat s) {
      return FieldNames.arena(s.storage());
    }
    if (b instanceof Binding.ScratchRows s) {
      return FieldNames.planes(s.storage());
    }
    if (b instanceof Binding.RowWeights w) {
      return FieldNames.weightRows(c.plan().weights().get(w.weight()).data().dtype().storage());
    }
    int w = ((Binding.FlatWeights) b).weight();
    return FieldNames.weights(c.plan().weights().get(w).data().dtype().storage());
  }

  private int offset(Binding b) {
    if (b instanceof Binding.PortIn p) {
      return p.offset();
    }
    if (b instanceof Binding.PortOut p) {
      return p.offset();
    }
    if (b instanceof Binding.Arena a) {
      return c.memory().slots().get(a.slot()).offset();
    }
    if (b instanceof Binding.ScratchFlat s) {
      return c.memory().slots().get(s.slot()).offset();
    }
    if (b instanceof Binding.ScratchRows s) {
      return s.firstRow();
    }
    int w = b instanceof Binding.RowWeights r ? r.weight() : ((Binding.FlatWeights) b).weight();
    return c.layout().offsets().get(w);
  }
}
