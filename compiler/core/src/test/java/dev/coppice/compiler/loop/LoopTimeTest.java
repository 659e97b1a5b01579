package dev.coppice.compiler.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopTimeTest {
  private static final Buffer X = Buffer.flat("x", DType.FLOAT32, Role.INPUT, 1 << 20);
  private static final Buffer Y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, 1 << 20);

  private static double nanos(Stmt s) {
    return LoopTime.nanos(s, Costs.PORTABLE);
  }

  private static Stmt loop(Expr to, AxisKind kind) {
    return Stmts.loop("i", Exprs.intLit(0), to, 1, kind, i -> Stmts.store(Y, i, Exprs.load(X, i)));
  }

  @Test
  void loopsMultiply() {
    double one = nanos(loop(Exprs.intLit(1000), AxisKind.VECTOR));
    double ten = nanos(Stmts.loop("o", 10, o -> loop(Exprs.intLit(1000), AxisKind.VECTOR)));
    assertEquals(10 * one, ten, 0.05 * ten);
  }

  @Test
  void vectorsTakeLessThanScalars() {
    assertTrue(
        nanos(loop(Exprs.intLit(1000), AxisKind.VECTOR))
            < nanos(loop(Exprs.intLit(1000), AxisKind.PARALLEL)) / 3);
  }

  @Test
  void copiesTakeTimeForEachElement() {
    double near = nanos(Stmts.copy(X, Exprs.intLit(0), Y, Exprs.intLit(0), Exprs.intLit(10_000)));
    double far = nanos(Stmts.copy(X, Exprs.intLit(0), Y, Exprs.intLit(0), Exprs.intLit(100_000)));
    assertEquals(10_000 * Costs.PORTABLE.copy(), near, 0.02 * near);
    assertEquals(100_000 * Costs.PORTABLE.strided(), far, 0.02 * far);
  }

  @Test
  void functionsCountWithWhatTheyAreGiven() {
    Var n = new Var("n", LoopType.INT);
    Function f =
        new Function("f", "", List.of(X, Y), List.of(n), loop(Exprs.ref(n), AxisKind.VECTOR));
    double invoked = nanos(Stmts.invoke(f, List.of(X, Y), List.of(Exprs.intLit(5000))));
    double direct = nanos(loop(Exprs.intLit(5000), AxisKind.VECTOR));
    assertEquals(direct + Costs.PORTABLE.call(), invoked, 0.01 * direct);
  }

  @Test
  void theLongerBranchCounts() {
    Stmt longer = loop(Exprs.intLit(1000), AxisKind.VECTOR);
    Stmt shorter = loop(Exprs.intLit(10), AxisKind.VECTOR);
    Expr condition = Exprs.lt(Exprs.load(X, Exprs.intLit(0)), Exprs.floatLit(0));
    double time = nanos(Stmts.when(condition, shorter, longer));
    assertEquals(nanos(longer), time, 0.05 * time);
  }

  @Test
  void aLoopOfUnknownLengthRunsSomeTimes() {
    Buffer ends = Buffer.flat("ends", DType.INT32, Role.WEIGHTS, 9);
    double time = nanos(loop(Exprs.load(ends, Exprs.intLit(0)), AxisKind.PARALLEL));
    assertTrue(time > 10 && time < 1000, time + " ns");
  }
}
