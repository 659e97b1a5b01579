package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Stmts.assign;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.reduceLoop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
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
 * {@code x: [N, C, D1, .., Dr]} sampled at places {@code grid: [N, P1, .., Pr, r]} to {@code [N, C,
 * P1, .., Pr]}; floats. A place is a coordinate for each spatial axis, the last axis first, from -1
 * to 1 over {@code x}. ONNX GridSample, since 16; other than two spatial axes since 20.
 *
 * @param mode how elements around a place are combined
 * @param padding what stands outside of {@code x}
 * @param alignCorners whether -1 and 1 are centers of the outermost elements, not their outer edges
 */
public record GridSample(Mode mode, Padding padding, boolean alignCorners) implements Op {
  /** How elements around a place are combined. */
  public enum Mode {
    /** The nearest one, the even one of two. */
    NEAREST,
    /** Two along each axis by distance. */
    LINEAR,
    /** Four along each axis by the cubic convolution of Keys (1981) with a = -0.75. */
    CUBIC
  }

  /** What stands outside. */
  public enum Padding {
    /** Zeros. */
    ZEROS,
    /** The outermost element. */
    BORDER,
    /** The mirror image. */
    REFLECTION
  }

  /** Elements read for one result up to this number have variables of their own. */
  private static final int UNROLLED = 8;

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 2, 2);
    Operands.floating(inputs, 0);
    Operands.floating(inputs, 1);
    Shape x = inputs.get(0).shape();
    Shape grid = inputs.get(1).shape();
    int r = x.rank() - 2;
    if (r < 1 || grid.rank() != r + 2 || grid.dim(0) != x.dim(0) || grid.dim(-1) != r) {
      throw Operands.bad(
          "operands are %s, expected x [N, C, D1, .., Dr] and grid [N, P1, .., Pr, r]", inputs);
    }
    List<Integer> dims = new ArrayList<>(List.of(x.dim(0), x.dim(1)));
    for (int a = 0; a < r; a++) {
      dims.add(grid.dim(a + 1));
    }
    Shape y = Shape.of(dims);
    if (y.size() > 0 && x.size() == 0) {
      throw Operands.bad("operand 0 is %s, expected elements", inputs.get(0));
    }
    return List.of(inputs.get(0).with(y));
  }

  private List<SampledAxis> axes(Shape x) {
    List<SampledAxis> axes = new ArrayList<>();
    for (int a = 2; a < x.rank(); a++) {
      axes.add(new SampledAxis(mode, padding, alignCorners, x.dim(a)));
    }
    return axes;
  }

  /** Elements read for one result. */
  private static int taps(List<SampledAxis> axes) {
    return axes.stream().mapToInt(SampledAxis::taps).reduce(1, Math::multiplyExact);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    Tensor grid = inputs.get(1);
    TensorType type = inferTypes(List.of(x.type(), grid.type())).get(0);
    List<SampledAxis> axes = axes(x.shape());
    int r = axes.size();
    int points = grid.shape().sizeOf(1, r + 1);
    int channels = x.shape().dim(1);
    boolean wide = grid.dtype() == DType.FLOAT64;
    return List.of(
        Tensor.fromDoubles(
            type,
            j -> {
              int point = j / points / channels * points + j % points;
              double[] places = new double[r];
              for (int a = 0; a < r; a++) {
                places[a] = axes.get(a).place(grid.doubleAt(point * r + r - 1 - a), wide);
              }
              return sample(x, j / points * x.shape().sizeOf(2, r + 2), axes, places);
            }));
  }

  private static double sample(Tensor x, int plane, List<SampledAxis> axes, double[] places) {
    double sum = 0;
    for (int t = 0; t < taps(axes); t++) {
      int rest = t;
      int[] at = new int[places.length];
      double weight = 1;
      boolean zero = false;
      for (int a = places.length - 1; a >= 0; a--) {
        int tap = rest % axes.get(a).taps();
        rest /= axes.get(a).taps();
        at[a] = axes.get(a).index(places[a], tap);
        weight *= axes.get(a).weight(places[a], tap);
        zero |= at[a] < 0;
      }
      int index = 0;
      for (int a = 0; a < at.length; a++) {
        index = index * axes.get(a).extent() + at[a];
      }
      sum += zero ? 0 : weight * x.doubleAt(plane + index);
    }
    return sum;
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape x = k.inputType(0).shape();
    int points = k.inputType(1).shape().sizeOf(1, x.rank() - 1);
    Stmt body =
        k.outputType(0).shape().size() == 0
            ? Axes.nothing(k)
            : Axes.each(
                "n", x.dim(0), n -> loop("q", points, q -> point(k, axes(x), n, q, points)));
    return k.build(
        "gridSample",
        "y"
            + k.outputType(0)
            + " = x"
            + k.inputType(0)
            + " at "
            + k.inputType(1)
            + ", "
            + mode
            + ", "
            + padding,
        body);
  }

  private Stmt point(KernelBuilder k, List<SampledAxis> axes, Expr n, Expr q, int points) {
    Buffer x = k.input(0, "x");
    Buffer grid = k.input(1, "grid");
    Shape in = k.inputType(0).shape();
    int r = axes.size();
    List<Stmt> body = new ArrayList<>();
    Expr at = mul(add(mul(n, points), q), r);
    List<SampledAxis.Taps> taps = new ArrayList<>();
    for (int a = 0; a < r; a++) {
      taps.add(axes.get(a).declare(body, load(grid, add(at, r - 1 - a)), "" + a));
    }
    int count = taps(axes);
    Samples samples =
        count <= UNROLLED
            ? new Samples(List.of(), count)
            : new Samples(
                List.of(
                    k.scratch("offsets", DType.INT32, count),
                    k.scratch("weights", DType.FLOAT64, count)),
                count);
    LoopType type = LoopType.of(x.dtype());
    combine(body, samples, taps, axes, type);
    Buffer y = k.output(0, "y");
    int plane = in.sizeOf(2, in.rank());
    Expr first = mul(n, in.dim(1));
    body.add(
        loop(
            "c",
            in.dim(1),
            c -> {
              Expr channel = add(first, c);
              Expr to = add(mul(channel, points), q);
              Var sum = new Var("sum", type);
              return new Stmt.Block(
                  List.of(
                      local(sum, samples.first(x, mul(channel, plane), type)),
                      samples.rest(x, mul(channel, plane), sum),
                      store(y, to, k.finish(ref(sum), to))));
            }));
    return new Stmt.Block(body);
  }

  /** Multiplies weights and adds offsets of the axes' taps. */
  private static void combine(
      List<Stmt> body,
      Samples samples,
      List<SampledAxis.Taps> taps,
      List<SampledAxis> axes,
      LoopType type) {
    for (int t = 0; t < samples.count; t++) {
      int rest = t;
      int stride = 1;
      Expr offset = intLit(0);
      Expr weight = literal(taps.get(0).weights().get(0).type(), 1);
      for (int a = axes.size() - 1; a >= 0; a--) {
        int tap = rest % axes.get(a).taps();
        rest /= axes.get(a).taps();
        offset = add(mul(taps.get(a).indices().get(tap), stride), offset);
        weight =
            a == axes.size() - 1
                ? taps.get(a).weights().get(tap)
                : mul(weight, taps.get(a).weights().get(tap));
        stride *= axes.get(a).extent();
      }
      samples.declare(body, t, offset, weight, type);
    }
  }

  /**
   * Offsets and weights of the elements read for one place, in variables or, if many, in scratch.
   */
  private record Samples(List<Buffer> scratch, int count) {
    private static Var offset(int t) {
      return new Var("offset" + t, LoopType.INT);
    }

    void declare(List<Stmt> body, int t, Expr offset, Expr weight, LoopType type) {
      if (scratch.isEmpty()) {
        body.add(local(offset(t), offset));
        body.add(local(new Var("weight" + t, type), cast(type, weight)));
      } else {
        body.add(store(scratch.get(0), intLit(t), offset));
        body.add(store(scratch.get(1), intLit(t), cast(LoopType.DOUBLE, weight)));
      }
    }

    Expr first(Buffer x, Expr plane, LoopType type) {
      if (!scratch.isEmpty()) {
        return literal(type, 0);
      }
      Expr sum = literal(type, 0);
      for (int t = 0; t < count; t++) {
        Expr value = load(x, add(plane, ref(offset(t))));
        Expr product = mul(value, ref(new Var("weight" + t, type)));
        sum = t == 0 ? product : add(sum, product);
      }
      return sum;
    }

    Stmt rest(Buffer x, Expr plane, Var sum) {
      if (scratch.isEmpty()) {
        return block(List.of());
      }
      return reduceLoop(
          "t",
          count,
          t -> {
            Expr value = load(x, add(plane, load(scratch.get(0), t)));
            Expr weight = cast(sum.type(), load(scratch.get(1), t));
            return assign(sum, add(ref(sum), mul(value, weight)));
          });
    }
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }
}
