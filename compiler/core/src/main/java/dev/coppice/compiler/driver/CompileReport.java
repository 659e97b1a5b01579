package dev.coppice.compiler.driver;

import dev.coppice.compiler.emit.weights.StoredWeights;
import dev.coppice.compiler.ir.ScheduleChoice;
import dev.coppice.compiler.lowering.CallWork;
import dev.coppice.compiler.lowering.KernelCall;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.MemoryPlan;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.onnx.ModelOverview;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a model costs once compiled.
 *
 * @param model what diagnostics call the model
 * @param modelHash SHA-256 of the model
 * @param overview what the model file declares
 * @param inputs inputs in the order of {@code run}
 * @param outputs outputs in the order of {@code run}
 * @param macs multiply-accumulate operations of one run
 * @param executedMacs those that remain where a schedule takes fewer, as Winograd convolution does
 * @param parameters elements of all weights that the class loads
 * @param weightBytes bytes of all weights once loaded
 * @param arenaBytes bytes of the arenas: all intermediate values
 * @param arenaLowerBoundBytes largest sum of values alive at one time; no arena is smaller
 * @param scratchBytes bytes of the scratch planes that kernels compute in
 * @param kernels number of different kernels
 * @param calls kernel calls of one run
 * @param transposed elements of each value that is transposed by a kernel of its own
 * @param threads how many share the work of a run
 * @param callsInParts calls whose work is shared
 * @param choices how nodes are computed for which there are schedules, in execution order
 * @param works what the kernel calls take that every run makes once, in order; in branches and
 *     loops, calls are not listed
 * @param memory what lies where in the arenas; of several sizes, for the largest
 * @param stored the account of the weight file
 */
public record CompileReport(
    String model,
    String modelHash,
    ModelOverview overview,
    List<Port> inputs,
    List<Port> outputs,
    long macs,
    long executedMacs,
    long parameters,
    long weightBytes,
    long arenaBytes,
    long arenaLowerBoundBytes,
    long scratchBytes,
    int kernels,
    int calls,
    List<Integer> transposed,
    int threads,
    int callsInParts,
    List<ScheduleChoice> choices,
    List<CallWork> works,
    MemoryMap memory,
    StoredWeights stored) {
  public CompileReport {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    transposed = List.copyOf(transposed);
    choices = List.copyOf(choices);
    works = List.copyOf(works);
  }

  /**
   * The report on {@code model}.
   *
   * @param plan what is computed for the largest sizes
   * @param placed where its slots lie
   * @param memory arenas and planes that hold those of every size
   * @param stored the account of the weight file
   */
  static CompileReport of(
      ImportedModel model,
      KernelPlan plan,
      MemoryPlan placed,
      MemoryPlan memory,
      StoredWeights stored) {
    return new CompileReport(
        model.name(),
        model.hash(),
        model.overview(),
        plan.inputs(),
        plan.outputs(),
        plan.macs(),
        plan.macs() - plan.choices().stream().mapToLong(c -> c.chosen().savedMacs()).sum(),
        plan.weights().stream().mapToLong(w -> w.data().size()).sum(),
        plan.weights().stream().mapToLong(w -> w.data().type().bytes()).sum(),
        memory.arenaBytes(),
        memory.lowerBoundBytes(),
        scratchBytes(memory.planes()),
        (int) plan.calls().stream().map(KernelCall::kernel).distinct().count(),
        plan.calls().size(),
        plan.transposed(),
        plan.threads(),
        (int) plan.calls().stream().filter(c -> c.kernel().parts().isPresent()).count(),
        plan.choices(),
        plan.works(),
        MemoryMap.of(plan, placed),
        stored);
  }

  /** Choices that facts about the node bear on, each with its reasons, for people. */
  public List<String> notes() {
    return choices.stream().filter(c -> !c.facts().isEmpty()).map(ScheduleChoice::text).toList();
  }

  /**
   * Of two ways to compute a model, of which the JVM takes one, what each needs at most; the code
   * of both.
   */
  CompileReport orLarger(CompileReport other) {
    List<ScheduleChoice> both = new ArrayList<>(choices);
    other.choices.stream().filter(c -> !choices.contains(c)).forEach(both::add);
    return new CompileReport(
        model,
        modelHash,
        overview,
        inputs,
        outputs,
        Math.max(macs, other.macs),
        Math.max(executedMacs, other.executedMacs),
        Math.max(parameters, other.parameters),
        Math.max(weightBytes, other.weightBytes),
        Math.max(arenaBytes, other.arenaBytes),
        Math.max(arenaLowerBoundBytes, other.arenaLowerBoundBytes),
        Math.max(scratchBytes, other.scratchBytes),
        kernels + other.kernels,
        Math.max(calls, other.calls),
        transposed.size() < other.transposed.size() ? other.transposed : transposed,
        threads,
        Math.max(callsInParts, other.callsInParts),
        both,
        executedMacs < other.executedMacs ? other.works : works,
        memory.bytes() < other.memory.bytes() ? other.memory : memory,
        stored);
  }

  private static long scratchBytes(Map<DType.Storage, MemoryPlan.Planes> planes) {
    long bytes = 0;
    for (Map.Entry<DType.Storage, MemoryPlan.Planes> e : planes.entrySet()) {
      bytes += e.getValue().size() * bytesOf(e.getKey());
    }
    return bytes;
  }

  /** Bytes of one element. */
  static int bytesOf(DType.Storage storage) {
    return switch (storage) {
      case BYTE, BOOLEAN -> 1;
      case SHORT -> 2;
      case FLOAT, INT -> 4;
      case DOUBLE, LONG -> 8;
    };
  }
}
