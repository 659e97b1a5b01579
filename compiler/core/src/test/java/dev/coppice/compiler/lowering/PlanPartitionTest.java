package dev.coppice.compiler.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.KernelPlans;
import dev.coppice.compiler.testing.ManyThreads;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanPartitionTest {
  private static final int ROWS = 12;
  private static final int LENGTH = 40;

  private static KernelPlan inParts(KernelPlan plan, int threads) {
    return ManyThreads.inParts(plan, Target.PORTABLE.withThreads(threads));
  }

  private static void assertSameResults(KernelPlan whole, KernelPlan parts) {
    List<Tensor> inputs = KernelPlans.inputs(whole, 5);
    ManyThreads.assertSameBits(
        PlanInterpreter.run(whole, MemoryPlanner.plan(whole), inputs),
        PlanInterpreter.run(parts, MemoryPlanner.plan(parts), inputs),
        "in parts");
  }

  /** Each row of y is that of x, by way of flat scratch and scratch rows. */
  private static Kernel throughScratch() {
    Buffer x = Buffer.flat("x", DType.FLOAT32, Role.INPUT, ROWS * LENGTH);
    Buffer y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, ROWS * LENGTH);
    Buffer s = Buffer.flat("s", DType.FLOAT32, Role.SCRATCH, LENGTH);
    Buffer p = Buffer.planar("p", DType.FLOAT32, Role.SCRATCH, 2, LENGTH);
    return new Kernel(
        "rows",
        "y = x",
        List.of(x, y, s, p),
        Stmts.loop(
            "r",
            ROWS,
            r ->
                Stmts.block(
                    Stmts.copy(x, Exprs.mul(r, LENGTH), s, zero(), Exprs.intLit(LENGTH)),
                    Stmts.copy(s, zero(), Exprs.row(p, Exprs.intLit(1)), zero(), all()),
                    Stmts.copy(
                        Exprs.row(p, Exprs.intLit(1)), zero(), y, Exprs.mul(r, LENGTH), all()))));
  }

  private static Expr zero() {
    return Exprs.intLit(0);
  }

  private static Expr all() {
    return Exprs.intLit(LENGTH);
  }

  @Test
  void onePlanForOneThread() {
    KernelPlan plan = KernelPlans.of(List.of(throughScratch()));
    assertSame(plan, inParts(plan, 1));
    assertFalse(plan.hasParts());
  }

  @Test
  void everyWorkerHasScratchOfItsOwn() {
    KernelPlan plan = KernelPlans.of(List.of(throughScratch()));
    KernelPlan parts = inParts(plan, 3);
    assertTrue(parts.hasParts());
    assertEquals(3, parts.threads());
    List<Binding> bindings = parts.calls().get(0).bindings();
    assertEquals(new Binding.ScratchFlat(DType.Storage.FLOAT, 0, LENGTH + 64), bindings.get(2));
    assertEquals(new Binding.ScratchRows(DType.Storage.FLOAT, 0, 2), bindings.get(3));
    assertEquals(3 * LENGTH + 2 * 64, parts.slots().get(0).length());
    MemoryPlan memory = MemoryPlanner.plan(parts);
    assertEquals(
        Collections.nCopies(6, CacheLines.apart(LENGTH)),
        memory.planes().get(DType.Storage.FLOAT).lengths());
    assertSameResults(plan, parts);
  }

  @Test
  void workersWhoseScratchMeetsAreRefused() {
    KernelPlan parts = inParts(KernelPlans.of(List.of(throughScratch())), 2);
    KernelCall call = parts.calls().get(0);
    List<Binding> bindings = new ArrayList<>(call.bindings());
    bindings.set(3, new Binding.ScratchRows(DType.Storage.FLOAT, 0, 1));
    KernelPlan wrong =
        new KernelPlan(
            parts.modelName(),
            parts.inputs(),
            parts.outputs(),
            List.of(new KernelCall(call.kernel(), bindings, "")),
            List.of(),
            parts.weights(),
            parts.slots(),
            2,
            0,
            List.of(),
            List.of(),
            List.of());
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> MemoryPlanVerifier.verify(wrong, MemoryPlanner.plan(parts)));
    assertEquals(
        "compiler bug: memory plan: call 0: workers are 1 apart and need 2", e.getMessage());
  }

  @Test
  void statementsWithoutScratchAreCutOneByOne() {
    Buffer a = Buffer.flat("a", DType.FLOAT32, Role.INPUT, 700);
    Buffer b = Buffer.flat("b", DType.FLOAT32, Role.INPUT, 300);
    Buffer y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, 1000);
    Kernel concat =
        new Kernel(
            "concat",
            "y = a, b",
            List.of(a, b, y),
            Stmts.block(
                Stmts.copy(a, zero(), y, zero(), Exprs.intLit(700)),
                Stmts.copy(b, zero(), y, Exprs.intLit(700), Exprs.intLit(300))));
    KernelPlan plan = KernelPlans.of(List.of(concat, throughScratch()));
    KernelPlan parts = inParts(plan, 2);
    assertEquals(3, parts.calls().size());
    assertEquals(List.of(b, y), parts.calls().get(1).kernel().buffers());
    assertSameResults(plan, parts);
  }

  @Test
  void statementsThatShareScratchStayTogether() {
    Kernel rows = throughScratch();
    Kernel twice =
        new Kernel("twice", "", rows.buffers(), Stmts.block(rows.body(), otherName(rows.body())));
    KernelPlan plan = KernelPlans.of(List.of(twice));
    assertFalse(inParts(plan, 2).hasParts());
  }

  /** The loop once more, over a variable of another name. */
  private static Stmt otherName(Stmt s) {
    Stmt.For f = (Stmt.For) s;
    return Stmts.loop("r2", ROWS, r -> new Stmt.Block(List.of(Stmts.local(f.var(), r), f.body())));
  }

  @Test
  void blocksKeepTheirCalls() {
    Binding condition = new Binding.PortIn(0, 0);
    Block check = new Block.Check(1, condition, 4, "rows");
    Block loop = new Block.Repeat(1, 2, condition, List.of(check));
    Block choice = new Block.Choice(0, 1, 2, condition, List.of(), List.of(loop));
    int[] first = {0, 2, 5};
    assertEquals(
        new Block.Choice(
            0,
            2,
            5,
            condition,
            List.of(),
            List.of(
                new Block.Repeat(
                    2, 5, condition, List.of(new Block.Check(2, condition, 4, "rows"))))),
        choice.moved(first));
  }

  @Test
  void aResultInThePlaceOfAnOperandKeepsTheKernelWhole() {
    Buffer x = Buffer.flat("x", DType.FLOAT32, Role.INPUT, 1000);
    Buffer y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, 1000);
    Kernel shift =
        new Kernel(
            "shift",
            "y[i] = x[i + 1]",
            List.of(x, y),
            Stmts.loop("i", 999, i -> Stmts.store(y, i, Exprs.load(x, Exprs.add(i, 1)))));
    Binding place = new Binding.Arena(DType.Storage.FLOAT, 0);
    KernelPlan plan =
        new KernelPlan(
            "m",
            List.of(new Port("x", DType.FLOAT32, Shape.of(1))),
            List.of(),
            List.of(new KernelCall(shift, List.of(place, place), "")),
            List.of(),
            List.of(new SlotSize(DType.Storage.FLOAT, 1000)),
            0);
    assertFalse(inParts(plan, 2).hasParts());
  }
}
