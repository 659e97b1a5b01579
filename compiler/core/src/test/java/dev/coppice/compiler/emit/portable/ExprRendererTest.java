package dev.coppice.compiler.emit.portable;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.emit.java.RuntimeTypes;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Parentheses and spelling of expressions; what they compute is the business of {@link
 * RandomKernelsTest}.
 */
class ExprRendererTest {
  private static final Var I = new Var("i", LoopType.INT);
  private static final Var J = new Var("j", LoopType.INT);
  private static final Var F = new Var("f", LoopType.FLOAT);
  private static final Var ACC = new Var("acc", LoopType.FLOAT.times(4));
  private static final Buffer X = Buffer.flat("x", DType.FLOAT32, Buffer.Role.INPUT, 100);
  private static final Buffer B = Buffer.flat("b", DType.UINT8, Buffer.Role.INPUT, 100);
  private static final Buffer P = Buffer.planar("p", DType.FLOAT32, Buffer.Role.SCRATCH, 4, 100);
  private static final Buffer R = Buffer.row("r", DType.INT64, Buffer.Role.INPUT, 100);
  private static final Expr i = Exprs.ref(I);
  private static final Expr j = Exprs.ref(J);
  private static final Expr f = Exprs.ref(F);

  private static String text(Expr e, int lane) {
    MethodNames names = new MethodNames(List.of(X, B, P, R), List.of(I, J, F), Stmts.local(ACC, e));
    return RuntimeTypes.code(new ExprRenderer(names, lane).text(e))
        .toString()
        .replace("java.lang.", "")
        .replace("dev.coppice.runtime.", "");
  }

  private static String text(Expr e) {
    return text(e, 0);
  }

  @Test
  void leavesOutParenthesesThatChangeNothing() {
    assertEquals("i + j * 4 - 1", text(Exprs.add(Exprs.add(i, Exprs.mul(j, 4)), -1)));
    assertEquals("i + (j - i) * 2", text(Exprs.add(i, Exprs.mul(Exprs.sub(j, i), 2))));
    assertEquals("i + j + i", text(Exprs.add(i, Exprs.add(j, i))));
    assertEquals("i - (j + i)", text(Exprs.sub(i, Exprs.add(j, i))));
    assertEquals("i / (j * i)", text(Exprs.div(i, Exprs.mul(j, i))));
    assertEquals("i * (j / i)", text(Exprs.mul(i, Exprs.div(j, i))));
    assertEquals("i < j & j < 8", text(Exprs.and(Exprs.lt(i, j), Exprs.lt(j, Exprs.intLit(8)))));
  }

  @Test
  void keepsTheOrderOfFloatSums() {
    assertEquals("f + (f + f)", text(Exprs.add(f, Exprs.add(f, f))));
    assertEquals("f + f + f", text(Exprs.add(Exprs.add(f, f), f)));
  }

  @Test
  void separatesSigns() {
    assertEquals("-(-f)", text(Exprs.neg(Exprs.neg(f))));
    assertEquals("-(-1.5f)", text(Exprs.neg(Exprs.floatLit(-1.5f))));
    assertEquals("f - -1.5f", text(Exprs.sub(f, Exprs.floatLit(-1.5f))));
    assertEquals(
        "i + -2147483648", text(new Expr.Binary(BinaryOp.ADD, i, Exprs.intLit(Integer.MIN_VALUE))));
  }

  @Test
  void addressesBuffersAsTheyAreLaidOut() {
    assertEquals("x[xo + i + 3]", text(Exprs.load(X, Exprs.add(i, 3))));
    assertEquals("x[xo]", text(Exprs.load(X, Exprs.intLit(0))));
    assertEquals("b[bo + i] & 0xff", text(Exprs.load(B, i)));
    assertEquals("p[po + j][i]", text(Exprs.load(Exprs.row(P, j), i)));
    assertEquals("r[i]", text(Exprs.load(R, i)));
  }

  @Test
  void rendersOneLaneOfAVector() {
    assertEquals("x[xo + i * 4 + 2]", text(Exprs.loadVector(X, Exprs.mul(i, 4), 4), 2));
    assertEquals(
        "p[po + 1][7]",
        text(Exprs.loadVector(Exprs.row(P, Exprs.intLit(1)), Exprs.intLit(4), 4), 3));
    assertEquals("acc1 * f", text(Exprs.mul(Exprs.ref(ACC), Exprs.broadcast(f, 4)), 1));
  }

  @Test
  void reducesPairwise() {
    assertEquals("(acc0 + acc1) + (acc2 + acc3)", text(Exprs.reduce(BinaryOp.ADD, Exprs.ref(ACC))));
    assertEquals(
        "Math.max(Math.max(acc0, acc1), Math.max(acc2, acc3))",
        text(Exprs.reduce(BinaryOp.MAX, Exprs.ref(ACC))));
  }

  @Test
  void convertsBetweenTypes() {
    assertEquals("(float) (i + j)", text(Exprs.cast(LoopType.FLOAT, Exprs.add(i, j))));
    assertEquals("i < j ? 1f : 0f", text(Exprs.cast(LoopType.FLOAT, Exprs.lt(i, j))));
    assertEquals("f != 0f", text(Exprs.cast(LoopType.BOOLEAN, f)));
  }

  @Test
  void callsTheRuntimeAndMath() {
    assertEquals("FloatMath.exp(-f)", text(Exprs.call(Intrinsic.EXP, Exprs.neg(f))));
    assertEquals("(float) Math.sqrt(f) * f", text(Exprs.mul(Exprs.call(Intrinsic.SQRT, f), f)));
    assertEquals("f * f + f", text(Exprs.call(Intrinsic.MUL_ADD, f, f, f)));
    assertEquals("Math.floorMod(i, j)", text(Exprs.call(Intrinsic.FLOOR_MOD, i, j)));
    assertEquals("Float.isNaN(f)", text(Exprs.call(Intrinsic.IS_NAN, f)));
  }
}
