package dev.coppice.compiler.schedule;

import static dev.coppice.compiler.schedule.RegisterRun.place;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Places;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.PlaceCopy;
import dev.coppice.compiler.loop.SharedRegisters;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pooling of float32 {@code x: [N, spatial..., C]} with one or two spatial axes. The rows below
 * each row of the result are folded into one row, with pads at its ends, and then the places of
 * that row: both walk channels that lie side by side, in registers where the target has them.
 */
public final class ChannelsLastPool {
  /** Registers of channels that are folded at once. */
  private static final int MOST_VECTORS = 4;

  /** Taps along a row that are written out. */
  private static final int MOST_TAPS = 4;

  /**
   * The windows; all lists have an entry per spatial axis but {@code pads}, which has the pads
   * before each axis and then those after.
   */
  public record Window(
      List<Integer> kernel,
      List<Integer> strides,
      List<Integer> pads,
      List<Integer> dilations,
      List<Integer> outputShape) {

    private List<Integer> two(List<Integer> values, int one) {
      return values.size() == 2 ? values : List.of(one, values.get(0));
    }

    /** The same over rows and columns; a single axis is that of the columns. */
    Window ofPlane() {
      return new Window(
          two(kernel, 1),
          two(strides, 1),
          pads.size() == 4 ? pads : List.of(0, pads.get(0), 0, pads.get(1)),
          two(dilations, 1),
          two(outputShape, 1));
    }
  }

  private final KernelBuilder k;
  private final Window w;
  private final BinaryOp op;
  private final Expr start;
  private final PoolScales scales;
  private final Buffer x;
  private final Places y;
  private final int n;
  private final int height;
  private final int width;
  private final int channels;
  private final int columns;
  private final boolean registers;

  /** Whether results are stored from registers, not from scratch. */
  private final boolean direct;

  private final Buffer folded;

  private ChannelsLastPool(
      KernelBuilder k, Window window, BinaryOp op, double start, PoolScales scales) {
    this.k = k;
    this.w = window.ofPlane();
    this.op = op;
    this.start = Exprs.floatLit((float) start);
    Shape shape = k.inputType(0).shape();
    this.n = shape.dim(0);
    this.height = shape.rank() == 4 ? shape.dim(1) : 1;
    this.width = shape.dim(-2);
    this.channels = shape.dim(-1);
    this.x = k.input(0, "x");
    this.registers = k.target().vectorApi();
    this.direct = registers && channels >= LoopType.MOST_LANES && RegisterEpilogue.applies(k);
    this.y =
        direct || !k.hasEpilogue() ? k.outputPlaces("y") : new Places(k.output(0, "y"), channels);
    this.columns =
        (w.outputShape.get(1) - 1) * w.strides.get(1)
            + (w.kernel.get(1) - 1) * w.dilations.get(1)
            + 1;
    int slack = MOST_VECTORS * LoopType.MOST_LANES;
    this.folded = k.scratch("folded", DType.FLOAT32, columns * channels + slack);
    this.scales = scales;
  }

  /**
   * The kernel.
   *
   * @param op what combines elements
   * @param start value of an empty window, neutral for {@code op}
   * @param scales what results are multiplied by
   */
  public static Kernel lower(
      KernelBuilder k, String name, Window window, BinaryOp op, double start, PoolScales scales) {
    String comment =
        "y"
            + k.outputType(0)
            + " = "
            + name
            + "(x"
            + k.inputType(0)
            + "), window "
            + window.kernel
            + ", strides "
            + window.strides
            + ", pads "
            + window.pads
            + ", channels last";
    if (k.outputType(0).shape().size() == 0) {
      k.residuals();
      k.channelConstants();
      return k.build(name, comment, Stmts.block(List.of()));
    }
    return k.build(name, comment, new ChannelsLastPool(k, window, op, start, scales).body());
  }

  private Stmt body() {
    int slack = MOST_VECTORS * LoopType.MOST_LANES;
    int out = w.outputShape.get(1);
    Buffer result =
        direct ? y.buffer() : k.scratch("result", DType.FLOAT32, out * channels + slack);
    Stmt ends = Stmts.fill(folded, Exprs.intLit(0), Exprs.intLit(folded.length()), start);
    return Stmts.block(
        ends,
        Loops.each(
            "n",
            n,
            image ->
                Loops.each(
                    "oh",
                    w.outputShape.get(0),
                    oh -> {
                      Expr row = Exprs.add(Exprs.mul(image, w.outputShape.get(0)), oh);
                      Expr to = Exprs.mul(row, out * y.step());
                      return Stmts.block(
                          fold(image, oh),
                          slide(result, direct ? to : Exprs.intLit(0), oh),
                          direct ? Stmts.block(List.of()) : store(result, to, out));
                    })));
  }

  private Stmt store(Buffer result, Expr to, int places) {
    return k.hasEpilogue()
        ? Stmts.loop(
            "i",
            Exprs.intLit(0),
            Exprs.intLit(places * channels),
            1,
            AxisKind.VECTOR,
            i -> {
              Expr at = Exprs.add(to, i);
              return Stmts.store(y.buffer(), at, k.finish(Exprs.load(result, i), at));
            })
        : PlaceCopy.of(result, y.buffer(), to, y.step(), places, channels);
  }

  /** {@link #folded} becomes the combination of the rows below row {@code oh}. */
  private Stmt fold(Expr image, Expr oh) {
    int before = w.pads.get(1);
    int count = Math.min(width, Math.max(0, columns - before)) * channels;
    if (count == 0) {
      return Stmts.block(List.of());
    }
    int dilation = w.dilations.get(0);
    int taps = w.kernel.get(0);
    Expr top = Exprs.add(Exprs.mul(oh, w.strides.get(0)), -w.pads.get(0));
    Var from = new Var("top", LoopType.INT);
    Var first = new Var("firstTap", LoopType.INT);
    Var end = new Var("endTap", LoopType.INT);
    Expr above = Exprs.sub(Exprs.intLit(dilation - 1), Exprs.ref(from));
    Expr below = Exprs.sub(Exprs.intLit(height - 1 + dilation), Exprs.ref(from));
    Expr row = Exprs.add(Exprs.ref(from), Exprs.mul(Exprs.ref(first), dilation));
    Expr start = Exprs.add(Exprs.mul(image, height), row);
    return Stmts.block(
        Stmts.local(from, top),
        Stmts.local(first, Exprs.div(Exprs.max(above, Exprs.intLit(0)), Exprs.intLit(dilation))),
        Stmts.local(end, Exprs.min(Exprs.intLit(taps), Exprs.div(below, Exprs.intLit(dilation)))),
        Stmts.invoke(
            new Fold(run(count), count).function(),
            List.of(x, folded),
            List.of(
                Exprs.mul(start, width * channels),
                Exprs.sub(Exprs.ref(end), Exprs.ref(first)),
                Exprs.intLit(before * channels))));
  }

  /** Tiles for {@code count} elements. */
  private RegisterRun run(int count) {
    return new RegisterRun(registers ? Math.min(MOST_VECTORS, count / LoopType.MOST_LANES) : 0);
  }

  /** Combines whole rows. */
  private final class Fold {
    private final RegisterRun run;
    private final int count;
    private final Buffer from = Buffer.flat("x", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Buffer to = Buffer.flat("folded", DType.FLOAT32, Buffer.Role.OUTPUT, 0);
    private final Var first = new Var("from", LoopType.INT);
    private final Var rows = new Var("rows", LoopType.INT);
    private final Var toAt = new Var("to", LoopType.INT);

    Fold(RegisterRun run, int count) {
      this.run = run;
      this.count = count;
    }

    Function function() {
      return new Function(
          "fold",
          "folded = rows of x, combined.",
          List.of(from, to),
          List.of(first, rows, toAt),
          run.tiles(count, false, this::tile));
    }

    private Stmt tile(Expr at) {
      int distance = w.dilations.get(0) * width * channels;
      List<Stmt> body = new ArrayList<>();
      List<Var> sums = new ArrayList<>();
      for (int v = 0; v < run.size(); v++) {
        sums.add(new Var("sum" + v, run.type()));
        body.add(Stmts.local(sums.get(v), run.spread(start)));
      }
      body.add(
          Stmts.loop(
              "r",
              Exprs.intLit(0),
              Exprs.ref(rows),
              1,
              AxisKind.REDUCE,
              r -> {
                List<Stmt> all = new ArrayList<>();
                Expr base = Exprs.add(Exprs.add(Exprs.ref(first), Exprs.mul(r, distance)), at);
                for (int v = 0; v < sums.size(); v++) {
                  Expr value = run.load(from, place(v, base));
                  Expr sum = Exprs.ref(sums.get(v));
                  all.add(Stmts.assign(sums.get(v), Exprs.binary(op, sum, value)));
                }
                return Stmts.block(all);
              }));
      for (int v = 0; v < sums.size(); v++) {
        Expr index = place(v, Exprs.add(Exprs.ref(toAt), at));
        body.add(Stmts.store(to, index, Exprs.ref(sums.get(v))));
      }
      return Stmts.block(body);
    }
  }

  /** A row of results from {@link #folded}, to {@code to} and beyond. */
  private Stmt slide(Buffer result, Expr to, Expr oh) {
    Slide slide = new Slide();
    List<Array> arrays = new ArrayList<>(List.of(folded, result));
    List<Expr> scalars = new ArrayList<>(List.of(to));
    scales.columns().ifPresent(arrays::add);
    scales.rows().ifPresent(rows -> scalars.add(Exprs.load(rows, oh)));
    if (slide.epilogue != null) {
      arrays.addAll(slide.epilogue.arguments());
    }
    return Stmts.invoke(slide.function(), arrays, scalars);
  }

  /** Combines the places of a row. */
  private final class Slide {
    private final RegisterRun run;
    private final boolean beyond;
    private final @Nullable RegisterEpilogue epilogue;
    private final Buffer from = Buffer.flat("folded", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Buffer to = Buffer.flat("y", DType.FLOAT32, Buffer.Role.OUTPUT, 0);
    private final Buffer factors = Buffer.flat("factors", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Var toAt = new Var("to", LoopType.INT);
    private final Var scale = new Var("scale", LoopType.FLOAT);

    Slide() {
      RegisterRun own = run(channels);
      this.run = registers && own.vectors() == 0 ? new RegisterRun(1) : own;
      this.beyond = channels < LoopType.MOST_LANES;
      this.epilogue = direct ? RegisterEpilogue.of(k) : null;
    }

    Function function() {
      List<Buffer> arrays = new ArrayList<>(List.of(from, to));
      List<Var> scalars = new ArrayList<>(List.of(toAt));
      if (scales.columns().isPresent()) {
        arrays.add(factors);
      }
      if (scales.rows().isPresent()) {
        scalars.add(scale);
      }
      if (epilogue != null) {
        arrays.addAll(epilogue.parameters());
      }
      return new Function(
          "slide",
          "y = places of folded, combined.",
          arrays,
          scalars,
          Stmts.loop(
              "ow", w.outputShape.get(1), ow -> run.tiles(channels, beyond, at -> tile(ow, at))));
    }

    private Stmt tile(Expr ow, Expr at) {
      int taps = w.kernel.get(1);
      int distance = w.dilations.get(1) * channels;
      Expr base = Exprs.add(Exprs.mul(ow, w.strides.get(1) * channels), at);
      List<Stmt> body = new ArrayList<>();
      List<Var> sums = new ArrayList<>();
      for (int v = 0; v < run.size(); v++) {
        sums.add(new Var("sum" + v, run.type()));
        Expr sum = run.load(from, place(v, base));
        for (int t = 1; t < taps && taps <= MOST_TAPS; t++) {
          Expr index = place(v, Exprs.add(base, t * distance));
          sum = Exprs.binary(op, sum, run.load(from, index));
        }
        body.add(Stmts.local(sums.get(v), sum));
      }
      if (taps > MOST_TAPS) {
        body.add(more(sums, base, taps, distance));
      }
      Expr place = Exprs.mul(ow, direct ? y.step() : channels);
      Expr first = Exprs.add(Exprs.ref(toAt), Exprs.add(place, at));
      SharedRegisters shared = new SharedRegisters("constant");
      List<Stmt> stores = new ArrayList<>();
      for (int v = 0; v < sums.size(); v++) {
        Expr index = place(v, first);
        Expr value = scaled(Exprs.ref(sums.get(v)), ow);
        stores.add(RegisterEpilogue.store(epilogue, to, index, value, place(v, at), shared));
      }
      body.addAll(shared.declarations());
      body.addAll(stores);
      return Stmts.block(body);
    }

    private Stmt more(List<Var> sums, Expr base, int taps, int distance) {
      return Stmts.loop(
          "t",
          Exprs.intLit(1),
          Exprs.intLit(taps),
          1,
          AxisKind.REDUCE,
          t -> {
            List<Stmt> all = new ArrayList<>();
            for (int v = 0; v < sums.size(); v++) {
              Expr index = place(v, Exprs.add(base, Exprs.mul(t, distance)));
              Expr value = run.load(from, index);
              all.add(Stmts.assign(sums.get(v), Exprs.binary(op, Exprs.ref(sums.get(v)), value)));
            }
            return Stmts.block(all);
          });
    }

    private Expr scaled(Expr sum, Expr ow) {
      Expr by = Exprs.floatLit((float) scales.all());
      by = scales.rows().isPresent() ? Exprs.mul(by, Exprs.ref(scale)) : by;
      by = scales.columns().isPresent() ? Exprs.mul(by, Exprs.load(factors, ow)) : by;
      return scales.equals(PoolScales.NONE) ? sum : Exprs.mul(sum, run.spread(by));
    }
  }
}
