package dev.coppice.compiler.lowering;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.tensor.DType;
import java.util.List;

/**
 * Proves that a memory plan fits its kernel plan: slots live at the same time do not overlap, but
 * for one that takes the place of another ({@link InPlaceSlots}); all lie within their arena,
 * scratch is long enough, and that of workers apart.
 */
public final class MemoryPlanVerifier {
  private static final MemoryPlan.Planes NO_PLANES = new MemoryPlan.Planes(List.of());

  private MemoryPlanVerifier() {}

  /**
   * Checks {@code memory}.
   *
   * @throws IllegalStateException naming the slots or the call at fault
   */
  public static void verify(KernelPlan plan, MemoryPlan memory) {
    if (memory.slots().size() != plan.slots().size()) {
      throw bug(memory.slots().size() + " slots planned of " + plan.slots().size());
    }
    List<MemoryPlan.Slot> slots = memory.slots();
    int[] over = InPlaceSlots.of(plan, Lifetimes.of(plan)).over();
    for (int i = 0; i < slots.size(); i++) {
      MemoryPlan.Slot a = slots.get(i);
      if (a.lastCall() < a.firstCall()) {
        continue;
      }
      int arena = memory.arenaLength().getOrDefault(a.storage(), 0);
      if (a.offset() < 0 || (long) a.offset() + a.length() > arena) {
        throw bug("slot " + i + " " + a + " leaves its arena of " + arena);
      }
      if (a.length() < plan.slots().get(i).length()) {
        throw bug("slot " + i + " " + a + " is shorter than " + plan.slots().get(i));
      }
      for (int j = 0; j < i; j++) {
        boolean inPlace =
            over[i] == j && replaces(a, slots.get(j)) || over[j] == i && replaces(slots.get(j), a);
        if (!inPlace && overlap(a, slots.get(j))) {
          throw bug("slots " + j + " " + slots.get(j) + " and " + i + " " + a + " overlap");
        }
      }
    }
    for (int c = 0; c < plan.calls().size(); c++) {
      verify(plan, c, memory);
    }
  }

  /**
   * Whether {@code a} begins to live in the call that {@code b} ends in, and lies exactly there.
   */
  private static boolean replaces(MemoryPlan.Slot a, MemoryPlan.Slot b) {
    return a.storage() == b.storage()
        && a.firstCall() == b.lastCall()
        && a.offset() == b.offset()
        && a.length() == b.length();
  }

  private static boolean overlap(MemoryPlan.Slot a, MemoryPlan.Slot b) {
    return a.storage() == b.storage()
        && a.firstCall() <= b.lastCall()
        && b.firstCall() <= a.lastCall()
        && a.offset() < b.offset() + b.length()
        && b.offset() < a.offset() + a.length();
  }

  private static void verify(KernelPlan plan, int index, MemoryPlan memory) {
    KernelCall call = plan.calls().get(index);
    int workers = plan.workers(call);
    for (int i = 0; i < call.bindings().size(); i++) {
      Buffer buffer = call.kernel().buffers().get(i);
      Binding binding = call.bindings().get(i);
      if (binding instanceof Binding.Arena a) {
        live(a.slot(), a.storage(), index, memory);
        int length = memory.slots().get(a.slot()).length();
        hasRoom(index, a.offset() + buffer.length() <= length, buffer);
      } else if (binding instanceof Binding.ScratchFlat s) {
        live(s.slot(), s.storage(), index, memory);
        int length = memory.slots().get(s.slot()).length();
        apart(index, workers, s.perWorker(), buffer.length());
        hasRoom(index, (workers - 1) * s.perWorker() + buffer.length() <= length, buffer);
      } else if (binding instanceof Binding.ScratchRows s) {
        MemoryPlan.Planes planes = memory.planes().getOrDefault(s.storage(), NO_PLANES);
        apart(index, workers, s.perWorker(), s.firstRow() + buffer.rows());
        for (int r = 0; r < workers * buffer.rows(); r++) {
          int row = s.firstRow() + r / buffer.rows() * s.perWorker() + r % buffer.rows();
          hasRoom(
              index, row < planes.rows() && planes.lengths().get(row) >= buffer.length(), buffer);
        }
      }
    }
  }

  private static void apart(int call, int workers, int perWorker, int needed) {
    if (workers > 1 && perWorker < needed) {
      throw bug("call " + call + ": workers are " + perWorker + " apart and need " + needed);
    }
  }

  private static void hasRoom(int call, boolean has, Buffer buffer) {
    if (!has) {
      throw bug("call " + call + " asks for more room than there is: " + buffer);
    }
  }

  private static void live(int slot, DType.Storage storage, int call, MemoryPlan memory) {
    MemoryPlan.Slot s = memory.slots().get(slot);
    if (s.storage() != storage || call < s.firstCall() || call > s.lastCall()) {
      throw bug("call " + call + " binds slot " + slot + " " + s + ", which is not live then");
    }
  }

  private static IllegalStateException bug(String what) {
    return new IllegalStateException("compiler bug: memory plan: " + what);
  }
}
