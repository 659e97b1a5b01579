package dev.coppice.compiler.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MemoryPlannerTest {

  /** A plan whose call {@code c} binds the slots {@code uses[c]}; slot lengths as given. */
  private static KernelPlan plan(int[] lengths, int[]... uses) {
    List<KernelCall> calls = new ArrayList<>();
    for (int[] used : uses) {
      List<Buffer> buffers = new ArrayList<>();
      List<Binding> bindings = new ArrayList<>();
      for (int slot : used) {
        buffers.add(Buffer.flat("b" + slot, DType.FLOAT32, Buffer.Role.OUTPUT, lengths[slot]));
        bindings.add(new Binding.Arena(DType.Storage.FLOAT, slot));
      }
      calls.add(
          new KernelCall(new Kernel("k", "", buffers, Stmts.comment("nothing")), bindings, "node"));
    }
    List<SlotSize> slots = new ArrayList<>();
    for (int n : lengths) {
      slots.add(new SlotSize(DType.Storage.FLOAT, n));
    }
    return new KernelPlan("m", List.of(), List.of(), calls, List.of(), slots, 0);
  }

  @Test
  void chainNeedsTheLargestNeighbours() {
    MemoryPlan m =
        MemoryPlanner.plan(
            plan(new int[] {10, 20, 30, 5}, new int[] {0, 1}, new int[] {1, 2}, new int[] {2, 3}));
    assertEquals(200, m.lowerBoundBytes());
    assertEquals(200, m.arenaBytes());
  }

  /** The elements of a large array begin 16 bytes behind the beginning of a cache line. */
  @Test
  void slotsOfLargeArenasBeginAtCacheLines() {
    MemoryPlan m =
        MemoryPlanner.plan(
            plan(new int[] {100_001, 90_007, 13}, new int[] {0, 1}, new int[] {1, 2}));
    for (MemoryPlan.Slot slot : m.slots()) {
      assertEquals(12, slot.offset() % 16, m.toString());
    }
    assertEquals(4 * (12 + 100_016 + 90_016), m.arenaBytes());
  }

  @Test
  void unusedSlotTakesNoRoom() {
    MemoryPlan m = MemoryPlanner.plan(plan(new int[] {10, 1000}, new int[] {0}));
    assertEquals(40, m.arenaBytes());
  }

  @Test
  void randomPlansAreValidAndCloseToTheBound() {
    Random r = new Random(7);
    for (int trial = 0; trial < 100; trial++) {
      int n = 2 + r.nextInt(30);
      int[] lengths = new int[n];
      int[][] uses = new int[n + 1][];
      for (int s = 0; s < n; s++) {
        lengths[s] = 1 + r.nextInt(1000);
      }
      for (int c = 0; c <= n; c++) {
        List<Integer> used = new ArrayList<>();
        for (int s = Math.max(0, c - 1 - r.nextInt(3)); s < Math.min(n, c + 1); s++) {
          used.add(s);
        }
        uses[c] = used.stream().mapToInt(Integer::intValue).toArray();
      }
      MemoryPlan m = MemoryPlanner.plan(plan(lengths, uses));
      assertTrue(m.arenaBytes() >= m.lowerBoundBytes());
      assertTrue(
          m.arenaBytes() <= 1.15 * m.lowerBoundBytes(),
          "trial " + trial + ": " + m.arenaBytes() + " for " + m.lowerBoundBytes());
    }
  }

  @Test
  void verifierRejectsOverlapOfLiveSlots() {
    KernelPlan plan = plan(new int[] {10, 10}, new int[] {0, 1});
    MemoryPlan bad =
        new MemoryPlan(
            Map.of(DType.Storage.FLOAT, 15),
            List.of(
                new MemoryPlan.Slot(DType.Storage.FLOAT, 0, 10, 0, 0),
                new MemoryPlan.Slot(DType.Storage.FLOAT, 5, 10, 0, 0)),
            Map.of(),
            80,
            60);
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> MemoryPlanVerifier.verify(plan, bad));
    assertTrue(e.getMessage().contains("overlap"), e.getMessage());
  }

  @Test
  void verifierRejectsSlotOutsideItsArena() {
    KernelPlan plan = plan(new int[] {10}, new int[] {0});
    MemoryPlan bad =
        new MemoryPlan(
            Map.of(DType.Storage.FLOAT, 9),
            List.of(new MemoryPlan.Slot(DType.Storage.FLOAT, 0, 10, 0, 0)),
            Map.of(),
            40,
            36);
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> MemoryPlanVerifier.verify(plan, bad));
    assertTrue(e.getMessage().contains("leaves its arena"), e.getMessage());
  }

  @Test
  void scratchRowIsAsLongAsTheLongestThatAnyKernelBindsAndWholeCacheLines() {
    Buffer few = Buffer.planar("p", DType.FLOAT32, Buffer.Role.SCRATCH, 1, 100);
    Buffer many = Buffer.planar("p", DType.FLOAT32, Buffer.Role.SCRATCH, 3, 10);
    Binding at = new Binding.ScratchRows(DType.Storage.FLOAT, 0);
    KernelCall a =
        new KernelCall(
            new Kernel(
                "a",
                "",
                List.of(few),
                Stmts.fill(
                    Exprs.row(few, Exprs.intLit(0)),
                    Exprs.intLit(0),
                    Exprs.intLit(1),
                    Exprs.floatLit(0))),
            List.of(at),
            "a");
    KernelCall b =
        new KernelCall(
            new Kernel("b", "", List.of(many), Stmts.comment("nothing")), List.of(at), "b");
    MemoryPlan m =
        MemoryPlanner.plan(
            new KernelPlan("m", List.of(), List.of(), List.of(a, b), List.of(), List.of(), 0));
    assertEquals(List.of(108, 12, 12), m.planes().get(DType.Storage.FLOAT).lengths());
  }
}
