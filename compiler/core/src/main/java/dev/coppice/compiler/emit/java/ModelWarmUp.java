package dev.coppice.compiler.emit.java;

import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.coppice.compiler.loop.CompilingCalls;
import dev.coppice.compiler.loop.Costs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.Parts;
import dev.coppice.compiler.lowering.KernelCall;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.lowering.Variant;
import dev.coppice.runtime.WarmUp;
import dev.coppice.runtime.WarmUpCalls;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.lang.model.element.Modifier;

/**
 * The method that has the JIT compile the model before it is needed: runs it on zeros, then by
 * themselves the kernels whose registers would be objects for longer than that.
 */
final class ModelWarmUp {
  static final String NAME = "warmUp";

  /** Calls in a method, so that it stays well below what HotSpot compiles. */
  private static final int MOST_CALLS = 60;

  /** How long runs go on at least. */
  private static final double RUNS_NANOS = 1e9;

  private final ModelContext c;
  private final KernelNames kernels;
  private final Costs costs;

  private ModelWarmUp(ModelContext c, KernelNames kernels, Costs costs) {
    this.c = c;
    this.kernels = kernels;
    this.costs = costs;
  }

  /**
   * Adds the method.
   *
   * @param costs by which it is predicted how often a kernel is called in a second
   */
  static void add(TypeSpec.Builder type, ModelContext c, KernelNames kernels, Costs costs) {
    new ModelWarmUp(c, kernels, costs).addTo(type);
  }

  private void addTo(TypeSpec.Builder type) {
    if (c.variants().size() == 1) {
      runs(type, NAME, signature(), c.at(c.variants().get(0)));
      return;
    }
    MethodSpec.Builder all = signature();
    for (Variant variant : c.variants()) {
      all.addStatement("$L()", NAME + VariantChoice.suffix(variant));
    }
    type.addMethod(all.build());
    for (Variant variant : c.variants()) {
      String name = NAME + VariantChoice.suffix(variant);
      runs(
          type, name, MethodSpec.methodBuilder(name).addModifiers(Modifier.PRIVATE), c.at(variant));
    }
  }

  /** The public method without its body. */
  static MethodSpec.Builder signature() {
    return MethodSpec.methodBuilder(NAME)
        .addModifiers(Modifier.PUBLIC)
        .addJavadoc(
            """
            Runs the model on zeros until the JIT has compiled it: until it gets no faster, for a second
            at least and a minute at most. Makes arrays for that. Results of later runs are the same with
            and without it.
            """);
  }

  private void runs(
      TypeSpec.Builder type, String name, MethodSpec.Builder method, ModelContext at) {
    JavaNames names = new JavaNames();
    at.portNames().forEach(names::fresh);
    String progress = names.fresh("progress");
    String calls = names.fresh("calls");
    for (int i = 0; i < at.ports().size(); i++) {
      Port port = at.ports().get(i);
      String element = FieldNames.element(port.dtype().storage());
      method.addStatement(
          "$1L[] $2L = new $1L[$3L]", element, at.portNames().get(i), port.shape().size());
    }
    method.addStatement("$1T $2L = new $1T()", WarmUp.class, progress);
    method.beginControlFlow("while ($L.goesOn())", progress);
    method.addStatement("$L($L)", at.options().runName(), at.arguments());
    method.endControlFlow();
    List<Map.Entry<KernelCall, Integer>> seldom = List.copyOf(seldom(at).entrySet());
    if (!seldom.isEmpty()) {
      method.addComment("By themselves: a run calls them too seldom for the JIT.");
    }
    if (seldom.size() <= MOST_CALLS) {
      addCalls(method, calls, seldom, at);
      type.addMethod(method.build());
      return;
    }
    List<MethodSpec> parts = new ArrayList<>();
    for (int from = 0; from < seldom.size(); from += MOST_CALLS) {
      String part = name + "Calls" + parts.size();
      method.addStatement("$L($L)", part, at.arguments());
      parts.add(
          part(part, calls, seldom.subList(from, Math.min(from + MOST_CALLS, seldom.size())), at));
    }
    type.addMethod(method.build());
    parts.forEach(type::addMethod);
  }

  private MethodSpec part(
      String name, String calls, List<Map.Entry<KernelCall, Integer>> seldom, ModelContext at) {
    MethodSpec.Builder part = MethodSpec.methodBuilder(name).addModifiers(Modifier.PRIVATE);
    for (int i = 0; i < at.ports().size(); i++) {
      part.addParameter(
          FieldNames.arrayClass(at.ports().get(i).dtype().storage()), at.portNames().get(i));
    }
    addCalls(part, calls, seldom, at);
    return part.build();
  }

  private void addCalls(
      MethodSpec.Builder method,
      String calls,
      List<Map.Entry<KernelCall, Integer>> seldom,
      ModelContext at) {
    CallArguments arguments = new CallArguments(at);
    for (Map.Entry<KernelCall, Integer> call : seldom) {
      method.beginControlFlow(
          "for ($1T $2L = new $1T($3L); $2L.goOn(); )", WarmUpCalls.class, calls, call.getValue());
      method.addStatement("$L", arguments.call(call.getKey(), kernels)).endControlFlow();
    }
  }

  /**
   * A call of each kernel that the JIT has not compiled when runs end, and how many it takes. Those
   * with parts are not among them.
   */
  private Map<KernelCall, Integer> seldom(ModelContext at) {
    Map<Kernel, KernelCall> first = new LinkedHashMap<>();
    Map<Kernel, Integer> calls = new LinkedHashMap<>();
    double nanos = 0;
    for (KernelCall call : at.plan().calls()) {
      int parts = call.kernel().parts().map(Parts::count).orElse(1);
      first.putIfAbsent(call.kernel(), call);
      calls.merge(call.kernel(), parts, Integer::sum);
      nanos += parts * call.kernel().nanos(costs);
    }
    Map<KernelCall, Integer> seldom = new LinkedHashMap<>();
    CompilingCalls.after(RUNS_NANOS / nanos, calls)
        .forEach(
            (kernel, times) -> {
              if (kernel.parts().isEmpty()) {
                seldom.put(first.get(kernel), times);
              }
            });
    return seldom;
  }
}
