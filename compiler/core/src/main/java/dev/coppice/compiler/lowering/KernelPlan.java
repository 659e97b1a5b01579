package dev.coppice.compiler.lowering;

import dev.coppice.compiler.ir.ScheduleChoice;
import java.util.List;

/**
 * What the generated class does: kernel calls in order over ports, arena slots, weights and
 * scratch.
 *
 * @param modelName name of the model for comments
 * @param inputs model inputs in graph order
 * @param outputs model outputs in graph order
 * @param calls kernel calls in execution order
 * @param blocks branches and loops over the calls, in their order
 * @param weights constant data; {@link Binding.FlatWeights} and {@link Binding.RowWeights} index it
 * @param slots arena slots; {@link Binding.Arena} and {@link Binding.ScratchFlat} index it
 * @param threads how many run the parts of kernels
 * @param macs multiply-accumulate operations of one run
 * @param transposed elements of each value that is transposed by a kernel of its own
 * @param choices how nodes are computed for which there are schedules, in execution order
 * @param works what the calls take that every run makes once, before they are cut into parts
 */
public record KernelPlan(
    String modelName,
    List<Port> inputs,
    List<Port> outputs,
    List<KernelCall> calls,
    List<Block> blocks,
    List<WeightTensor> weights,
    List<SlotSize> slots,
    int threads,
    long macs,
    List<Integer> transposed,
    List<ScheduleChoice> choices,
    List<CallWork> works) {
  public KernelPlan {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    calls = List.copyOf(calls);
    blocks = List.copyOf(blocks);
    weights = List.copyOf(weights);
    slots = List.copyOf(slots);
    transposed = List.copyOf(transposed);
    choices = List.copyOf(choices);
    works = List.copyOf(works);
  }

  /** A plan for one thread, without branches, loops, choices and an account of its work. */
  public KernelPlan(
      String modelName,
      List<Port> inputs,
      List<Port> outputs,
      List<KernelCall> calls,
      List<WeightTensor> weights,
      List<SlotSize> slots,
      long macs) {
    this(
        modelName, inputs, outputs, calls, List.of(), weights, slots, 1, macs, List.of(), List.of(),
        List.of());
  }

  /** This plan with weight {@code i} at {@code moved.get(i)} of {@code all}. */
  KernelPlan withWeights(List<WeightTensor> all, List<Integer> moved) {
    List<KernelCall> rebound =
        calls.stream()
            .map(
                c ->
                    new KernelCall(
                        c.kernel(),
                        c.bindings().stream().map(b -> moved(b, moved)).toList(),
                        c.comment(),
                        c.inPlace()))
            .toList();
    return new KernelPlan(
        modelName,
        inputs,
        outputs,
        rebound,
        blocks.stream().map(b -> moved(b, moved)).toList(),
        all,
        slots,
        threads,
        macs,
        transposed,
        choices,
        works);
  }

  /**
   * This plan with calls that do the same.
   *
   * @param others the calls
   * @param first index of the first of {@code others} that stands for a call, and their number
   * @param sizes slots, those of this plan first
   * @param count how many threads run the parts of kernels
   */
  KernelPlan withCalls(List<KernelCall> others, int[] first, List<SlotSize> sizes, int count) {
    List<Block> around = blocks.stream().map(b -> b.moved(first)).toList();
    return new KernelPlan(
        modelName,
        inputs,
        outputs,
        others,
        around,
        weights,
        sizes,
        count,
        macs,
        transposed,
        choices,
        works);
  }

  /** Whether some of the calls have parts. */
  public boolean hasParts() {
    return calls.stream().anyMatch(c -> c.kernel().parts().isPresent());
  }

  /** How many run {@code call} at the same time, each in scratch of its own. */
  int workers(KernelCall call) {
    return call.kernel().parts().isPresent() ? threads : 1;
  }

  private static Binding moved(Binding b, List<Integer> moved) {
    if (b instanceof Binding.FlatWeights w) {
      return new Binding.FlatWeights(moved.get(w.weight()), w.offset());
    }
    return b instanceof Binding.RowWeights w ? new Binding.RowWeights(moved.get(w.weight())) : b;
  }

  private static Block moved(Block block, List<Integer> moved) {
    if (block instanceof Block.Choice c) {
      return new Block.Choice(
          c.from(),
          c.middle(),
          c.to(),
          moved(c.condition(), moved),
          c.then().stream().map(b -> moved(b, moved)).toList(),
          c.otherwise().stream().map(b -> moved(b, moved)).toList());
    }
    if (block instanceof Block.Repeat r) {
      return new Block.Repeat(
          r.from(),
          r.to(),
          moved(r.condition(), moved),
          r.body().stream().map(b -> moved(b, moved)).toList());
    }
    Block.Check c = (Block.Check) block;
    return new Block.Check(c.at(), moved(c.value(), moved), c.most(), c.what());
  }
}
