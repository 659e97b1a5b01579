package dev.coppice.compiler.lowering;

import dev.coppice.compiler.ir.ScheduleChoice;
import dev.coppice.compiler.loop.KernelWeights;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a {@link KernelPlan} consists of, gathered over its graph and the bodies within. */
final class PlanParts {
  private record WeightKey(Tensor data, boolean rows) {}

  private final List<SlotSize> slots = new ArrayList<>();
  private final List<WeightTensor> weights = new ArrayList<>();
  private final Map<WeightKey, Integer> weightIndex = new LinkedHashMap<>();
  private final List<KernelCall> calls = new ArrayList<>();
  private final List<Integer> transposed = new ArrayList<>();
  private final List<ScheduleChoice> choices = new ArrayList<>();
  private final List<CallWork> works = new ArrayList<>();
  private final Set<Binding> weightsRead = new LinkedHashSet<>();
  private List<Block> blocks = new ArrayList<>();
  private int within;

  /** A new slot. */
  int slot(SlotSize size) {
    slots.add(size);
    return slots.size() - 1;
  }

  /** Index of constant data, which is kept once however often it is used. */
  int weight(String name, KernelWeights data, boolean rows) {
    return weightIndex.computeIfAbsent(
        new WeightKey(data.data(), rows),
        key -> {
          weights.add(new WeightTensor(name, data, rows));
          return weights.size() - 1;
        });
  }

  void choice(ScheduleChoice choice) {
    choices.add(choice);
  }

  /** Counts a value of {@code elements} that is transposed. */
  void transpose(int elements) {
    transposed.add(elements);
  }

  /** Adds a call that does no operations which are counted. */
  void call(KernelCall call) {
    call(call, 0, 0);
  }

  /** Adds a call that does {@code executedMacs} operations for {@code macs}. */
  void call(KernelCall call, long macs, long executedMacs) {
    calls.add(call);
    if (within == 0) {
      works.add(CallWork.of(call, macs, executedMacs, weightsRead));
    }
  }

  /** Index of the next call. */
  int nextCall() {
    return calls.size();
  }

  void block(Block block) {
    blocks.add(block);
  }

  /** The blocks that {@code body} adds, which belong to another block. */
  List<Block> blocksOf(Runnable body) {
    List<Block> around = blocks;
    List<Block> own = new ArrayList<>();
    blocks = own;
    within++;
    body.run();
    within--;
    blocks = around;
    return own;
  }

  KernelPlan build(String name, List<Port> inputs, List<Port> outputs, long macs) {
    return new KernelPlan(
        name, inputs, outputs, calls, blocks, weights, slots, 1, macs, transposed, choices, works);
  }
}
