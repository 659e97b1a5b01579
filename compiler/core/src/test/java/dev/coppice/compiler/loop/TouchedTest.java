package dev.coppice.compiler.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

class TouchedTest {
  private static final Buffer X = Buffer.flat("x", DType.FLOAT32, Role.INPUT, 1000);
  private static final Buffer Y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, 1000);

  private static List<Long> touched(Stmt body) {
    return List.copyOf(Touched.of(new Kernel("k", "", List.of(X, Y), body)).values());
  }

  @Test
  void eachElementOnce() {
    Stmt ten = Stmts.loop("i", 10, i -> Stmts.store(Y, i, Exprs.load(X, Exprs.mul(i, 2))));
    assertEquals(List.of(10L, 10L), touched(ten));
    assertEquals(List.of(1000L, 1000L), touched(Stmts.loop("o", 500, o -> ten)));
  }

  @Test
  void copiesTouchWhatTheyCopy() {
    Stmt copy = Stmts.copy(X, Exprs.intLit(4), Y, Exprs.intLit(0), Exprs.intLit(7));
    assertEquals(List.of(21L, 21L), touched(Stmts.loop("i", 3, i -> copy)));
    Stmt fill = Stmts.fill(Y, Exprs.intLit(0), Exprs.intLit(9), Exprs.floatLit(0));
    assertEquals(List.of(0L, 9L), touched(fill));
  }

  @Test
  void functionsTouchWhatTheyAreGiven() {
    Buffer o = Buffer.flat("o", DType.FLOAT32, Role.OUTPUT, 0);
    Var n = new Var("n", LoopType.INT);
    Stmt body =
        Stmts.loop(
            "j",
            Exprs.intLit(0),
            Exprs.ref(n),
            1,
            Stmt.AxisKind.PARALLEL,
            j -> Stmts.store(o, j, Exprs.floatLit(1)));
    Function f = new Function("f", "", List.of(o), List.of(n), body);
    assertEquals(List.of(0L, 5L), touched(Stmts.invoke(f, List.of(Y), List.of(Exprs.intLit(5)))));
  }

  /** As many as it can be. */
  @Test
  void lengthsThatAreNotKnownTouchAll() {
    Expr count = Exprs.cast(LoopType.INT, Exprs.load(X, Exprs.intLit(0)));
    assertEquals(
        List.of(1000L, 1000L), touched(Stmts.copy(X, Exprs.intLit(0), Y, Exprs.intLit(0), count)));
  }
}
