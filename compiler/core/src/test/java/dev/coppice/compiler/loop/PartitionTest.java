package dev.coppice.compiler.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.loop.LoopInterpreter.Flat;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.testing.EqualCosts;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PartitionTest {
  private static final int SIZE = 1200;
  private static final Buffer X = Buffer.flat("x", DType.FLOAT32, Role.INPUT, SIZE);
  private static final Buffer S = Buffer.flat("s", DType.FLOAT32, Role.SCRATCH, SIZE);
  private static final Buffer Y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, SIZE);

  /** Whatever can be cut is worth it. */
  private static final Target FREE = Target.PORTABLE.withThreads(2).withCosts(EqualCosts.of(0));

  private static Kernel kernel(Stmt body) {
    Kernel kernel = new Kernel("k", "y = f(x)", List.of(X, S, Y), body);
    LoopVerifier.verify(kernel);
    return kernel;
  }

  private static Stmt store(Expr at) {
    return Stmts.store(Y, at, Exprs.add(Exprs.load(X, at), Exprs.floatLit(1)));
  }

  private static float[] run(Kernel kernel, boolean backwards) {
    float[] x = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      x[i] = i;
    }
    float[] y = new float[SIZE];
    int count = kernel.parts().map(Parts::count).orElse(1);
    for (int i = 0; i < count; i++) {
      List<LoopInterpreter.Memory> memory =
          List.of(new Flat(x, 0), new Flat(new float[SIZE], 0), new Flat(y, 0));
      LoopInterpreter.run(kernel, backwards ? count - 1 - i : i, memory);
    }
    return y;
  }

  /** The kernel cut, which does the same. */
  private static Kernel cut(Stmt body) {
    Kernel whole = kernel(body);
    Kernel cut = Partition.of(whole, FREE).orElseThrow();
    LoopVerifier.verify(cut);
    assertArrayEquals(run(whole, false), run(cut, true));
    return cut;
  }

  private static void assertWhole(Stmt body) {
    assertEquals(Optional.empty(), Partition.of(kernel(body), FREE));
  }

  private static Stmt loop(AxisKind kind, int extent, Stmts.LoopBody body) {
    return Stmts.loop("i", Exprs.intLit(0), Exprs.intLit(extent), 1, kind, body);
  }

  @Test
  void aLongLoopIsCutIntoRangesOfWholeLines() {
    Kernel cut = cut(loop(AxisKind.VECTOR, SIZE, PartitionTest::store));
    assertEquals(10, cut.parts().orElseThrow().count());
    assertEquals("y = f(x); in 10 parts", cut.comment());
    assertEquals(
        """
        vector i in (part * 128) .. min(((part * 128) + 128), 1200) {
          y[i] = (x[i] + 1.0f)
        }
        """,
        LoopPrinter.print(cut.body()));
  }

  @Test
  void aShortLoopGivesOnePartAnIteration() {
    Kernel cut =
        cut(
            Stmts.loop(
                "r",
                Exprs.intLit(2),
                Exprs.intLit(12),
                3,
                AxisKind.PARALLEL,
                r -> Stmts.copy(X, r, Y, r, Exprs.intLit(3))));
    assertEquals(4, cut.parts().orElseThrow().count());
  }

  @Test
  void nestedLoopsAreTakenTogether() {
    Kernel cut =
        cut(
            Stmts.loop(
                "n",
                3,
                n ->
                    Stmts.loop(
                        "r",
                        Exprs.intLit(0),
                        Exprs.intLit(20),
                        2,
                        AxisKind.PARALLEL,
                        r ->
                            Stmts.loop(
                                "c",
                                40,
                                c ->
                                    store(
                                        Exprs.add(
                                            Exprs.mul(Exprs.add(Exprs.mul(n, 20), r), 20), c))))));
    // 3 times ranges of 2 of the 10 iterations.
    assertEquals(15, cut.parts().orElseThrow().count());
  }

  @Test
  void aCopyIsCutIntoBlocks() {
    Stmt copy = Stmts.copy(X, Exprs.intLit(100), Y, Exprs.intLit(50), Exprs.intLit(1000));
    assertEquals(16, cut(copy).parts().orElseThrow().count());
    assertWhole(Stmts.copy(X, Exprs.intLit(0), Y, Exprs.intLit(0), Exprs.intLit(0)));
  }

  @Test
  void scratchThatIsSetBeforeIsSetInEachPart() {
    Kernel cut =
        cut(
            Stmts.block(
                Stmts.fill(S, Exprs.intLit(0), Exprs.intLit(SIZE), Exprs.floatLit(3)),
                Stmts.loop("i", 64, i -> Stmts.store(Y, i, Exprs.load(S, i)))));
    assertTrue(LoopPrinter.print(cut).contains("fill s"), LoopPrinter.print(cut));
  }

  @Test
  void whatTouchesAResultBeforeKeepsTheKernelWhole() {
    assertWhole(
        Stmts.block(
            Stmts.fill(Y, Exprs.intLit(0), Exprs.intLit(SIZE), Exprs.floatLit(0)),
            loop(AxisKind.PARALLEL, 100, PartitionTest::store)));
  }

  @Test
  void dependentIterationsStayTogether() {
    assertWhole(loop(AxisKind.REDUCE, 100, PartitionTest::store));
    assertWhole(
        loop(AxisKind.PARALLEL, 100, i -> Stmts.store(Y, Exprs.add(i, 1), Exprs.load(Y, i))));
    assertWhole(loop(AxisKind.PARALLEL, 100, i -> store(Exprs.rem(i, Exprs.intLit(50)))));
  }

  @Test
  void aVariableThatIsCarriedKeepsTheKernelWhole() {
    Var sum = new Var("sum", LoopType.FLOAT);
    assertWhole(
        new Stmt.Block(
            List.of(
                Stmts.local(sum, Exprs.floatLit(0)),
                loop(
                    AxisKind.PARALLEL,
                    100,
                    i ->
                        Stmts.block(
                            Stmts.assign(sum, Exprs.add(Exprs.ref(sum), Exprs.load(X, i))),
                            Stmts.store(Y, i, Exprs.ref(sum)))))));
  }

  @Test
  void scratchThatIsCarriedKeepsTheKernelWhole() {
    assertWhole(
        loop(
            AxisKind.PARALLEL,
            100,
            i ->
                Stmts.block(
                    Stmts.store(Y, i, Exprs.load(S, Exprs.intLit(0))),
                    Stmts.store(S, Exprs.intLit(0), Exprs.load(X, i)))));
  }

  @Test
  void theOuterLoopIsCutWhereInnerOnesCannotBe() {
    Kernel cut =
        cut(
            Stmts.loop(
                "r",
                4,
                r ->
                    Stmts.loop(
                        "i",
                        100,
                        i -> store(Exprs.add(Exprs.mul(r, 60), Exprs.rem(i, Exprs.intLit(50)))))));
    assertEquals(4, cut.parts().orElseThrow().count());
  }

  @Test
  void smallKernelsAndOneThreadStayWhole() {
    Kernel kernel = kernel(loop(AxisKind.VECTOR, SIZE, PartitionTest::store));
    assertFalse(Partition.of(kernel, Target.PORTABLE.withThreads(2)).isPresent());
    assertFalse(Partition.of(kernel, FREE.withThreads(1)).isPresent());
  }

  @Test
  void whatEachPartWouldDoAgainLimitsTheirNumber() {
    Costs costs = EqualCosts.of(1).with(CostFigure.CALL, 0);
    Target target = Target.PORTABLE.withThreads(2).withCosts(costs);
    Stmt fill = Stmts.fill(S, Exprs.intLit(0), Exprs.intLit(SIZE), Exprs.floatLit(3));
    Stmt rows =
        Stmts.loop(
            "r",
            64,
            r -> Stmts.copy(X, Exprs.intLit(0), Y, Exprs.mul(r, SIZE), Exprs.intLit(SIZE)));
    Kernel kernel = kernel(Stmts.block(fill, rows));
    assertEquals(6, Partition.of(kernel, target).orElseThrow().parts().orElseThrow().count());
  }

  @Test
  void aLastTileThatBeginsEarlierIsInThePartOfTheOneBefore() {
    // 19 tiles of 64, of which the last begins at 1136.
    Kernel cut =
        cut(
            Stmts.loop(
                "tile",
                19,
                t -> {
                  Expr from = Exprs.min(Exprs.mul(t, 64), Exprs.intLit(SIZE - 64));
                  return Stmts.copy(X, from, Y, from, Exprs.intLit(64));
                }));
    // Ranges of 2 or 3 would leave the last tile alone; of 5, threads have 10 and 9.
    assertEquals(4, cut.parts().orElseThrow().count());
  }

  @Test
  void tilesThatOverlapBeforeTheLastKeepTheKernelWhole() {
    assertWhole(
        Stmts.loop(
            "tile",
            19,
            t -> {
              Expr from = Exprs.min(Exprs.mul(t, 63), Exprs.intLit(SIZE - 80));
              return Stmts.copy(X, from, Y, from, Exprs.intLit(64));
            }));
  }
}
