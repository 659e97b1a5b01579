package dev.coppice.compiler.emit.java;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.coppice.compiler.lowering.Binding;
import dev.coppice.compiler.lowering.KernelCall;
import dev.coppice.runtime.Parts;
import dev.coppice.runtime.WorkerPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.lang.model.element.Modifier;

/**
 * The nested class that the threads of a pool call for parts of kernels. It holds the caller's
 * arrays while {@code run} runs, and is all that a thread knows of the model.
 */
final class ModelParts {
  /** Name of the model class's field that holds the instance, and of that with the pool. */
  static final String FIELD = "parts";

  static final String POOL = "pool";

  /** Parameters of the method that runs a part. */
  static final String CALL = "call";

  static final String WORKER = "worker";
  static final String PART = "part";

  /** Names that ports cannot have. */
  static final List<String> NAMES = List.of(FIELD, POOL, CALL, WORKER, PART);

  /** Bytecode of a case and its jump. */
  private static final int CASE_BYTES = 12;

  private record Case(CodeBlock code, int bytes) {}

  private final ModelContext c;
  private final List<Case> cases = new ArrayList<>();

  ModelParts(ModelContext c) {
    this.c = c;
  }

  /** Whether the model has kernels with parts. */
  static boolean isNeeded(ModelContext c) {
    return c.variants().stream().anyMatch(v -> v.plan().hasParts());
  }

  /** Fields of the model class, set last in its constructor. */
  static void addState(TypeSpec.Builder type, MethodSpec.Builder constructor, ModelContext c) {
    if (!isNeeded(c)) {
      return;
    }
    ClassName parts = ClassName.get("", className(c));
    type.addField(FieldSpec.builder(parts, FIELD, Modifier.PRIVATE, Modifier.FINAL).build());
    type.addField(
        FieldSpec.builder(WorkerPool.class, POOL, Modifier.PRIVATE, Modifier.FINAL).build());
    constructor.addStatement("$L = new $T()", FIELD, parts);
    constructor.addStatement("$L = $T.of(this, $L)", POOL, WorkerPool.class, c.plan().threads());
  }

  private static String className(ModelContext c) {
    return c.options().className() + "Parts";
  }

  /** Adds a call; returns the statement that has all its parts run. */
  CodeBlock add(KernelCall call, CodeBlock part, int bytes) {
    cases.add(new Case(part, bytes + CASE_BYTES));
    int parts = call.kernel().parts().orElseThrow().count();
    return CodeBlock.of("$L.run($L, $L, $L);\n", POOL, FIELD, cases.size() - 1, parts);
  }

  /** {@code calls} with the caller's arrays at hand for those with parts. */
  static CodeBlock withPorts(ModelContext at, CodeBlock calls) {
    Set<String> ports = ports(at);
    if (ports.isEmpty()) {
      return calls;
    }
    CodeBlock.Builder code = CodeBlock.builder();
    ports.forEach(p -> code.addStatement("$L.$L = $L", FIELD, p, p));
    code.beginControlFlow("try").add(calls).nextControlFlow("finally");
    ports.forEach(p -> code.addStatement("$L.$L = null", FIELD, p));
    return code.endControlFlow().build();
  }

  /** Names of the ports that calls with parts of the plan at hand use. */
  private static Set<String> ports(ModelContext at) {
    Set<String> names = new TreeSet<>();
    for (KernelCall call : at.plan().calls()) {
      for (Binding b : call.kernel().parts().isPresent() ? call.bindings() : List.<Binding>of()) {
        if (b instanceof Binding.PortIn p) {
          names.add(at.inputNames().get(p.input()));
        } else if (b instanceof Binding.PortOut p) {
          names.add(at.outputNames().get(p.output()));
        }
      }
    }
    return names;
  }

  /** Adds the class to the model class. */
  void addTo(TypeSpec.Builder type) {
    if (!cases.isEmpty()) {
      type.addType(type());
    }
  }

  private TypeSpec type() {
    TypeSpec.Builder type =
        TypeSpec.classBuilder(className(c))
            .addModifiers(Modifier.PRIVATE, Modifier.FINAL)
            .addSuperinterface(Parts.class)
            .addJavadoc("Parts of kernels, which the threads of the pool run.\n");
    Set<String> used = new TreeSet<>();
    c.variants().forEach(v -> used.addAll(ports(c.at(v))));
    for (int i = 0; i < c.ports().size(); i++) {
      String name = c.portNames().get(i);
      if (used.contains(name)) {
        type.addField(FieldNames.arrayClass(c.ports().get(i).dtype().storage()), name);
      }
    }
    List<MethodSpec> ranges = ranges();
    MethodSpec.Builder run = run("run").addAnnotation(Override.class).addModifiers(Modifier.PUBLIC);
    type.addMethod(run.addCode(ranges.size() == 1 ? ranges.get(0).code() : choice(ranges)).build());
    if (ranges.size() > 1) {
      ranges.forEach(type::addMethod);
    }
    return type.build();
  }

  private static MethodSpec.Builder run(String name) {
    return MethodSpec.methodBuilder(name)
        .addParameter(int.class, CALL)
        .addParameter(int.class, WORKER)
        .addParameter(int.class, PART);
  }

  /** Methods with a switch each, within the budget, named after the last of their calls. */
  private List<MethodSpec> ranges() {
    List<MethodSpec> methods = new ArrayList<>();
    for (int from = 0, to; from < cases.size(); from = to) {
      CodeBlock.Builder code = CodeBlock.builder().beginControlFlow("switch ($L)", CALL);
      int bytes = 0;
      for (to = from; to < cases.size(); to++) {
        bytes += cases.get(to).bytes;
        if (to > from && bytes > c.options().methodBytes()) {
          break;
        }
        code.add("case $L:\n$>", to).add(cases.get(to).code).add("break;\n$<");
      }
      code.add("default:\n$>throw new $T($S + $L);\n$<", AssertionError.class, "call ", CALL);
      methods.add(
          run("upTo" + (to - 1))
              .addModifiers(Modifier.PRIVATE)
              .addCode(code.endControlFlow().build())
              .build());
    }
    return methods;
  }

  private static CodeBlock choice(List<MethodSpec> ranges) {
    CodeBlock.Builder code = CodeBlock.builder();
    for (int i = 0; i < ranges.size(); i++) {
      String name = ranges.get(i).name();
      String last = name.substring("upTo".length());
      if (i == 0) {
        code.beginControlFlow("if ($L <= $L)", CALL, last);
      } else if (i < ranges.size() - 1) {
        code.nextControlFlow("else if ($L <= $L)", CALL, last);
      } else {
        code.nextControlFlow("else");
      }
      code.addStatement("$L($L, $L, $L)", name, CALL, WORKER, PART);
    }
    return code.endControlFlow().build();
  }
}
