package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.call;
import static dev.coppice.compiler.loop.Exprs.div;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.lt;
import static dev.coppice.compiler.loop.Exprs.min;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.rem;
import static dev.coppice.compiler.loop.Exprs.row;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.fill;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.reduceLoop;
import static dev.coppice.compiler.loop.Stmts.store;
import static dev.coppice.compiler.loop.Stmts.when;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * Local response normalization over channels: {@code y[c] = x[c] / (bias + alpha / size * sum
 * x[j]^2)^beta}, the sum over {@code j} from {@code c - floor((size - 1) / 2)} to {@code c +
 * ceil((size - 1) / 2)} within the channels. {@code x: [N, C, D1, ...]}, floats. ONNX LRN, since 1.
 *
 * @param size channels in a window
 * @param alpha factor of the sum
 * @param beta exponent
 * @param bias added to the sum
 */
public record Lrn(int size, float alpha, float beta, float bias) implements Op {
  /** Squares summed in one loop at most. */
  private static final int MAX_INPUTS = 8;

  @Override
  public String name() {
    return "LRN";
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Operands.floating(inputs, 0);
    if (x.shape().rank() < 2) {
      throw Operands.bad("operand 0 is %s, expected at least 2 dimensions [N, C, ...]", x);
    }
    if (size < 1) {
      throw Operands.bad("size is %d, expected at least 1", size);
    }
    return List.of(x);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    int channels = x.shape().dim(1);
    int inner = Axes.inner(x.shape(), 1);
    return List.of(
        Tensor.fromDoubles(
            x.type(),
            i -> {
              int c = i / inner % channels;
              double sum = 0;
              for (int j = Math.max(0, c - (size - 1) / 2);
                  j <= Math.min(channels - 1, c + size / 2);
                  j++) {
                double v = x.doubleAt(i + (j - c) * inner);
                sum += v * v;
              }
              return x.doubleAt(i) / Math.pow(bias + alpha / size * sum, beta);
            }));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape shape = k.inputType(0).shape();
    int channels = shape.dim(1);
    int inner = Axes.inner(shape, 1);
    int plane = Math.min(Math.max(inner, 1), k.target().planeLength());
    Buffer x = k.input(0, "x");
    Buffer y = k.output(0, "y");
    Buffer squares = k.scratchRows("squares", x.dtype(), size, plane);
    Buffer rows = k.scratchRows("rows", x.dtype(), 2, plane);
    Var count = new Var("count", LoopType.INT);
    Stmt body =
        Axes.each(
            "n",
            shape.dim(0),
            n ->
                loop(
                    "i0",
                    intLit(0),
                    intLit(inner),
                    plane,
                    AxisKind.PARALLEL,
                    i0 ->
                        new Stmt.Block(
                            List.of(
                                local(count, min(intLit(plane), sub(intLit(inner), i0))),
                                columns(
                                    k,
                                    x,
                                    y,
                                    squares,
                                    rows,
                                    add(mul(n, channels * inner), i0),
                                    ref(count),
                                    channels,
                                    inner)))));
    return k.build(
        "lrn",
        "y" + k.outputType(0) + " = x / (bias + alpha / " + size + " * sum of squares)^" + beta,
        body);
  }

  /**
   * All channels of some columns: the squares of the channels in the window are kept in a ring of
   * planes.
   */
  private Stmt columns(
      KernelBuilder k,
      Buffer x,
      Buffer y,
      Buffer squares,
      Buffer rows,
      Expr base,
      Expr count,
      int channels,
      int inner) {
    int ahead = size / 2;
    Array row = row(rows, intLit(0));
    Array result = row(rows, intLit(1));
    return block(
        Axes.each(
            "s",
            size,
            s -> fill(row(squares, s), intLit(0), count, literal(LoopType.of(x.dtype()), 0))),
        Axes.each(
            "f",
            Math.min(ahead, channels),
            f -> square(x, add(base, mul(f, inner)), row(squares, f), row, count, "fi")),
        Axes.each(
            "c",
            channels,
            c -> {
              Array entering = row(squares, rem(add(c, ahead), intLit(size)));
              Expr next = add(c, ahead);
              return block(
                  when(
                      lt(next, intLit(channels)),
                      square(x, add(base, mul(next, inner)), entering, row, count, "ci"),
                      fill(entering, intLit(0), count, literal(LoopType.of(x.dtype()), 0))),
                  Stmts.copy(x, add(base, mul(c, inner)), row, intLit(0), count),
                  normalize(squares, row, result, count),
                  stored(k, y, add(base, mul(c, inner)), result, count));
            }));
  }

  private static Stmt square(Buffer x, Expr from, Array to, Array row, Expr count, String var) {
    return block(
        Stmts.copy(x, from, row, intLit(0), count),
        each(var, count, i -> store(to, i, mul(load(row, i), load(row, i)))));
  }

  private Stmt normalize(Buffer squares, Array row, Array result, Expr count) {
    LoopType type = LoopType.of(row.dtype());
    if (size <= MAX_INPUTS) {
      return each(
          "i",
          count,
          i -> {
            Expr sum = load(row(squares, intLit(0)), i);
            for (int s = 1; s < size; s++) {
              sum = add(sum, load(row(squares, intLit(s)), i));
            }
            return store(result, i, mul(load(row, i), power(sum, type)));
          });
    }
    return block(
        fill(result, intLit(0), count, literal(type, 0)),
        reduceLoop(
            "w",
            size,
            s ->
                each(
                    "wi",
                    count,
                    i -> store(result, i, add(load(result, i), load(row(squares, s), i))))),
        each("i", count, i -> store(result, i, mul(load(row, i), power(load(result, i), type)))));
  }

  /** {@code (bias + alpha / size * sum)^-beta}; the usual exponents by square roots. */
  private Expr power(Expr sum, LoopType type) {
    Expr base = add(mul(sum, literal(type, alpha / size)), literal(type, bias));
    Expr one = literal(type, 1);
    if (beta == 1) {
      return div(one, base);
    }
    if (beta == 0.5f || beta == 0.75f) {
      Expr root = call(Intrinsic.SQRT, base);
      return div(one, beta == 0.5f ? root : mul(root, call(Intrinsic.SQRT, root)));
    }
    return call(Intrinsic.POW, base, literal(type, -beta));
  }

  private static Stmt stored(KernelBuilder k, Buffer y, Expr to, Array result, Expr count) {
    return k.hasEpilogue()
        ? each("o", count, i -> store(y, add(to, i), k.finish(load(result, i), add(to, i))))
        : Stmts.copy(result, intLit(0), y, to, count);
  }

  private static Stmt each(String var, Expr count, Stmts.LoopBody body) {
    return loop(var, intLit(0), count, 1, AxisKind.VECTOR, body);
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }
}
