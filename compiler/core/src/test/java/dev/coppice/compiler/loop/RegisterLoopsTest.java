package dev.coppice.compiler.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.tensor.DType;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class RegisterLoopsTest {
  private static final int LENGTH = 61;
  private static final Buffer X = Buffer.flat("x", DType.FLOAT32, Role.INPUT, LENGTH);
  private static final Buffer H = Buffer.flat("h", DType.FLOAT16, Role.INPUT, LENGTH);
  private static final Buffer Y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, LENGTH);

  private static Kernel kernel(Stmt body) {
    return new Kernel("k", "", List.of(X, H, Y), body);
  }

  private static Stmt each(int from, int to, Stmts.LoopBody body) {
    return Stmts.loop("i", Exprs.intLit(from), Exprs.intLit(to), 1, Stmt.AxisKind.VECTOR, body);
  }

  private static Stmt storing(UnaryOperator<Expr> value) {
    return each(0, LENGTH, i -> Stmts.store(Y, i, value.apply(i)));
  }

  private static Expr exp(Expr x) {
    return Exprs.call(Intrinsic.EXP, x);
  }

  private static boolean hasRegisters(Kernel kernel) {
    boolean[] found = {false};
    LoopTree.expressions(kernel.body(), e -> found[0] |= e.type().isRegister());
    return found[0];
  }

  private static float[] run(Kernel kernel) {
    float[] x = new float[LENGTH];
    short[] h = new short[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      x[i] = (i * 37 % LENGTH - 30) / 7f;
      h[i] = (short) (0x3C00 + i);
    }
    float[] y = new float[LENGTH];
    LoopInterpreter.run(
        kernel,
        List.of(
            new LoopInterpreter.Flat(x, 0),
            new LoopInterpreter.Flat(h, 0),
            new LoopInterpreter.Flat(y, 0)));
    return y;
  }

  private static void assertInRegisters(Stmt body) {
    Kernel before = kernel(body);
    LoopVerifier.verify(before);
    Kernel after = RegisterLoops.of(before);
    LoopVerifier.verify(after);
    assertTrue(hasRegisters(after), LoopPrinter.print(after));
    assertArrayEquals(run(before), run(after), 1e-5f);
  }

  private static void assertKept(Stmt body) {
    Kernel before = kernel(body);
    LoopVerifier.verify(before);
    assertSame(before, RegisterLoops.of(before));
  }

  @Test
  void callsOfElementsAtTheIndexGoThroughRegisters() {
    assertInRegisters(storing(i -> exp(Exprs.load(X, i))));
    assertInRegisters(each(3, 60, i -> Stmts.store(Y, Exprs.sub(i, Exprs.intLit(2)), exp(at(i)))));
  }

  private static Expr at(Expr i) {
    return Exprs.load(X, i);
  }

  @Test
  void choicesAndAllArithmeticDo() {
    assertInRegisters(
        storing(
            i ->
                Exprs.select(
                    Exprs.lt(at(i), Exprs.floatLit(0)),
                    Exprs.sub(exp(at(i)), Exprs.floatLit(1)),
                    Exprs.neg(Exprs.abs(at(i))))));
    assertInRegisters(
        storing(
            i ->
                Exprs.div(
                    Exprs.min(Exprs.call(Intrinsic.SQRT, Exprs.abs(at(i))), Exprs.floatLit(1)),
                    Exprs.max(exp(at(i)), Exprs.floatLit(0.5f)))));
  }

  @Test
  void whatIsTheSameForAllIsSpread() {
    assertInRegisters(storing(i -> exp(Exprs.mul(at(i), Exprs.load(X, Exprs.intLit(7))))));
    assertInRegisters(storing(i -> exp(Exprs.mul(at(i), Exprs.load(H, Exprs.intLit(7))))));
  }

  @Test
  void variablesOfTheBodyAreRegisters() {
    Var e = new Var("e", LoopType.FLOAT);
    assertInRegisters(
        each(
            0,
            LENGTH,
            i ->
                new Stmt.Block(
                    List.of(
                        Stmts.local(e, exp(at(i))),
                        Stmts.store(Y, i, Exprs.mul(Exprs.ref(e), Exprs.ref(e)))))));
  }

  @Test
  void loopsInFunctionsDo() {
    Buffer o = Buffer.flat("o", DType.FLOAT32, Role.OUTPUT, 0);
    Function f =
        new Function(
            "f",
            "",
            List.of(o),
            List.of(),
            each(0, 20, i -> Stmts.store(o, i, exp(Exprs.load(o, i)))));
    Kernel after = RegisterLoops.of(kernel(Stmts.invoke(f, List.of(Y), List.of())));
    LoopVerifier.verify(after);
    Stmt.Invoke call = (Stmt.Invoke) after.body();
    assertTrue(hasRegisters(kernel(call.function().body())));
    float[] y = run(after);
    assertEquals(1, y[19]);
    assertEquals(0, y[20]);
  }

  @Test
  void shortLoopsOfPlainArithmeticDo() {
    assertInRegisters(storing(i -> Exprs.mul(at(i), at(i))));
    assertInRegisters(storing(i -> Exprs.mul(at(i), exp(Exprs.load(X, Exprs.intLit(3))))));
  }

  @Test
  void longLoopsOfPlainArithmeticAreLeftToTheJit() {
    Buffer x = Buffer.flat("x", DType.FLOAT32, Role.INPUT, 2000);
    Buffer y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, 2000);
    Stmt body = each(0, 2000, i -> Stmts.store(y, i, Exprs.neg(Exprs.load(x, i))));
    Kernel plain = new Kernel("k", "", List.of(x, y), body);
    assertSame(plain, RegisterLoops.of(plain));
  }

  @Test
  void noMoreOperationsThanHotSpotInlinesAreInAMethod() {
    Stmt nine = Stmts.block(Collections.nCopies(9, storing(i -> exp(at(i)))));
    Kernel after = RegisterLoops.of(kernel(nine));
    LoopVerifier.verify(after);
    int[] loops = {0};
    LoopTree.statements(after.body(), s -> loops[0] += s instanceof Stmt.For ? 1 : 0);
    assertTrue(loops[0] > 9 && loops[0] < 18, loops[0] + " loops, two for each in registers");
    assertArrayEquals(run(kernel(nine)), run(after), 1e-5f);
  }

  @Test
  void fewElementsAreLeft() {
    assertKept(each(2, 17, i -> Stmts.store(Y, i, exp(at(i)))));
  }

  @Test
  void elementsElsewhereAreLeft() {
    assertKept(each(0, 30, i -> Stmts.store(Y, i, exp(at(Exprs.mul(i, 2))))));
    assertKept(each(0, 30, i -> Stmts.store(Y, Exprs.mul(i, 2), exp(at(i)))));
    assertKept(storing(i -> exp(Exprs.load(H, i))));
  }

  @Test
  void sumsAreLeft() {
    Var sum = new Var("sum", LoopType.FLOAT);
    assertKept(
        Stmts.block(
            Stmts.local(sum, Exprs.floatLit(0)),
            Stmts.reduceLoop(
                "i", LENGTH, i -> Stmts.assign(sum, Exprs.add(Exprs.ref(sum), exp(at(i))))),
            Stmts.store(Y, Exprs.intLit(0), Exprs.ref(sum))));
  }
}
