package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * Scale and zero point of a quantized tensor: operands 1 and 2 of QuantizeLinear and
 * DequantizeLinear, one value each or {@code [C]} for the elements along an axis of extent {@code
 * C}.
 */
final class PerAxisScale {
  private final int axis;
  private final Shape x;
  private final boolean whole;

  private PerAxisScale(int axis, TensorType x, TensorType scale) {
    this.axis = axis;
    this.x = x.shape();
    this.whole = scale.shape().size() == 1;
  }

  /** Checks operands 1 and 2. */
  static PerAxisScale of(int axis, List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    TensorType scale = inputs.get(1);
    PerAxisScale s = new PerAxisScale(axis, x, scale);
    if (!s.whole) {
      Operands.axis(axis, x);
      Operands.shape(inputs, 1, Shape.of(x.shape().dim(axis)));
    }
    Operands.shape(inputs, 2, scale.shape());
    return s;
  }

  /** Index of the scale of flat element {@code i}. */
  int at(int i) {
    return whole ? 0 : i / Axes.inner(x, axis) % x.dim(axis);
  }

  /** The value of one element given its index, scale and zero point. */
  @FunctionalInterface
  interface Element {
    /** The statement for one element. */
    Stmt apply(Expr index, Expr scale, Expr zero);
  }

  /** Loops over all elements. */
  Stmt loops(KernelBuilder k, Element element) {
    LoopType scaleType = LoopType.of(k.inputType(1).dtype());
    LoopType zeroType = LoopType.of(k.inputType(2).dtype());
    if (whole && k.constant(1).isPresent() && k.constant(2).isPresent()) {
      Expr s = literal(scaleType, k.constant(1).get().doubleAt(0));
      Expr z = literal(zeroType, k.constant(2).get().doubleAt(0));
      return each(x.size(), intLit(0), s, z, element);
    }
    Buffer scale = k.input(1, "scale");
    Buffer zero = k.input(2, "zeroPoint");
    Var s = new Var("s", scaleType);
    Var z = new Var("z", zeroType);
    if (whole) {
      return new Stmt.Block(
          List.of(
              local(s, load(scale, intLit(0))),
              local(z, load(zero, intLit(0))),
              each(x.size(), intLit(0), ref(s), ref(z), element)));
    }
    int inner = Axes.inner(x, axis);
    return Axes.each(
        "o",
        Axes.outer(x, axis),
        o ->
            Axes.each(
                "c",
                x.dim(axis),
                c ->
                    new Stmt.Block(
                        List.of(
                            local(s, load(scale, c)),
                            local(z, load(zero, c)),
                            each(
                                inner,
                                mul(add(mul(o, x.dim(axis)), c), inner),
                                ref(s),
                                ref(z),
                                element)))));
  }

  private static Stmt each(int count, Expr base, Expr scale, Expr zero, Element element) {
    return loop(
        "i",
        intLit(0),
        intLit(count),
        1,
        AxisKind.VECTOR,
        i -> element.apply(add(base, i), scale, zero));
  }
}
