package dev.coppice.compiler.emit.java;

import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.emit.Emitter.Planned;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.MemoryPlan;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.lowering.Variant;
import dev.coppice.compiler.tensor.DType.Storage;
import java.util.ArrayList;
import java.util.List;

/**
 * What the rules that build a model class share.
 *
 * @param backend name of the backend that it is code of
 * @param variants the plans of the class, the largest last
 * @param plan what the class does: the largest plan, or that of the variant at hand
 * @param memory arenas and planes of the class, or the slots of the variant at hand
 * @param options how it looks
 * @param layout where weights lie
 * @param sections how they are read
 * @param inputNames parameter names of the inputs
 * @param outputNames parameter names of the outputs
 */
record ModelContext(
    String backend,
    List<Variant> variants,
    KernelPlan plan,
    MemoryPlan memory,
    EmitOptions options,
    WeightLayout layout,
    WeightSections sections,
    List<String> inputNames,
    List<String> outputNames) {

  static ModelContext of(
      Planned planned, EmitOptions options, WeightLayout layout, WeightSections sections) {
    KernelPlan plan = planned.largest();
    MemoryPlan memory = MemoryPlan.union(planned.variants().stream().map(Variant::memory).toList());
    JavaNames names = new JavaNames();
    if (planned.variants().stream().anyMatch(v -> v.plan().hasParts())) {
      ModelParts.NAMES.forEach(names::fresh);
    }
    for (Storage s : Storage.values()) {
      if (memory.arenaLength().containsKey(s)) {
        names.fresh(FieldNames.arena(s));
      }
      if (memory.planes().containsKey(s)) {
        names.fresh(FieldNames.planes(s));
      }
      if (layout.flatLength().containsKey(s)) {
        names.fresh(FieldNames.weights(s));
      }
      if (layout.rowCount().containsKey(s)) {
        names.fresh(FieldNames.weightRows(s));
      }
    }
    List<String> inputs = new ArrayList<>();
    plan.inputs().forEach(p -> inputs.add(names.fresh(p.name())));
    List<String> outputs = new ArrayList<>();
    plan.outputs().forEach(p -> outputs.add(names.fresh(p.name())));
    return new ModelContext(
        planned.emitter().name(),
        planned.variants(),
        plan,
        memory,
        options,
        layout,
        sections,
        List.copyOf(inputs),
        List.copyOf(outputs));
  }

  /** This context with one of its variants at hand. */
  ModelContext at(Variant variant) {
    return new ModelContext(
        backend,
        variants,
        variant.plan(),
        variant.memory(),
        options,
        layout,
        sections,
        inputNames,
        outputNames);
  }

  /** Inputs, then outputs. */
  List<Port> ports() {
    List<Port> all = new ArrayList<>(plan.inputs());
    all.addAll(plan.outputs());
    return all;
  }

  /** Parameter names of {@link #ports}. */
  List<String> portNames() {
    List<String> all = new ArrayList<>(inputNames);
    all.addAll(outputNames);
    return all;
  }

  /** Parameter names of all ports, as arguments. */
  String arguments() {
    return String.join(", ", portNames());
  }
}
