package dev.coppice.compiler.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopPrinterTest {
  private static final Buffer X = Buffer.flat("x", DType.UINT8, Role.INPUT, 8);
  private static final Buffer P = Buffer.planar("p", DType.FLOAT32, Role.SCRATCH, 2, 8);
  private static final Buffer Y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, 8);

  @Test
  void printsKernelAndFunctions() {
    Buffer o = Buffer.row("o", DType.FLOAT32, Role.OUTPUT, 0);
    Var n = new Var("n", LoopType.INT);
    Function zero =
        new Function(
            "zero",
            "o = 0.",
            List.of(o),
            List.of(n),
            Stmts.fill(o, Exprs.intLit(0), Exprs.ref(n), Exprs.floatLit(0)));
    Stmt body =
        Stmts.block(
            Stmts.comment("clear"),
            Stmts.invoke(zero, List.of(Exprs.row(P, Exprs.intLit(1))), List.of(Exprs.intLit(8))),
            Stmts.loop(
                "i",
                Exprs.intLit(0),
                Exprs.intLit(8),
                2,
                Stmt.AxisKind.VECTOR,
                i ->
                    Stmts.when(
                        Exprs.lt(i, Exprs.intLit(4)),
                        Stmts.store(Y, i, Exprs.cast(LoopType.FLOAT, Exprs.load(X, i))),
                        Stmts.copy(Exprs.row(P, Exprs.intLit(1)), i, Y, i, Exprs.intLit(1)))));
    assertEquals(
        """
        kernel k(input x: u8[8], scratch p: f32[2][8], output y: f32[8]) {  # widen
          # clear
          zero(p[1]; 8)
          vector i in 0 .. 8 by 2 {
            if (i < 4) {
              y[i] = float(x[i])
            } else {
              copy p[1][i] to y[i] count 1
            }
          }
        }
        function zero(output o: f32[0] bare; n: int) {  # o = 0.
          fill o[0] count n with 0.0f
        }
        """,
        LoopPrinter.print(new Kernel("k", "widen", List.of(X, P, Y), body)));
  }

  @Test
  void printsStatements() {
    Var acc = new Var("acc", LoopType.FLOAT.times(4));
    Expr load = Exprs.loadVector(Y, Exprs.intLit(0), 4);
    assertEquals("var acc: floatx4 = y[0 x4]\n", LoopPrinter.print(Stmts.local(acc, load)));
    assertEquals(
        "acc = (acc + broadcast(-1.5f, 4))\n",
        LoopPrinter.print(
            Stmts.assign(
                acc, Exprs.add(Exprs.ref(acc), Exprs.broadcast(Exprs.floatLit(-1.5f), 4)))));
  }

  @Test
  void printsExpressions() {
    Expr a = Exprs.doubleLit(2);
    assertEquals(
        "reduce(max, broadcast(2.0, 2))",
        LoopPrinter.print(Exprs.reduce(Expr.BinaryOp.MAX, Exprs.broadcast(a, 2))));
    assertEquals(
        "select(true, abs(2.0), pow(2.0, min(2.0, 2.0)))",
        LoopPrinter.print(
            Exprs.select(
                Exprs.boolLit(true), Exprs.abs(a), Exprs.call(Intrinsic.POW, a, Exprs.min(a, a)))));
    assertEquals(
        "(3L >>> 1)",
        LoopPrinter.print(Exprs.binary(Expr.BinaryOp.USHR, Exprs.longLit(3), Exprs.intLit(1))));
  }
}
