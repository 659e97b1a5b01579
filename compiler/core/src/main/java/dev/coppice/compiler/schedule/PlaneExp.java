package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * {@code x = exp(x - m)} of a plane of floats that are not above those of {@code m}. HotSpot
 * vectorises no loop that goes from floats to ints and back, but those that go one way; so the
 * steps of the runtime's {@code FloatMath.exp} are a loop each, and the result has the same bits.
 */
final class PlaneExp {
  private static final float LOG2_E = 0x1.715476p0f;

  /** ln 2 in two parts. */
  private static final float LN2_HIGH = 0x1.63p-1f;

  private static final float LN2_LOW = -0x1.bd0106p-13f;

  /** Adding this to a float below 2^22 rounds it to an integer, which stands in the low bits. */
  private static final float ROUND = 0x1.8p23f;

  private static final int ROUND_BITS = 0x4B40_0000;

  /** Below this exp is zero. */
  private static final float EXP_MIN = -104;

  /** Coefficients of {@code (exp(r) - 1 - r) / r^2}, the highest first. */
  private static final float[] EXPM1 = {
    0x1.a032d6p-13f, 0x1.6d73cp-10f, 0x1.11118ap-7f, 0x1.5554bp-5f, 0x1.555554p-3f, 0.5f
  };

  private static final int BIAS = 127;

  private static final int FRACTION_BITS = 23;

  private static final Buffer X = Buffer.row("x", DType.FLOAT32, Buffer.Role.OUTPUT, 0);
  private static final Buffer M = Buffer.row("m", DType.FLOAT32, Buffer.Role.INPUT, 0);
  private static final Buffer POWERS = Buffer.row("powers", DType.INT32, Buffer.Role.OUTPUT, 0);
  private static final Var N = new Var("n", LoopType.INT);

  private PlaneExp() {}

  /** Whether this is faster than a loop with the function: where there are no registers. */
  static boolean applies(KernelBuilder k, DType dtype) {
    return !k.target().vectorApi() && dtype == DType.FLOAT32;
  }

  /** The call for {@code n} elements; {@code powers} is a plane of ints. */
  static Stmt call(Array x, Array m, Array powers, Expr n) {
    Function function =
        new Function(
            "exponentials",
            "x = exp(x - m), for x not above m.",
            List.of(X, M, POWERS),
            List.of(N),
            Stmts.block(
                each("i", X, i -> Exprs.max(Exprs.sub(x(i), Exprs.load(M, i)), lit(EXP_MIN))),
                each("j", POWERS, j -> power(x(j))),
                each("r", X, r -> reduced(x(r))),
                each("s", X, s -> scaled(x(s), Exprs.load(POWERS, s)))));
    return Stmts.invoke(function, List.of(x, m, powers), List.of(n));
  }

  private static Stmt each(String var, Buffer to, UnaryOperator<Expr> value) {
    return Stmts.loop(
        var,
        Exprs.intLit(0),
        Exprs.ref(N),
        1,
        Stmt.AxisKind.VECTOR,
        i -> Stmts.store(to, i, value.apply(i)));
  }

  private static Expr x(Expr i) {
    return Exprs.load(X, i);
  }

  private static Expr lit(float value) {
    return Exprs.floatLit(value);
  }

  /** {@code x / ln 2}, rounded, in the low bits. */
  private static Expr rounded(Expr x) {
    return Exprs.add(Exprs.mul(x, lit(LOG2_E)), lit(ROUND));
  }

  private static Expr power(Expr x) {
    return Exprs.sub(Exprs.call(Intrinsic.FLOAT_BITS, rounded(x)), Exprs.intLit(ROUND_BITS));
  }

  /** {@code exp} of what is left of x without its power of 2. */
  private static Expr reduced(Expr x) {
    Expr power = Exprs.sub(rounded(x), lit(ROUND));
    Expr r =
        Exprs.sub(Exprs.sub(x, Exprs.mul(power, lit(LN2_HIGH))), Exprs.mul(power, lit(LN2_LOW)));
    Expr q = lit(EXPM1[0]);
    for (int i = 1; i < EXPM1.length; i++) {
      q = Exprs.add(lit(EXPM1[i]), Exprs.mul(r, q));
    }
    return Exprs.add(lit(1), Exprs.add(r, Exprs.mul(Exprs.mul(r, r), q)));
  }

  /** Two factors, since the power alone may be no normal float; only the last product rounds. */
  private static Expr scaled(Expr x, Expr n) {
    Expr half = Exprs.binary(BinaryOp.SHR, n, Exprs.intLit(1));
    return Exprs.mul(Exprs.mul(x, powerOfTwo(half)), powerOfTwo(Exprs.sub(n, half)));
  }

  private static Expr powerOfTwo(Expr n) {
    Expr bits =
        Exprs.binary(BinaryOp.SHL, Exprs.add(n, Exprs.intLit(BIAS)), Exprs.intLit(FRACTION_BITS));
    return Exprs.call(Intrinsic.FLOAT_OF_BITS, bits);
  }
}
