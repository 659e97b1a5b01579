package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.eq;
import static dev.coppice.compiler.loop.Exprs.gt;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.lt;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.or;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.select;
import static dev.coppice.compiler.loop.Stmts.assign;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Signs as bits: along {@code axis}, which becomes the last, 32 elements make an int32, element 0
 * its lowest bit, set where the element is above zero or true. With {@code zeros} every word is
 * followed by one whose bits are set where the element is not zero. Floats, where NaN counts as
 * zero, or booleans. {@code [.., D, ..]} becomes {@code [.., .., ceil(D / 32)]}, twice that with
 * zeros. An operator of this compiler, not of ONNX.
 *
 * @param axis axis to pack
 * @param zeros whether zeros are told from negative numbers
 */
public record PackBits(int axis, boolean zeros) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Operands.dtype(inputs, 0, DType.FLOAT32, DType.FLOAT64, DType.BOOL);
    Operands.axis(axis, x);
    int[] dims = new int[x.shape().rank()];
    int at = 0;
    for (int d = 0; d < dims.length; d++) {
      if (d != axis) {
        dims[at++] = x.shape().dim(d);
      }
    }
    dims[at] = (x.shape().dim(axis) + 31) / 32 * (zeros ? 2 : 1);
    return List.of(TensorType.of(DType.INT32, dims));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    TensorType type = inferTypes(List.of(x.type())).get(0);
    int depth = x.shape().dim(axis);
    int inner = Axes.inner(x.shape(), axis);
    int words = type.shape().dim(-1);
    return List.of(
        Tensor.fromLongs(
            type,
            i -> {
              boolean mask = zeros && i % words % 2 == 1;
              int first = i % words / (zeros ? 2 : 1) * 32;
              int line = i / words;
              int word = 0;
              for (int b = 0; b < Math.min(32, depth - first); b++) {
                double v = x.doubleAt((line / inner * depth + first + b) * inner + line % inner);
                word |= v > 0 || mask && v < 0 ? 1 << b : 0;
              }
              return word;
            }));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape shape = k.inputType(0).shape();
    int depth = shape.dim(axis);
    int inner = Axes.inner(shape, axis);
    Buffer x = k.input(0, "x");
    Buffer y = k.output(0, "y");
    boolean registers =
        k.target().vectorApi() && x.dtype() == DType.FLOAT32 && inner == 1 && depth >= 32;
    Buffer bits = registers ? k.weights("bits", bits()) : null;
    int words = k.outputType(0).shape().dim(-1);
    Stmt body =
        Axes.each(
            "o",
            Axes.outer(shape, axis),
            o ->
                Axes.each(
                    "i",
                    inner,
                    i -> {
                      Expr from = add(mul(o, depth * inner), i);
                      Expr to = mul(add(mul(o, inner), i), words);
                      List<Stmt> all = new ArrayList<>();
                      if (depth >= 32) {
                        all.add(
                            Axes.each(
                                "j",
                                depth / 32,
                                j -> {
                                  Expr first = add(from, mul(j, 32 * inner));
                                  Expr at = add(to, mul(j, zeros ? 2 : 1));
                                  return bits != null
                                      ? registers(x, first, bits, y, at)
                                      : word(x, first, inner, y, at, 32);
                                }));
                      }
                      if (depth % 32 > 0) {
                        int last = depth / 32;
                        all.add(
                            word(
                                x,
                                add(from, last * 32 * inner),
                                inner,
                                y,
                                add(to, last * (zeros ? 2 : 1)),
                                depth % 32));
                      }
                      return all.isEmpty() ? Axes.nothing(k) : block(all);
                    }));
    return k.build("packBits", "y" + k.outputType(0) + " = signs of x" + shape, body);
  }

  private Stmt word(Buffer x, Expr from, int stride, Buffer y, Expr to, int bits) {
    Var word = new Var("word", LoopType.INT);
    Var mask = new Var("mask", LoopType.INT);
    Var value = new Var("v", LoopType.of(x.dtype()));
    List<Stmt> body = new ArrayList<>();
    body.add(local(word, intLit(0)));
    if (zeros) {
      body.add(local(mask, intLit(0)));
    }
    body.add(
        loop(
            "b",
            intLit(0),
            intLit(bits),
            1,
            Stmt.AxisKind.REDUCE,
            b -> {
              List<Stmt> bit = new ArrayList<>();
              bit.add(local(value, load(x, add(from, mul(b, stride)))));
              bit.add(set(word, above(value), b));
              if (zeros) {
                bit.add(set(mask, or(above(value), below(value)), b));
              }
              return new Stmt.Block(bit);
            }));
    body.add(store(y, to, ref(word)));
    if (zeros) {
      body.add(store(y, add(to, 1), ref(mask)));
    }
    return new Stmt.Block(body);
  }

  /** Floats of one bit each. */
  private static Tensor bits() {
    float[] bits = new float[32];
    for (int b = 0; b < 32; b++) {
      bits[b] = Float.intBitsToFloat(1 << b);
    }
    return Tensor.ofFloats(Shape.of(32), bits);
  }

  /** A word of 32 neighbouring floats: each chooses its bit, and those of a register are joined. */
  private Stmt registers(Buffer x, Expr from, Buffer bits, Buffer y, Expr to) {
    Var word = new Var("word", LoopType.INT);
    Var below = new Var("below", LoopType.INT);
    Var value = new Var("v", LoopType.FLOAT.times(LoopType.REGISTER));
    List<Stmt> body = new ArrayList<>(List.of(local(word, intLit(0))));
    if (zeros) {
      body.add(local(below, intLit(0)));
    }
    body.add(
        loop(
            "r",
            intLit(0),
            Exprs.div(intLit(32), Exprs.lanes()),
            1,
            Stmt.AxisKind.REDUCE,
            r -> {
              Expr b = mul(r, Exprs.lanes());
              Expr bit = Exprs.loadRegister(bits, b);
              List<Stmt> some = new ArrayList<>();
              some.add(local(value, Exprs.loadRegister(x, add(from, b))));
              some.add(assign(word, or(ref(word), where(BinaryOp.GT, value, bit))));
              if (zeros) {
                some.add(assign(below, or(ref(below), where(BinaryOp.LT, value, bit))));
              }
              return new Stmt.Block(some);
            }));
    body.add(store(y, to, ref(word)));
    if (zeros) {
      body.add(store(y, add(to, 1), or(ref(word), ref(below))));
    }
    return new Stmt.Block(body);
  }

  /** The bits of the lanes of {@code value} that compare so with zero. */
  private static Expr where(BinaryOp comparison, Var value, Expr bit) {
    Expr zero = Exprs.broadcast(Exprs.floatLit(0), LoopType.REGISTER);
    Expr chosen = select(Exprs.binary(comparison, ref(value), zero), bit, zero);
    return Exprs.reduce(BinaryOp.OR, Exprs.call(Intrinsic.FLOAT_BITS, chosen));
  }

  private static Expr above(Var v) {
    return v.type().equals(LoopType.BOOLEAN) ? ref(v) : gt(ref(v), literal(v.type(), 0));
  }

  private static Expr below(Var v) {
    return v.type().equals(LoopType.BOOLEAN)
        ? eq(ref(v), Exprs.boolLit(true))
        : lt(ref(v), literal(v.type(), 0));
  }

  private static Stmt set(Var word, Expr condition, Expr bit) {
    Expr one = select(condition, intLit(1), intLit(0));
    return assign(word, or(ref(word), Exprs.binary(BinaryOp.SHL, one, bit)));
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
