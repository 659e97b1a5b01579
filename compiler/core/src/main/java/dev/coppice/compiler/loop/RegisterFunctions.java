package dev.coppice.compiler.loop;

import static dev.coppice.compiler.loop.Exprs.abs;
import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.div;
import static dev.coppice.compiler.loop.Exprs.lt;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.neg;
import static dev.coppice.compiler.loop.Exprs.select;
import static dev.coppice.compiler.loop.Exprs.sub;

import dev.coppice.compiler.loop.Expr.BinaryOp;
import java.util.ArrayList;
import java.util.List;

/**
 * The elementary functions on registers, written out as operations that machines have; HotSpot
 * neither vectorises a scalar function nor inlines all that takes a register. Polynomials and
 * reductions are those of the runtime's {@code FloatMath}, with fused multiply-adds. Stated errors
 * are against the exact result, in units of its last place. NaN gives NaN; infinities follow the
 * limits.
 *
 * <ul>
 *   <li>EXP: below 1 ulp; 0 where the result is below 2^-125
 *   <li>SIGMOID: below 2.5 ulp; 0 where the result is below 2^-127
 *   <li>TANH: below 2.5 ulp
 *   <li>ERF: below 1.5 ulp
 * </ul>
 */
final class RegisterFunctions {
  private static final float LOG2_E = 0x1.715476p0f;

  /** ln 2 in two parts; the first has 9 bits, so that its product with an exponent is exact. */
  private static final float LN2_HIGH = 0x1.63p-1f;

  private static final float LN2_LOW = -0x1.bd0106p-13f;

  /** Adding this to a float below 2^22 rounds it to an integer, which stands in the low bits. */
  private static final float ROUND = 0x1.8p23f;

  /** Exponent bits of 1. */
  private static final int BIAS = 127;

  private static final int FRACTION_BITS = 23;

  private static final int SIGN = 0x8000_0000;

  /** Beyond this exp is infinite. */
  private static final float EXP_MAX = 89;

  /** Below this, the logarithm of 2^-125, half of exp has no normal float for its scale. */
  private static final float EXP_MIN = -86.643f;

  /** Coefficients of {@code (exp(r) - 1 - r) / r^2}, the highest first. */
  private static final float[] EXPM1 = {
    0x1.a032d6p-13f, 0x1.6d73cp-10f, 0x1.11118ap-7f, 0x1.5554bp-5f, 0x1.555554p-3f, 0.5f
  };

  /** Coefficients of {@code erf(x) / x - 1} in {@code x^2} for |x| below 1, the highest first. */
  private static final float[] ERF = {
    0x1.496a36p-14f,
    -0x1.a3f702p-11f,
    0x1.5405b2p-8f,
    -0x1.b7f90ep-6f,
    0x1.ce2cf8p-4f,
    -0x1.81273ep-2f,
    0x1.06eba8p-3f
  };

  /** Coefficients of {@code -log(1 - erf(x))} for x from 1 to {@link #ERF_MAX}. */
  private static final float[] ERF_TAIL = {
    -0x1.871ea6p-13f,
    0x1.82847p-9f,
    -0x1.65e0fap-6f,
    0x1.a65eeap-4f,
    0x1.46b92ep-1f,
    0x1.208976p0f,
    0x1.63e7b6p-12f
  };

  /** From here on erf rounds to 1. */
  private static final float ERF_MAX = 3.95f;

  private final Names names;
  private final SharedRegisters constants;
  private final List<Stmt> out = new ArrayList<>();

  private RegisterFunctions(Names names, SharedRegisters constants) {
    this.names = names;
    this.constants = constants;
  }

  /** Gives names that a kernel does not have yet. */
  interface Names {
    /** A name that begins with {@code prefix}. */
    String fresh(String prefix);
  }

  /** Whether {@code f} is written out here. */
  static boolean has(Intrinsic f) {
    return switch (f) {
      case EXP, SIGMOID, TANH, ERF -> true;
      default -> false;
    };
  }

  /** Whether {@code s} calls such a function on a register. */
  static boolean areIn(Stmt s) {
    boolean[] found = {false};
    LoopTree.expressions(s, e -> found[0] |= isCall(e));
    return found[0];
  }

  private static boolean isCall(Expr e) {
    return e instanceof Expr.Call c && c.type().isRegister() && has(c.function());
  }

  /** {@code loop}, a loop without loops in it, with the functions written out. */
  static Stmt writeOut(Stmt.For loop, Names names) {
    SharedRegisters constants = new SharedRegisters(names.fresh("constant"));
    RegisterFunctions f = new RegisterFunctions(names, constants);
    f.statement(loop.body());
    List<Stmt> all = new ArrayList<>(constants.declarations());
    Stmt body = Stmts.block(f.out);
    all.add(new Stmt.For(loop.var(), loop.from(), loop.to(), loop.step(), loop.kind(), body));
    return new Stmt.Block(all);
  }

  private void statement(Stmt s) {
    if (s instanceof Stmt.Block b) {
      b.body().forEach(this::statement);
    } else if (s instanceof Stmt.Local l) {
      out.add(Stmts.local(l.var(), written(l.value())));
    } else if (s instanceof Stmt.Assign a) {
      out.add(Stmts.assign(a.var(), written(a.value())));
    } else if (s instanceof Stmt.Store t) {
      out.add(Stmts.store(t.array(), t.index(), written(t.value())));
    } else {
      out.add(s);
    }
  }

  private Expr written(Expr e) {
    if (e instanceof Expr.Broadcast b && b.a() instanceof Expr.Literal && e.type().isRegister()) {
      return constants.of(e);
    }
    Expr own = LoopTree.rebuild(e, this::written);
    if (!isCall(own)) {
      return own;
    }
    Expr.Call c = (Expr.Call) own;
    Expr x = local("x", c.arguments().get(0));
    return switch (c.function()) {
      case EXP -> exp(x);
      case SIGMOID -> div(constant(1), add(constant(1), exp(local("minus", neg(x)))));
      case TANH -> tanh(x);
      default -> erf(x);
    };
  }

  private Expr exp(Expr x) {
    Expr bounded = local("bounded", least(x, constant(EXP_MAX)));
    // Twice half of the result: its scale is finite where the result is.
    Reduced r = reduce(bounded, BIAS - 1);
    Expr half = local("half", mulAdd(r.scale, expm1(r.rest), r.scale));
    return select(lt(x, constant(EXP_MIN)), constant(0), add(half, half));
  }

  private Expr tanh(Expr x) {
    // With e = exp(2|x|) - 1, tanh |x| = e / (e + 2); at 2|x| = 20 the result rounds to 1.
    Expr size = local("size", abs(x));
    Expr y = local("bounded", least(local("twice", add(size, size)), constant(20)));
    Reduced r = reduce(y, BIAS);
    Expr e = local("e", mulAdd(r.scale, expm1(r.rest), sub(r.scale, constant(1))));
    return withSign(div(e, add(e, constant(2))), x);
  }

  private Expr erf(Expr x) {
    Expr near = local("near", mulAdd(x, polynomial(ERF, local("square", mul(x, x))), x));
    Expr size = local("size", abs(x));
    Expr t = local("bounded", least(size, constant(ERF_MAX)));
    Reduced r = reduce(local("power", neg(polynomial(ERF_TAIL, t))), BIAS);
    Expr tail = local("tail", mulAdd(r.scale, expm1(r.rest), r.scale));
    return select(lt(size, constant(1)), near, withSign(sub(constant(1), tail), x));
  }

  /** {@code 2^n} or a fraction of it, and what is left of an exponent without {@code n * ln 2}. */
  private record Reduced(Expr scale, Expr rest) {}

  /** Scale {@code 2^(n + bias - 127)}; the rest is at most half of ln 2 and a little more. */
  private Reduced reduce(Expr y, int bias) {
    float round = ROUND + bias;
    Expr rounded = local("rounded", mulAdd(y, constant(LOG2_E), constant(round)));
    Expr n = local("n", sub(rounded, constant(round)));
    Expr high = mulAdd(n, constant(-LN2_HIGH), y);
    Expr rest = local("rest", mulAdd(n, constant(-LN2_LOW), high));
    Expr bits = Exprs.call(Intrinsic.FLOAT_BITS, rounded);
    Expr shifted = Exprs.binary(BinaryOp.SHL, bits, Exprs.intLit(FRACTION_BITS));
    return new Reduced(local("scale", Exprs.call(Intrinsic.FLOAT_OF_BITS, shifted)), rest);
  }

  /** {@code exp(r) - 1} for a rest. */
  private Expr expm1(Expr r) {
    return mulAdd(mul(r, r), polynomial(EXPM1, r), r);
  }

  private Expr polynomial(float[] coefficients, Expr x) {
    Expr sum = constant(coefficients[0]);
    for (int i = 1; i < coefficients.length; i++) {
      sum = mulAdd(sum, x, constant(coefficients[i]));
    }
    return sum;
  }

  /** The lesser; NaN if {@code x} is. */
  private static Expr least(Expr x, Expr most) {
    return select(Exprs.gt(x, most), most, x);
  }

  private static Expr withSign(Expr size, Expr sign) {
    Expr bit = Exprs.broadcast(Exprs.intLit(SIGN), LoopType.REGISTER);
    Expr bits = Exprs.call(Intrinsic.FLOAT_BITS, size);
    Expr signBit = Exprs.and(Exprs.call(Intrinsic.FLOAT_BITS, sign), bit);
    return Exprs.call(Intrinsic.FLOAT_OF_BITS, Exprs.or(bits, signBit));
  }

  private static Expr mulAdd(Expr a, Expr b, Expr c) {
    return Exprs.call(Intrinsic.MUL_ADD, a, b, c);
  }

  private Expr constant(float value) {
    return constants.of(Exprs.broadcast(Exprs.floatLit(value), LoopType.REGISTER));
  }

  private Expr local(String name, Expr value) {
    if (value instanceof Expr.Ref) {
      return value;
    }
    Var v = new Var(names.fresh(name), value.type());
    out.add(Stmts.local(v, value));
    return Exprs.ref(v);
  }
}
