package dev.coppice.compiler.emit.java;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.coppice.compiler.lowering.Binding;
import dev.coppice.compiler.lowering.KernelCall;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;

/**
 * The method that runs the model: checks its arguments, then calls the kernels in order. Split when
 * it would exceed the budget.
 */
final class ModelRun {
  /** Node names behind a call are cut here. */
  private static final int COMMENT_CHARS = 80;

  /** Bytecode of the check of one length, and of one pair of arrays. */
  private static final int LENGTH_BYTES = 24;

  private static final int PAIR_BYTES = 16;

  private final ModelContext c;
  private final KernelNames names;

  private ModelRun(ModelContext c, KernelNames names) {
    this.c = c;
    this.names = names;
  }

  static void add(TypeSpec.Builder type, ModelContext c, KernelNames names) {
    new ModelRun(c, names).addTo(type);
  }

  private void addTo(TypeSpec.Builder type) {
    MethodSpec.Builder run =
        ports(MethodSpec.methodBuilder(c.options().runName())).addModifiers(Modifier.PUBLIC);
    if (!c.options().interfaces().isEmpty()) {
      run.addAnnotation(Override.class);
    }
    run.addJavadoc("$L", javadoc());
    run.addStatement("checkArguments($L)", c.arguments());
    List<List<KernelCall>> parts = parts();
    if (parts.size() == 1) {
      run.addCode(calls(parts.get(0)));
    }
    for (int i = 0; parts.size() > 1 && i < parts.size(); i++) {
      run.addStatement("part$L($L)", i, c.arguments());
    }
    type.addMethod(run.build());
    for (int i = 0; parts.size() > 1 && i < parts.size(); i++) {
      type.addMethod(
          ports(MethodSpec.methodBuilder("part" + i))
              .addModifiers(Modifier.PRIVATE)
              .addCode(calls(parts.get(i)))
              .build());
    }
    addChecks(type);
    type.addMethod(wrongLength());
    if (mayShare()) {
      type.addMethod(sameArray());
    }
  }

  private String javadoc() {
    StringBuilder text = new StringBuilder("Runs the model.\n\n");
    for (int i = 0; i < c.ports().size(); i++) {
      Port p = c.ports().get(i);
      boolean input = i < c.plan().inputs().size();
      text.append("@param ").append(c.portNames().get(i)).append(' ');
      text.append(input ? "input" : "output")
          .append(", ")
          .append(p.dtype().label())
          .append(p.shape())
          .append('\n');
    }
    return text.append(
            "@throws IllegalArgumentException if an array has the wrong length or is passed twice\n")
        .toString();
  }

  private MethodSpec.Builder ports(MethodSpec.Builder method) {
    for (int i = 0; i < c.ports().size(); i++) {
      method.addParameter(
          FieldNames.arrayClass(c.ports().get(i).dtype().storage()), c.portNames().get(i));
    }
    return method;
  }

  /** The calls in runs that fit the budget of a method. */
  private List<List<KernelCall>> parts() {
    List<List<KernelCall>> parts = new ArrayList<>();
    parts.add(new ArrayList<>());
    int bytes = 0;
    for (KernelCall call : c.plan().calls()) {
      // A field access and a constant for each buffer, and the call.
      int size = 3 + 7 * call.bindings().size();
      if (bytes > 0 && bytes + size > c.options().methodBytes()) {
        parts.add(new ArrayList<>());
        bytes = 0;
      }
      parts.get(parts.size() - 1).add(call);
      bytes += size;
    }
    return parts;
  }

  private CodeBlock calls(List<KernelCall> calls) {
    CodeBlock.Builder code = CodeBlock.builder();
    for (KernelCall call : calls) {
      if (!call.comment().isEmpty()) {
        String nodes = JavaNames.comment(call.comment());
        code.add(
            "// $L\n",
            nodes.length() > COMMENT_CHARS ? nodes.substring(0, COMMENT_CHARS) + "..." : nodes);
      }
      List<String> arguments = new ArrayList<>();
      call.bindings().forEach(b -> arguments.add(argument(b)));
      code.add("$L($L);\n", names.kernel(call.kernel()), String.join(", ", arguments));
    }
    return code.build();
  }

  private String argument(Binding b) {
    if (b instanceof Binding.PortIn p) {
      return c.inputNames().get(p.input()) + ", " + p.offset();
    }
    if (b instanceof Binding.PortOut p) {
      return c.outputNames().get(p.output()) + ", " + p.offset();
    }
    if (b instanceof Binding.Arena a) {
      return FieldNames.arena(a.storage()) + ", " + c.memory().slots().get(a.slot()).offset();
    }
    if (b instanceof Binding.ScratchFlat s) {
      return FieldNames.arena(s.storage()) + ", " + c.memory().slots().get(s.slot()).offset();
    }
    if (b instanceof Binding.ScratchRows s) {
      return FieldNames.planes(s.storage()) + ", " + s.firstRow();
    }
    if (b instanceof Binding.RowWeights w) {
      var storage = c.plan().weights().get(w.weight()).data().dtype().storage();
      return FieldNames.weightRows(storage) + ", " + c.layout().offsets().get(w.weight());
    }
    int w = ((Binding.FlatWeights) b).weight();
    return FieldNames.weights(c.plan().weights().get(w).data().dtype().storage())
        + ", "
        + c.layout().offsets().get(w);
  }

  /**
   * Lengths first, then each output against all ports before it: when there are many, in methods of
   * which each calls the next.
   */
  private void addChecks(TypeSpec.Builder type) {
    int inputs = c.plan().inputs().size();
    int pairs = 0;
    MethodSpec.Builder check = checkMethod("checkArguments");
    for (int i = 0; i < c.ports().size(); i++) {
      String name = c.portNames().get(i);
      String length = (i < inputs ? "INPUT_" + i : "OUTPUT_" + (i - inputs)) + "_LENGTH";
      check.beginControlFlow("if ($L.length != $L)", name, length);
      check.addStatement("throw wrongLength($S, $L, $L.length)", name, length, name);
      check.endControlFlow();
    }
    for (int o = inputs; o < c.ports().size(); o++) {
      pairs += o;
    }
    boolean split =
        pairs * PAIR_BYTES + c.ports().size() * LENGTH_BYTES > c.options().methodBytes();
    for (int o = inputs; o < c.ports().size(); o++) {
      if (split) {
        String next = "checkOutput" + (o - inputs);
        check.addStatement("$L($L)", next, c.arguments());
        type.addMethod(check.build());
        check = checkMethod(next);
      }
      distinct(check, o);
    }
    type.addMethod(check.build());
  }

  /** Whether an output has the Java type of another port. */
  private boolean mayShare() {
    int inputs = c.plan().inputs().size();
    for (int o = inputs; o < c.ports().size(); o++) {
      DType.Storage storage = c.ports().get(o).dtype().storage();
      if (c.ports().subList(0, o).stream().anyMatch(p -> p.dtype().storage() == storage)) {
        return true;
      }
    }
    return false;
  }

  private MethodSpec.Builder checkMethod(String name) {
    return ports(MethodSpec.methodBuilder(name)).addModifiers(Modifier.PRIVATE, Modifier.STATIC);
  }

  private void distinct(MethodSpec.Builder check, int output) {
    for (int i = 0; i < output; i++) {
      if (c.ports().get(i).dtype().storage() == c.ports().get(output).dtype().storage()) {
        check.beginControlFlow("if ($L == $L)", c.portNames().get(output), c.portNames().get(i));
        check.addStatement(
            "throw sameArray($S, $S)", c.portNames().get(i), c.portNames().get(output));
        check.endControlFlow();
      }
    }
  }

  private static MethodSpec wrongLength() {
    return MethodSpec.methodBuilder("wrongLength")
        .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
        .returns(IllegalArgumentException.class)
        .addParameter(String.class, "name")
        .addParameter(int.class, "expected")
        .addParameter(int.class, "actual")
        .addStatement(
            "return new $T($S + name + $S + actual + $S + expected)",
            IllegalArgumentException.class,
            "array '",
            "' has ",
            " elements, expected ")
        .build();
  }

  private static MethodSpec sameArray() {
    return MethodSpec.methodBuilder("sameArray")
        .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
        .returns(IllegalArgumentException.class)
        .addParameter(String.class, "first")
        .addParameter(String.class, "second")
        .addStatement(
            "return new $T($S + first + $S + second + $S)",
            IllegalArgumentException.class,
            "'",
            "' and '",
            "' are the same array, expected two")
        .build();
  }
}
