package dev.coppice.compiler.emit.java;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.lowering.Variant;
import dev.coppice.compiler.tensor.DType;
import java.util.List;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/** The method that runs the model: checks its arguments, then calls the kernels. */
final class ModelRun {
  /** Bytecode of the check of one length, and of one pair of arrays. */
  private static final int LENGTH_BYTES = 24;

  private static final int PAIR_BYTES = 16;

  private final ModelContext c;
  private final KernelNames names;
  private final ModelParts inParts;

  private ModelRun(ModelContext c, KernelNames names) {
    this.c = c;
    this.names = names;
    this.inParts = new ModelParts(c);
  }

  static void add(TypeSpec.Builder type, ModelContext c, KernelNames names) {
    new ModelRun(c, names).addTo(type);
  }

  /** The public method without its body. */
  static MethodSpec.Builder signature(ModelContext c) {
    MethodSpec.Builder run =
        ports(MethodSpec.methodBuilder(c.options().runName()), c).addModifiers(Modifier.PUBLIC);
    if (!c.options().interfaces().isEmpty()) {
      run.addAnnotation(Override.class);
    }
    return run.addJavadoc("$L", javadoc(c));
  }

  private void addTo(TypeSpec.Builder type) {
    MethodSpec.Builder run = signature(c);
    // Readers meet the method before those that it calls.
    TypeSpec.Builder called = TypeSpec.classBuilder("Called");
    if (c.variants().size() == 1) {
      run.addCode(body(called, c.at(c.variants().get(0)), ""));
    } else {
      choose(called, run);
    }
    type.addMethod(run.build());
    called.build().methodSpecs().forEach(type::addMethod);
    type.addMethod(wrongLength());
    if (c.variants().stream()
        .flatMap(v -> v.plan().blocks().stream())
        .anyMatch(ModelCalls::checks)) {
      type.addMethod(tooMany());
    }
    if (mayShare()) {
      type.addMethod(sameArray());
    }
    inParts.addTo(type);
  }

  /** Checks of the arguments and calls of the kernels for the plan at hand. */
  private CodeBlock body(TypeSpec.Builder type, ModelContext at, String suffix) {
    CodeBlock.Builder body = CodeBlock.builder();
    body.addStatement("checkArguments$L($L)", suffix, c.arguments());
    CodeBlock calls = new ModelCalls(type, at, names, inParts, this::ports, suffix).all();
    body.add(ModelParts.withPorts(at, calls));
    addChecks(type, at, suffix);
    return body.build();
  }

  /** The variant whose first arrays have the lengths of those given. */
  private void choose(TypeSpec.Builder type, MethodSpec.Builder run) {
    List<Integer> telling = VariantChoice.tellingPorts(c);
    for (int v = 0; v < c.variants().size(); v++) {
      Variant variant = c.variants().get(v);
      ModelContext at = c.at(variant);
      String suffix = VariantChoice.suffix(variant);
      String condition =
          telling.stream()
              .map(p -> c.portNames().get(p) + ".length == " + at.ports().get(p).shape().size())
              .collect(Collectors.joining(" && "));
      if (v == 0) {
        run.beginControlFlow("if ($L)", condition);
      } else {
        run.nextControlFlow("else if ($L)", condition);
      }
      String name = c.options().runName() + suffix;
      run.addStatement("$L($L)", name, c.arguments());
      type.addMethod(
          ports(MethodSpec.methodBuilder(name))
              .addModifiers(Modifier.PRIVATE)
              .addCode(body(type, at, suffix))
              .build());
    }
    int first = telling.get(0);
    run.nextControlFlow("else");
    run.addStatement(
        "throw new $T($S + $L.length + $S)",
        IllegalArgumentException.class,
        "array '" + c.portNames().get(first) + "' has ",
        c.portNames().get(first),
        " elements, expected " + VariantChoice.lengths(c, telling));
    run.endControlFlow();
  }

  private static String javadoc(ModelContext c) {
    StringBuilder text = new StringBuilder("Runs the model.\n\n");
    for (int i = 0; i < c.ports().size(); i++) {
      Port p = c.ports().get(i);
      boolean input = i < c.plan().inputs().size();
      text.append("@param ").append(c.portNames().get(i)).append(' ');
      text.append(input ? "input" : "output")
          .append(", ")
          .append(p.dtype().label())
          .append(VariantChoice.shapes(c, i))
          .append('\n');
    }
    return text.append(
            "@throws IllegalArgumentException if an array has the wrong length or is passed twice\n")
        .toString();
  }

  private MethodSpec.Builder ports(MethodSpec.Builder method) {
    return ports(method, c);
  }

  private static MethodSpec.Builder ports(MethodSpec.Builder method, ModelContext c) {
    for (int i = 0; i < c.ports().size(); i++) {
      method.addParameter(
          FieldNames.arrayClass(c.ports().get(i).dtype().storage()), c.portNames().get(i));
    }
    return method;
  }

  /**
   * Lengths first, then each output against all ports before it: when there are many, in methods of
   * which each calls the next.
   */
  private void addChecks(TypeSpec.Builder type, ModelContext at, String suffix) {
    int inputs = c.plan().inputs().size();
    int pairs = 0;
    MethodSpec.Builder check = checkMethod("checkArguments" + suffix);
    for (int i = 0; i < c.ports().size(); i++) {
      String name = c.portNames().get(i);
      String length =
          c.variants().size() > 1
              ? "" + at.ports().get(i).shape().size()
              : (i < inputs ? "INPUT_" + i : "OUTPUT_" + (i - inputs)) + "_LENGTH";
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
        String next = "checkOutput" + suffix + (o - inputs);
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

  private static MethodSpec tooMany() {
    return MethodSpec.methodBuilder("tooMany")
        .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
        .returns(IllegalStateException.class)
        .addParameter(String.class, "what")
        .addParameter(long.class, "actual")
        .addParameter(long.class, "most")
        .addStatement(
            "return new $T(what + $S + actual + $S + most)",
            IllegalStateException.class,
            ": ",
            ", there is room for ")
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
