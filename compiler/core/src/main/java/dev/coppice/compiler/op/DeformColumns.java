package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.and;
import static dev.coppice.compiler.loop.Exprs.call;
import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.ge;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.lt;
import static dev.coppice.compiler.loop.Exprs.max;
import static dev.coppice.compiler.loop.Exprs.min;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.select;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel elements of a deformable convolution meet: {@code x: [N, C, H, W]}, {@code
 * offsets: [N, groups * kh * kw * 2, OH, OW]} (rows, then columns) and optionally {@code mask: [N,
 * groups * kh * kw, OH, OW]}, floats of one type, to {@code [N, C * kh * kw, OH, OW]}: {@code x} at
 * the places of the window moved by the offsets, interpolated between four elements, zero outside,
 * times the mask. A pointwise Conv makes ONNX DeformConv, since 19, of it.
 *
 * @param kernel window size, two axes
 * @param strides distance of windows
 * @param pads begins of both axes, then ends
 * @param dilations distance of a window's elements
 * @param groups groups of channels that share offsets
 */
public record DeformColumns(
    List<Integer> kernel,
    List<Integer> strides,
    List<Integer> pads,
    List<Integer> dilations,
    int groups)
    implements Op {
  public DeformColumns {
    kernel = List.copyOf(kernel);
    strides = List.copyOf(strides);
    pads = List.copyOf(pads);
    dilations = List.copyOf(dilations);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 2, 3);
    Operands.floating(inputs, 0);
    TensorType x = inputs.get(0);
    if (x.shape().rank() != 4 || groups < 1 || x.shape().dim(1) % groups != 0) {
      throw Operands.bad(
          "operand 0 is %s, expected [N, C, H, W] with C divisible by %d offset groups", x, groups);
    }
    Operands.length("kernel", kernel, 2, x);
    Operands.length("strides", strides, 2, x);
    Operands.length("pads", pads, 4, x);
    Operands.length("dilations", dilations, 2, x);
    int[] out = new int[2];
    for (int a = 0; a < 2; a++) {
      int span = dilations.get(a) * (kernel.get(a) - 1) + 1;
      int room = x.shape().dim(a + 2) + pads.get(a) + pads.get(a + 2) - span;
      if (strides.get(a) < 1 || room < 0 || x.shape().dim(a + 2) < 1) {
        throw Operands.bad(
            "kernel %s with dilations %s does not fit operand %s with pads %s",
            kernel, dilations, x, pads);
      }
      out[a] = room / strides.get(a) + 1;
    }
    int n = x.shape().dim(0);
    for (int i = 1; i < inputs.size(); i++) {
      Operands.sameDtype(inputs, i);
      int per = i == 1 ? 2 : 1;
      Operands.shape(inputs, i, Shape.of(n, groups * taps() * per, out[0], out[1]));
    }
    return List.of(x.with(Shape.of(n, x.shape().dim(1) * taps(), out[0], out[1])));
  }

  private int taps() {
    return kernel.get(0) * kernel.get(1);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    TensorType type = inferTypes(inputs.stream().map(Tensor::type).toList()).get(0);
    int[] extents = type.shape().dims();
    int c = x.shape().dim(1);
    int plane = extents[2] * extents[3];
    return List.of(
        Tensor.fromDoubles(
            type,
            j -> {
              int[] o = Axes.coordinates(j, extents);
              int tap = o[1] % taps();
              int channel = o[1] / taps();
              int row = (o[0] * groups + channel / (c / groups)) * taps() + tap;
              int at = j % plane;
              double h =
                  o[2] * strides.get(0)
                      - pads.get(0)
                      + tap / kernel.get(1) * dilations.get(0)
                      + inputs.get(1).doubleAt(2 * row * plane + at);
              double w =
                  o[3] * strides.get(1)
                      - pads.get(1)
                      + tap % kernel.get(1) * dilations.get(1)
                      + inputs.get(1).doubleAt((2 * row + 1) * plane + at);
              double mask = inputs.size() > 2 ? inputs.get(2).doubleAt(row * plane + at) : 1;
              return mask * between(x, o[0] * c + channel, h, w);
            }));
  }

  private static double between(Tensor x, int plane, double h, double w) {
    int height = x.shape().dim(2);
    int width = x.shape().dim(3);
    double sum = 0;
    for (int t = 0; t < 4; t++) {
      int down = t / 2;
      int right = t % 2;
      double i = Math.floor(h) + down;
      double j = Math.floor(w) + right;
      if (i >= 0 && i < height && j >= 0 && j < width) {
        double weight = (1 - Math.abs(h - i)) * (1 - Math.abs(w - j));
        sum += weight * x.doubleAt((plane * height + (int) i) * width + (int) j);
      }
    }
    return sum;
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape in = k.inputType(0).shape();
    Shape out = k.outputType(0).shape();
    Stmt body =
        out.size() == 0
            ? Axes.nothing(k)
            : Axes.each(
                "n",
                in.dim(0),
                n ->
                    Axes.each(
                        "g",
                        groups,
                        g ->
                            Axes.loops(
                                "k",
                                Axes.array(kernel),
                                Stmt.AxisKind.PARALLEL,
                                tap ->
                                    Axes.loops(
                                        "o",
                                        new int[] {out.dim(2), out.dim(3)},
                                        Stmt.AxisKind.PARALLEL,
                                        o -> place(k, n, g, tap, o)))));
    return k.build(
        "deformColumns",
        "y"
            + k.outputType(0)
            + " = windows "
            + kernel
            + " of x"
            + k.inputType(0)
            + " moved by offsets",
        body);
  }

  private Stmt place(KernelBuilder k, Expr n, Expr g, List<Expr> tap, List<Expr> o) {
    Shape out = k.outputType(0).shape();
    Shape in = k.inputType(0).shape();
    Buffer x = k.input(0, "x");
    Buffer offsets = k.input(1, "offsets");
    Optional<Buffer> mask = k.inputs() > 2 ? Optional.of(k.input(2, "mask")) : Optional.empty();
    Buffer y = k.output(0, "y");
    int plane = out.dim(2) * out.dim(3);
    Var row = new Var("row", LoopType.INT);
    Var at = new Var("at", LoopType.INT);
    Expr tapIndex = add(mul(tap.get(0), kernel.get(1)), tap.get(1));
    List<Stmt> body = new ArrayList<>();
    body.add(local(row, add(mul(add(mul(n, groups), g), taps()), tapIndex)));
    body.add(local(at, add(mul(o.get(0), out.dim(3)), o.get(1))));
    List<Side> sides = new ArrayList<>();
    for (int a = 0; a < 2; a++) {
      Expr offset = load(offsets, add(mul(add(mul(ref(row), 2), a), plane), ref(at)));
      Expr fixed =
          add(add(mul(o.get(a), strides.get(a)), mul(tap.get(a), dilations.get(a))), -pads.get(a));
      sides.add(
          side(
              body,
              add(cast(offset.type(), fixed), offset),
              in.dim(a + 2),
              "hw".substring(a, a + 1)));
    }
    LoopType type = LoopType.of(x.dtype());
    Expr scale =
        mask.map(m -> load(m, add(mul(ref(row), plane), ref(at)))).orElse(literal(type, 1));
    Var m = new Var("m", type);
    body.add(local(m, scale));
    int channels = in.dim(1) / groups;
    body.add(
        loop(
            "c",
            channels,
            c -> {
              Expr channel = add(mul(add(mul(n, groups), g), channels), c);
              Expr to = add(mul(add(mul(channel, taps()), tapIndex), plane), ref(at));
              Expr value =
                  mul(sides.get(0).sum(sides.get(1), x, mul(channel, in.dim(2)), in), ref(m));
              return store(y, to, k.finish(value, to));
            }));
    return new Stmt.Block(body);
  }

  /** The two neighbours of a place along an axis and their weights, 0 outside. */
  private record Side(List<Expr> indices, List<Expr> weights) {
    Expr sum(Side columns, Buffer x, Expr firstRow, Shape in) {
      Expr sum = literal(weights.get(0).type(), 0);
      for (int t = 0; t < 4; t++) {
        Expr at =
            add(mul(add(firstRow, indices.get(t / 2)), in.dim(3)), columns.indices.get(t % 2));
        Expr weight = mul(weights.get(t / 2), columns.weights.get(t % 2));
        Expr term = mul(weight, load(x, at));
        sum = t == 0 ? term : add(sum, term);
      }
      return sum;
    }
  }

  private static Side side(List<Stmt> body, Expr place, int extent, String name) {
    LoopType type = place.type();
    Var p = new Var(name, type);
    Var floor = new Var(name + "Floor", type);
    Var first = new Var(name + "First", LoopType.INT);
    body.add(local(p, place));
    body.add(local(floor, call(Intrinsic.FLOOR, ref(p))));
    body.add(local(first, cast(LoopType.INT, ref(floor))));
    List<Expr> indices = new ArrayList<>();
    List<Expr> weights = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      Expr i = add(ref(first), t);
      Expr part = sub(ref(p), ref(floor));
      Expr weight = t == 0 ? sub(literal(type, 1), part) : part;
      Var index = new Var(name + "Index" + t, LoopType.INT);
      Var w = new Var(name + "Weight" + t, type);
      Expr inside = and(ge(i, intLit(0)), lt(i, intLit(extent)));
      body.add(local(index, max(intLit(0), min(i, intLit(extent - 1)))));
      body.add(local(w, select(inside, weight, literal(type, 0))));
      indices.add(ref(index));
      weights.add(ref(w));
    }
    return new Side(indices, weights);
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }
}
