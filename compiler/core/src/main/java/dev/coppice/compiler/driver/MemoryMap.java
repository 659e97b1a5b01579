package dev.coppice.compiler.driver;

import dev.coppice.compiler.lowering.Binding;
import dev.coppice.compiler.lowering.KernelCall;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.MemoryPlan;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What lies where in the arenas, and during which kernel calls.
 *
 * @param calls ONNX names of the nodes that each call computes, in execution order
 * @param arenas the arenas, one a storage type
 */
public record MemoryMap(List<String> calls, List<Arena> arenas) {
  public MemoryMap {
    calls = List.copyOf(calls);
    arenas = List.copyOf(arenas);
  }

  /**
   * One arena.
   *
   * @param storage the Java type of its elements
   * @param bytes its size
   * @param lowerBoundBytes largest sum of the buffers that hold something in one call
   * @param buffers what lies in it, in the order of the plan's slots
   */
  public record Arena(String storage, long bytes, long lowerBoundBytes, List<Buffer> buffers) {
    public Arena {
      buffers = List.copyOf(buffers);
    }
  }

  /**
   * Part of an arena that holds something for a time.
   *
   * @param offset first byte
   * @param bytes its size
   * @param firstCall index of the first call that uses it
   * @param lastCall index of the last call that uses it
   * @param scratch whether it is space in which one kernel computes
   */
  public record Buffer(long offset, long bytes, int firstCall, int lastCall, boolean scratch) {}

  /** The map of {@code plan}, whose slots {@code memory} places. */
  static MemoryMap of(KernelPlan plan, MemoryPlan memory) {
    boolean[] scratch = new boolean[memory.slots().size()];
    for (KernelCall call : plan.calls()) {
      for (Binding b : call.bindings()) {
        if (b instanceof Binding.ScratchFlat s) {
          scratch[s.slot()] = true;
        }
      }
    }
    List<Arena> arenas = new ArrayList<>();
    for (Map.Entry<DType.Storage, Integer> arena : memory.arenaLength().entrySet()) {
      int width = CompileReport.bytesOf(arena.getKey());
      List<Buffer> buffers = new ArrayList<>();
      for (int i = 0; i < scratch.length; i++) {
        MemoryPlan.Slot slot = memory.slots().get(i);
        if (slot.storage() == arena.getKey() && slot.lastCall() >= slot.firstCall()) {
          buffers.add(
              new Buffer(
                  (long) slot.offset() * width,
                  (long) slot.length() * width,
                  slot.firstCall(),
                  slot.lastCall(),
                  scratch[i]));
        }
      }
      arenas.add(
          new Arena(
              arena.getKey().name().toLowerCase(Locale.ROOT),
              (long) arena.getValue() * width,
              mostLive(buffers, plan.calls().size()),
              buffers));
    }
    return new MemoryMap(plan.calls().stream().map(KernelCall::comment).toList(), arenas);
  }

  private static long mostLive(List<Buffer> buffers, int calls) {
    long[] change = new long[calls + 1];
    for (Buffer b : buffers) {
      change[b.firstCall()] += b.bytes();
      change[b.lastCall() + 1] -= b.bytes();
    }
    long most = 0;
    long live = 0;
    for (long c : change) {
      live += c;
      most = Math.max(most, live);
    }
    return most;
  }

  /** Bytes of all arenas. */
  long bytes() {
    return arenas.stream().mapToLong(Arena::bytes).sum();
  }
}
