package dev.coppice.compiler.lowering;

import dev.coppice.compiler.ir.ScheduleChoice;
import dev.coppice.compiler.loop.KernelWeights;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a {@link KernelPlan} consists of, gathered over its graph and the bodies within. */
final class PlanParts {
  private record WeightKey(Tensor data, boolean rows) {}

  private final List<SlotSize> slots = new ArrayList<>();
  private final List<WeightTensor> weights = new ArrayList<>();
  private final Map<WeightKey, Integer> weightIndex = new LinkedHashMap<>();
  private final List<KernelCall> calls = new ArrayList<>();
  private final List<Integer> transposed = new ArrayList<>();
  private final List<ScheduleChoice> choices = new ArrayList<>();
  private List<Block> blocks = new ArrayList<>();

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

  void call(KernelCall call) {
    calls.add(call);
  }

  /** Index of the next call. */
  int nextCall() {
    return calls.size();
  }

  void block(Block block) {
    blocks.add(block);
  }

  /** The blocks that {@code within} adds, which belong to another block. */
  List<Block> blocksOf(Runnable within) {
    List<Block> around = blocks;
    List<Block> own = new ArrayList<>();
    blocks = own;
    within.run();
    blocks = around;
    return own;
  }

  KernelPlan build(String name, List<Port> inputs, List<Port> outputs, long macs) {
    return new KernelPlan(
        name, inputs, outputs, calls, blocks, weights, slots, 1, macs, transposed, choices);
  }
}
