package dev.coppice.compiler.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.tensor.DType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Meaning of Loop IR by literals; everything else is compared with the interpreter. */
class LoopInterpreterTest {
  private static final Buffer Y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, 4);
  private static final Buffer B = Buffer.flat("b", DType.UINT8, Role.OUTPUT, 2);
  private static final Buffer P = Buffer.planar("p", DType.FLOAT32, Role.SCRATCH, 2, 2);

  private final float[] y = {9, 1, 2, 3, 4, 9};
  private final byte[] b = {-1, 2};
  private final float[][] p = {{0, 0}, {10, 20}, {30, 40}};

  private void run(Stmt body) {
    LoopInterpreter.run(
        new Kernel("k", "", List.of(Y, B, P), body),
        List.of(
            new LoopInterpreter.Flat(y, 1),
            new LoopInterpreter.Flat(b, 0),
            new LoopInterpreter.Rows(p, 1)));
  }

  private static Expr at(int i) {
    return Exprs.intLit(i);
  }

  @Test
  void addressesFromOffsetsAndRows() {
    run(Stmts.store(Y, at(0), Exprs.load(Exprs.row(P, at(1)), at(0))));
    assertArrayEquals(new float[] {9, 30, 2, 3, 4, 9}, y);
  }

  @Test
  void storesAVectorAfterAllItsLanesAreRead() {
    run(Stmts.store(Y, at(1), Exprs.loadVector(Y, at(0), 3)));
    assertArrayEquals(new float[] {9, 1, 1, 2, 3, 9}, y);
  }

  @Test
  void bringsEveryOtherLaneTogether() {
    for (Intrinsic f : List.of(Intrinsic.EVENS, Intrinsic.ODDS)) {
      Buffer x = Buffer.flat("x", DType.FLOAT32, Role.OUTPUT, 8);
      float[] values = {0, 1, 2, 3, 4, 5, 6, 7};
      Expr moved = Exprs.call(f, Exprs.loadRegister(x, at(0)));
      LoopInterpreter.run(
          new Kernel("k", "", List.of(x), Stmts.store(x, at(0), moved)),
          List.of(new LoopInterpreter.Flat(values, 0)));
      float first = f == Intrinsic.EVENS ? 0 : 1;
      float[] half = {first, first + 2, first + 4, first + 6};
      assertArrayEquals(half, Arrays.copyOf(values, 4));
      assertArrayEquals(half, Arrays.copyOfRange(values, 4, 8));
    }
  }

  @Test
  void reducesPairwise() {
    y[1] = 1e8f;
    y[2] = 1;
    y[3] = -1e8f;
    y[4] = 1;
    run(Stmts.store(Y, at(0), Exprs.reduce(Expr.BinaryOp.ADD, Exprs.loadVector(Y, at(0), 4))));
    assertEquals((1e8f + 1f) + (-1e8f + 1f), y[1]);
  }

  @Test
  void widensUnsignedAndNarrowsByWrapping() {
    run(Stmts.store(B, at(1), Exprs.add(Exprs.load(B, at(0)), 3)));
    assertEquals(2, b[1]);
  }

  @Test
  void stepsFromStartBelowEnd() {
    run(
        Stmts.loop(
            "i",
            at(0),
            at(4),
            3,
            Stmt.AxisKind.PARALLEL,
            i -> Stmts.store(Y, i, Exprs.floatLit(0))));
    assertArrayEquals(new float[] {9, 0, 2, 3, 0, 9}, y);
  }

  @Test
  void passesRowsToFunctions() {
    Buffer o = Buffer.row("o", DType.FLOAT32, Role.OUTPUT, 0);
    Var n = new Var("n", LoopType.INT);
    Function clear =
        new Function(
            "clear",
            "",
            List.of(o),
            List.of(n),
            Stmts.fill(o, at(0), Exprs.ref(n), Exprs.floatLit(0)));
    run(Stmts.invoke(clear, List.of(Exprs.row(P, at(0))), List.of(at(2))));
    assertArrayEquals(new float[] {0, 0}, p[1]);
    assertArrayEquals(new float[] {30, 40}, p[2]);
  }

  @Test
  void findsAccessBeyondTheBufferWithinTheArray() {
    Var i = new Var("i", LoopType.INT);
    IndexOutOfBoundsException e =
        assertThrows(
            IndexOutOfBoundsException.class,
            () ->
                run(
                    Stmts.block(
                        Stmts.local(i, at(4)), Stmts.store(Y, Exprs.ref(i), Exprs.floatLit(0)))));
    assertEquals("elements 4..4 of y, which has 4", e.getMessage());
  }

  @Test
  void findsARowBeyondTheBuffer() {
    Var r = new Var("r", LoopType.INT);
    IndexOutOfBoundsException e =
        assertThrows(
            IndexOutOfBoundsException.class,
            () ->
                run(
                    Stmts.block(
                        Stmts.local(r, at(-1)),
                        Stmts.store(Exprs.row(P, Exprs.ref(r)), at(0), Exprs.floatLit(0)))));
    assertEquals("row -1 of p, which has 2", e.getMessage());
  }
}
