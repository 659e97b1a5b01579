package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.and;
import static dev.coppice.compiler.loop.Exprs.call;
import static dev.coppice.compiler.loop.Exprs.eq;
import static dev.coppice.compiler.loop.Exprs.floatLit;
import static dev.coppice.compiler.loop.Exprs.gt;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.lt;
import static dev.coppice.compiler.loop.Exprs.not;
import static dev.coppice.compiler.loop.Exprs.or;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.select;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.MiniFloat;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Conversion of float32 or float64 to a float of 8 or 4 bits, to nearest even in one rounding
 * (float64 to powers of two by way of float32). Part of ONNX Cast, since 19.
 *
 * @param to element type of the result
 * @param saturate whether what is too large becomes the largest finite value, else infinity or NaN
 * @param rounding for the type that has powers of two only
 */
public record ToMiniFloat(DType to, boolean saturate, MiniFloat.Rounding rounding) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Operands.dtype(inputs, 0, DType.FLOAT32, DType.FLOAT64);
    if (to.miniFloat().isEmpty()) {
      throw Operands.bad("the result is %s, expected a float of 8 or 4 bits", to);
    }
    return List.of(x.with(to));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    MiniFloat format = to.miniFloat().orElseThrow();
    return List.of(
        Tensor.fromLongs(
            x.type().with(to),
            i ->
                format == MiniFloat.E8M0
                    ? MiniFloat.encodePower(x.floatAt(i), saturate, rounding)
                    : format.encode(MiniFloat.sticky(x.doubleAt(i)), saturate)));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Buffer x = k.input(0, "x");
    Buffer y = k.output(0, "y");
    MiniFloat format = to.miniFloat().orElseThrow();
    Stmt body =
        Axes.each(
            "i",
            k.inputType(0).shape().size(),
            i -> {
              Var bits = new Var("bits", LoopType.INT);
              List<Stmt> steps = new ArrayList<>();
              steps.add(local(bits, bits(format, load(x, i), steps)));
              Expr code =
                  format == MiniFloat.E8M0 ? power(ref(bits)) : nearest(format, ref(bits), steps);
              steps.add(store(y, i, code));
              return block(steps);
            });
    return k.build("toMiniFloat", "y" + k.outputType(0) + " = x rounded", body);
  }

  /** The bits of a float32 that rounds as {@code x} does; see {@link MiniFloat#sticky}. */
  private static Expr bits(MiniFloat format, Expr x, List<Stmt> steps) {
    if (x.type().equals(LoopType.FLOAT) || format == MiniFloat.E8M0) {
      return call(Intrinsic.FLOAT_BITS, Exprs.cast(LoopType.FLOAT, x));
    }
    Expr wide = named("wide", x, steps);
    Expr single = named("single", Exprs.cast(LoopType.FLOAT, wide), steps);
    Expr back = named("back", Exprs.cast(LoopType.DOUBLE, single), steps);
    Expr above = select(gt(Exprs.abs(back), Exprs.abs(wide)), intLit(1), intLit(0));
    Expr rest = select(eq(back, wide), intLit(0), intLit(1));
    return orBits(sub(call(Intrinsic.FLOAT_BITS, single), above), rest);
  }

  /** As {@link MiniFloat#encode}. */
  private Expr nearest(MiniFloat format, Expr bits, List<Stmt> steps) {
    int shift = 23 - format.mantissa();
    Expr magnitude = named("magnitude", and(bits, intLit(0x7FFFFFFF)), steps);
    int low = 32 - format.bits();
    Expr sign = named("sign", and(ushr(bits, low), intLit(1 << (format.bits() - 1))), steps);
    Expr magic = floatLit(format.magic());
    Expr tiny =
        sub(
            call(Intrinsic.FLOAT_BITS, add(call(Intrinsic.FLOAT_OF_BITS, magnitude), magic)),
            intLit(Float.floatToRawIntBits(format.magic())));
    Expr half = intLit((1 << (shift - 1)) - 1);
    Expr even = and(shr(magnitude, shift), intLit(1));
    Expr normal =
        sub(
            shr(add(add(magnitude, half), even), shift),
            intLit((127 - format.bias()) << format.mantissa()));
    Expr rounded =
        named("rounded", select(lt(magnitude, intLit(format.leastNormal())), tiny, normal), steps);
    Expr code =
        named(
            "code",
            select(
                gt(rounded, intLit(format.max())),
                intLit(saturate ? format.max() : format.overflow()),
                rounded),
            steps);
    Expr plain = or(eq(code, intLit(0)), eq(code, intLit(format.nan())));
    Expr signed =
        format.isUnsignedZero() ? select(plain, code, orBits(code, sign)) : orBits(code, sign);
    Expr nan = format.isUnsignedZero() ? intLit(format.nan()) : orBits(intLit(format.nan()), sign);
    return select(gt(magnitude, intLit(0x7F800000)), nan, signed);
  }

  /** As {@link MiniFloat#encodePower}. */
  private Expr power(Expr bits) {
    Expr exponent = and(shr(bits, 23), intLit(0xFF));
    Expr fraction = and(bits, intLit(0x7FFFFF));
    Expr up =
        switch (rounding) {
          case UP -> gt(fraction, intLit(0));
          case DOWN -> Exprs.boolLit(false);
          case NEAREST ->
              or(
                  gt(fraction, intLit(1 << 22)),
                  and(eq(fraction, intLit(1 << 22)), gt(exponent, intLit(0))));
        };
    Expr last = intLit(saturate ? 0xFE : 0xFF);
    return add(exponent, select(and(up, lt(exponent, last)), intLit(1), intLit(0)));
  }

  private static Expr named(String name, Expr value, List<Stmt> steps) {
    Var v = new Var(name, value.type());
    steps.add(local(v, value));
    return ref(v);
  }

  private static Expr shr(Expr a, int by) {
    return Exprs.binary(Expr.BinaryOp.SHR, a, intLit(by));
  }

  private static Expr ushr(Expr a, int by) {
    return Exprs.binary(Expr.BinaryOp.USHR, a, intLit(by));
  }

  private static Expr orBits(Expr a, Expr b) {
    return Exprs.binary(Expr.BinaryOp.OR, a, b);
  }

  /** The float that has the bits {@code code}, as {@link MiniFloat#decode}. */
  static Expr decode(MiniFloat format, Expr code) {
    if (format == MiniFloat.E8M0) {
      Expr bits =
          select(
              eq(code, intLit(0)),
              intLit(1 << 22),
              Exprs.binary(Expr.BinaryOp.SHL, code, intLit(23)));
      Expr value = call(Intrinsic.FLOAT_OF_BITS, bits);
      return select(eq(code, intLit(0xFF)), floatLit(Float.NaN), value);
    }
    int top = format.bits() - 1;
    Expr magnitude = and(code, intLit((1 << top) - 1));
    Expr sign = and(code, intLit(1 << top));
    Expr bits =
        orBits(
            Exprs.binary(Expr.BinaryOp.SHL, magnitude, intLit(23 - format.mantissa())),
            Exprs.binary(Expr.BinaryOp.SHL, sign, intLit(31 - top)));
    Expr value = Exprs.mul(call(Intrinsic.FLOAT_OF_BITS, bits), floatLit(format.scale()));
    if (format == MiniFloat.E2M1) {
      return value;
    }
    if (format.isUnsignedZero()) {
      return select(eq(code, intLit(format.nan())), floatLit(Float.NaN), value);
    }
    Expr special = floatLit(Float.NaN);
    if (format == MiniFloat.E5M2) {
      Expr infinity =
          select(
              eq(sign, intLit(0)),
              floatLit(Float.POSITIVE_INFINITY),
              floatLit(Float.NEGATIVE_INFINITY));
      special = select(eq(magnitude, intLit(format.overflow())), infinity, special);
    }
    return select(not(gt(magnitude, intLit(format.max()))), value, special);
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
