package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.call;
import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.div;
import static dev.coppice.compiler.loop.Exprs.gt;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.lt;
import static dev.coppice.compiler.loop.Exprs.max;
import static dev.coppice.compiler.loop.Exprs.min;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.or;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.select;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.fill;
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
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Regions of {@code x: [N, C, H, W]} brought to one size by interpolation: {@code rois: [R, 4]} as
 * x1, y1, x2, y2 and {@code batches: [R]} (int64, negative ones counting from the end, those that
 * are not constant clamped at run time) to {@code [R, C, height, width]}. Each result is the mean
 * or the maximum of samples between four elements in its part of the region; of the maximum, each
 * of the four weighted elements counts by itself, as ONNX defines it. Floats of one type;
 * coordinates in float, for doubles in double. ONNX RoiAlign, since 10.
 *
 * @param height rows of the result
 * @param width columns of the result
 * @param samplingRatio samples along each axis of a part, 0 for as many as it has elements
 * @param spatialScale factor from coordinates to elements
 * @param halfPixel whether coordinates are half an element further, and regions may be smaller than
 *     one element
 * @param maximum whether the maximum is wanted instead of the mean
 */
public record RoiAlign(
    int height,
    int width,
    int samplingRatio,
    float spatialScale,
    boolean halfPixel,
    boolean maximum)
    implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 3, 3);
    Operands.floating(inputs, 0);
    Operands.sameDtype(inputs, 1);
    Operands.indices(inputs, 2);
    Shape x = inputs.get(0).shape();
    Shape rois = inputs.get(1).shape();
    if (x.rank() != 4 || rois.rank() != 2 || rois.dim(1) != 4) {
      throw Operands.bad("operands are %s, expected x [N, C, H, W] and rois [R, 4]", inputs);
    }
    Operands.shape(inputs, 2, Shape.of(rois.dim(0)));
    if (height < 1 || width < 1 || samplingRatio < 0) {
      throw Operands.bad(
          "height %d and width %d must be positive, sampling ratio %d not negative",
          height, width, samplingRatio);
    }
    Shape y = Shape.of(rois.dim(0), x.dim(1), height, width);
    if (y.size() > 0 && x.size() == 0) {
      throw Operands.bad("operand 0 is %s, expected elements", inputs.get(0));
    }
    return List.of(inputs.get(0).with(y));
  }

  private static double rounded(DType dtype, double v) {
    return dtype == DType.FLOAT64 ? v : (float) v;
  }

  /** Start, size of a part and samples per part along an axis, 0 for rows, of region {@code r}. */
  private double[] side(Tensor rois, int r, int axis) {
    DType type = rois.dtype();
    double offset = halfPixel ? 0.5 : 0;
    double[] ends = new double[2];
    for (int e = 0; e < 2; e++) {
      double scaled = rounded(type, rois.doubleAt(r * 4 + 2 * e + 1 - axis) * spatialScale);
      ends[e] = rounded(type, scaled - offset);
    }
    double extent = rounded(type, ends[1] - ends[0]);
    extent = halfPixel ? extent : Math.max(extent, 1);
    double part = rounded(type, extent / (axis == 0 ? height : width));
    return new double[] {ends[0], part, samplingRatio > 0 ? samplingRatio : Math.ceil(part)};
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    TensorType type = inferTypes(inputs.stream().map(Tensor::type).toList()).get(0);
    int channels = x.shape().dim(1);
    return List.of(
        Tensor.fromDoubles(
            type,
            j -> {
              int[] o = Axes.coordinates(j, type.shape().dims());
              double[] rows = side(inputs.get(1), o[0], 0);
              double[] columns = side(inputs.get(1), o[0], 1);
              int batch = Axes.wrap(inputs.get(2).longAt(o[0]), x.shape().dim(0), x.type());
              double result = maximum ? Double.NEGATIVE_INFINITY : 0;
              int count = 0;
              for (int i = 0; i < rows[2]; i++) {
                for (int l = 0; l < columns[2]; l++) {
                  double h = place(x.dtype(), rows, o[2], i);
                  double w = place(x.dtype(), columns, o[3], l);
                  double[] terms = terms(x, batch * channels + o[1], h, w);
                  for (double t : terms) {
                    result = maximum ? Math.max(result, t) : result + t;
                  }
                  count++;
                }
              }
              return count == 0 ? 0 : maximum ? result : result / count;
            }));
  }

  private static double place(DType type, double[] side, int part, int sample) {
    double first = rounded(type, side[0] + rounded(type, part * side[1]));
    double within = rounded(type, rounded(type, (sample + 0.5) * side[1]) / side[2]);
    return rounded(type, first + within);
  }

  /** The four elements around a place, weighted. */
  private static double[] terms(Tensor x, int plane, double h, double w) {
    int rows = x.shape().dim(2);
    int columns = x.shape().dim(3);
    double[] terms = new double[4];
    if (h < -1 || h > rows || w < -1 || w > columns) {
      return terms;
    }
    double i = Math.min(Math.max(h, 0), rows - 1);
    double l = Math.min(Math.max(w, 0), columns - 1);
    for (int t = 0; t < 4; t++) {
      double di = i - Math.floor(i);
      double dl = l - Math.floor(l);
      int ii = Math.min((int) i + t / 2, rows - 1);
      int ll = Math.min((int) l + t % 2, columns - 1);
      terms[t] =
          (t / 2 == 0 ? 1 - di : di)
              * (t % 2 == 0 ? 1 - dl : dl)
              * x.doubleAt((plane * rows + ii) * columns + ll);
    }
    return terms;
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape out = k.outputType(0).shape();
    Axes.checkIndices(k, 2, k.inputType(0).shape().dim(0));
    Stmt body = out.size() == 0 ? Axes.nothing(k) : loop("r", out.dim(0), r -> region(k, r));
    return k.build(
        "roiAlign",
        "y"
            + k.outputType(0)
            + " = regions of x"
            + k.inputType(0)
            + ", "
            + (maximum ? "maximum" : "mean")
            + " of samples",
        body);
  }

  private Stmt region(KernelBuilder k, Expr r) {
    Shape in = k.inputType(0).shape();
    List<Stmt> body = new ArrayList<>();
    Side rows = side(k, body, r, 0);
    Side columns = side(k, body, r, 1);
    Var image = new Var("image", LoopType.INT);
    Expr batch = Gather.clamped(load(k.input(2, "batches"), r), in.dim(0));
    body.add(local(image, mul(batch, in.sizeOf(1, 4))));
    body.add(
        loop(
            "h",
            height,
            h -> loop("w", width, w -> result(k, r, ref(image), rows, columns, h, w))));
    return new Stmt.Block(body);
  }

  /** Start, size of a part and samples per part along one axis. */
  private record Side(Expr start, Expr part, Expr samples) {}

  private Side side(KernelBuilder k, List<Stmt> body, Expr r, int axis) {
    Buffer rois = k.input(1, "rois");
    LoopType type = LoopType.of(rois.dtype());
    String name = axis == 0 ? "Rows" : "Columns";
    Var start = new Var("start" + name, type);
    Var end = new Var("end" + name, type);
    Var part = new Var("part" + name, type);
    Var samples = new Var("samples" + name, LoopType.INT);
    Expr offset = literal(type, halfPixel ? 0.5 : 0);
    for (int e = 0; e < 2; e++) {
      Expr v = load(rois, add(mul(r, 4), 2 * e + 1 - axis));
      body.add(local(e == 0 ? start : end, sub(mul(v, literal(type, spatialScale)), offset)));
    }
    Expr extent = sub(ref(end), ref(start));
    Expr atLeast = halfPixel ? extent : max(extent, literal(type, 1));
    body.add(local(part, div(atLeast, literal(type, axis == 0 ? height : width))));
    body.add(
        local(
            samples,
            samplingRatio > 0
                ? intLit(samplingRatio)
                : cast(LoopType.INT, call(Intrinsic.CEIL, ref(part)))));
    return new Side(ref(start), ref(part), ref(samples));
  }

  private Stmt result(
      KernelBuilder k, Expr r, Expr image, Side rows, Side columns, Expr h, Expr w) {
    Shape in = k.inputType(0).shape();
    int channels = in.dim(1);
    Buffer y = k.output(0, "y");
    LoopType type = LoopType.of(y.dtype());
    DType held = type.equals(LoopType.FLOAT) ? DType.FLOAT32 : DType.FLOAT64;
    Buffer sums = k.scratch("sums", held, channels);
    Expr count = max(intLit(1), mul(rows.samples, columns.samples));
    Expr none = lt(min(rows.samples, columns.samples), intLit(1));
    Expr begin =
        maximum
            ? select(none, literal(type, 0), literal(type, Double.NEGATIVE_INFINITY))
            : literal(type, 0);
    Stmt samples =
        each(
            "i",
            rows.samples,
            i ->
                each("j", columns.samples, j -> sample(k, sums, image, rows, columns, h, w, i, j)));
    Stmt stores =
        loop(
            "c",
            channels,
            c -> {
              Expr to = add(mul(add(mul(add(mul(r, channels), c), height), h), width), w);
              Expr sum = load(sums, c);
              Expr value = maximum ? sum : div(sum, cast(type, count));
              return store(y, to, k.finish(value, to));
            });
    return block(fill(sums, intLit(0), intLit(channels), begin), samples, stores);
  }

  private static Stmt each(String var, Expr extent, Stmts.LoopBody body) {
    return loop(var, intLit(0), extent, 1, AxisKind.REDUCE, body);
  }

  private Stmt sample(
      KernelBuilder k,
      Buffer sums,
      Expr image,
      Side rows,
      Side columns,
      Expr h,
      Expr w,
      Expr i,
      Expr j) {
    Shape in = k.inputType(0).shape();
    Buffer x = k.input(0, "x");
    List<Stmt> body = new ArrayList<>();
    Between v = between(body, rows, h, i, in.dim(2), "V");
    Between u = between(body, columns, w, j, in.dim(3), "U");
    Expr outside = or(v.outside, u.outside);
    LoopType type = v.low.type();
    List<Expr> weights = new ArrayList<>();
    List<Expr> places = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Var weight = new Var("weight" + t, type);
      Var place = new Var("place" + t, LoopType.INT);
      Expr product = mul(t / 2 == 0 ? v.low : v.high, t % 2 == 0 ? u.low : u.high);
      body.add(local(weight, select(outside, literal(type, 0), product)));
      Expr row = t / 2 == 0 ? v.first : v.second;
      Expr column = t % 2 == 0 ? u.first : u.second;
      body.add(local(place, add(add(mul(row, in.dim(3)), column), image)));
      weights.add(ref(weight));
      places.add(ref(place));
    }
    body.add(
        loop(
            "c",
            in.dim(1),
            c -> {
              Expr value = load(sums, c);
              for (int t = 0; t < 4; t++) {
                Expr element = load(x, add(places.get(t), mul(c, in.dim(2) * in.dim(3))));
                Expr term = mul(weights.get(t), element);
                value = maximum ? max(value, term) : add(value, term);
              }
              return store(sums, c, value);
            }));
    return new Stmt.Block(body);
  }

  /** Two neighbours of a place along an axis with their weights, and whether it is far outside. */
  private record Between(Expr first, Expr second, Expr low, Expr high, Expr outside) {}

  private static Between between(
      List<Stmt> body, Side side, Expr part, Expr sample, int extent, String name) {
    LoopType type = side.start.type();
    Var at = new Var("at" + name, type);
    Var within = new Var("within" + name, type);
    Var first = new Var("first" + name, LoopType.INT);
    Var high = new Var("high" + name, type);
    Expr middle = add(cast(type, sample), literal(type, 0.5));
    Expr inPart = div(mul(middle, side.part), cast(type, side.samples));
    body.add(local(at, add(add(side.start, mul(cast(type, part), side.part)), inPart)));
    body.add(local(within, min(max(ref(at), literal(type, 0)), literal(type, extent - 1))));
    body.add(local(first, cast(LoopType.INT, ref(within))));
    body.add(local(high, sub(ref(within), cast(type, ref(first)))));
    Expr outside = or(lt(ref(at), literal(type, -1)), gt(ref(at), literal(type, extent)));
    return new Between(
        ref(first),
        min(add(ref(first), 1), intLit(extent - 1)),
        sub(literal(type, 1), ref(high)),
        ref(high),
        outside);
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }
}
