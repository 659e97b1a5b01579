package dev.coppice.compiler.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.tensor.DType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CompilingCallsTest {
  private static final Buffer X = Buffer.flat("x", DType.FLOAT32, Role.INPUT, 1 << 20);
  private static final Buffer Y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, 1 << 20);

  private static Kernel kernel(String name, Stmt body) {
    return new Kernel(name, "", List.of(X, Y), body);
  }

  /** A register at {@code i}. */
  private static Stmt register(Expr i) {
    return Stmts.store(Y, i, Exprs.loadRegister(X, i));
  }

  private static Stmt times(int count, java.util.function.Function<Expr, Stmt> body) {
    return Stmts.loop("i", count, body::apply);
  }

  private static final Var AT = new Var("at", LoopType.INT);
  private static final Function FUNCTION =
      new Function("move", "", List.of(X, Y), List.of(AT), register(Exprs.ref(AT)));

  private static Stmt invoke(Expr at) {
    return Stmts.invoke(FUNCTION, List.of(X, Y), List.of(at));
  }

  @Test
  void kernelsWithoutRegistersNeedNone() {
    Kernel scalar = kernel("k", times(9, i -> Stmts.store(Y, i, Exprs.load(X, i))));
    assertEquals(Map.of(), CompilingCalls.after(1, Map.of(scalar, 1)));
  }

  @Test
  void loopsCountOnceThereAreAThousandCalls() {
    Kernel one = kernel("k", register(Exprs.intLit(0)));
    Kernel looped = kernel("k", times(1000, CompilingCallsTest::register));
    assertEquals(Map.of(one, 7700), CompilingCalls.after(1, Map.of(one, 1)));
    assertEquals(Map.of(looped, 1736), CompilingCalls.after(1, Map.of(looped, 1)));
  }

  @Test
  void runsThatAreEnoughNeedNoCallsBeside() {
    Kernel looped = kernel("k", times(1000, CompilingCallsTest::register));
    assertEquals(Map.of(looped, 1736), CompilingCalls.after(1735, Map.of(looped, 1)));
    assertEquals(Map.of(), CompilingCalls.after(1736, Map.of(looped, 1)));
    assertEquals(Map.of(), CompilingCalls.after(868, Map.of(looped, 2)));
  }

  @Test
  void aFunctionIsCalledAsOftenAsTheLoopsAroundItSay() {
    Kernel often = kernel("k", times(100, i -> Stmts.loop("j", 70, j -> invoke(j))));
    assertEquals(Map.of(often, 2), CompilingCalls.after(1, Map.of(often, 1)));
  }

  @Test
  void aFunctionCountsWithTheFirstKernelThatHasIt() {
    Kernel first = kernel("a", times(10, CompilingCallsTest::invoke));
    Kernel second = kernel("b", times(20, CompilingCallsTest::invoke));
    Map<Kernel, Integer> kernels = new java.util.LinkedHashMap<>();
    kernels.put(first, 1);
    kernels.put(second, 1);
    assertEquals(Map.of(first, 770), CompilingCalls.after(1, kernels));
    assertEquals(Map.of(), CompilingCalls.after(257, kernels));
  }

  @Test
  void kernelsWhoseElementsSayWhereToReadAreLeftOut() {
    Buffer w = Buffer.flat("w", DType.INT32, Role.WEIGHTS, 9);
    Buffer table = Buffer.flat("table", DType.INT32, Role.INPUT, 9);
    for (Buffer indices : List.of(w, table)) {
      Stmt body = times(9, i -> Stmts.store(Y, i, Exprs.loadRegister(X, Exprs.load(indices, i))));
      Kernel k = new Kernel("k", "", List.of(X, Y, indices), body);
      assertEquals(indices == w, CompilingCalls.isFree(k));
      assertEquals(indices == w ? 1 : 0, CompilingCalls.after(1, Map.of(k, 1)).size());
    }
  }

  @Test
  void functionsAreFreeByWhatTheyAreGiven() {
    Buffer w = Buffer.flat("w", DType.INT32, Role.WEIGHTS, 9);
    Buffer table = Buffer.flat("table", DType.INT32, Role.INPUT, 9);
    Buffer any = Buffer.flat("any", DType.INT32, Role.INPUT, 9);
    Function f =
        new Function(
            "f",
            "",
            List.of(X, Y, any),
            List.of(),
            times(9, i -> Stmts.store(Y, i, Exprs.loadRegister(X, Exprs.load(any, i)))));
    for (Buffer indices : List.of(w, table)) {
      Stmt body = Stmts.invoke(f, List.of(X, Y, indices), List.of());
      assertEquals(
          indices == w, CompilingCalls.isFree(new Kernel("k", "", List.of(X, Y, indices), body)));
    }
  }

  @Test
  void placesThatAreComputedFromFloatsAreNotFree() {
    Expr place = Exprs.cast(LoopType.INT, Exprs.load(X, Exprs.intLit(0)));
    assertFalse(CompilingCalls.isFree(kernel("k", Stmts.store(Y, place, Exprs.floatLit(1)))));
    assertTrue(
        CompilingCalls.isFree(
            kernel(
                "k",
                Stmts.loop(
                    "i",
                    Exprs.intLit(0),
                    Exprs.intLit(4),
                    1,
                    AxisKind.PARALLEL,
                    i -> Stmts.store(Y, i, Exprs.cast(LoopType.FLOAT, i))))));
  }
}
