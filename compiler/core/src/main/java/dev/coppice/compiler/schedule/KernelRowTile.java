package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.CostFigure;
import dev.coppice.compiler.loop.Costs;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.RegisterLimits;
import dev.coppice.compiler.loop.SharedRegisters;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The microkernel of convolution of few input channels: a register or two of output channels of a
 * few places are computed one kernel row after the other, whose columns are written out, so that an
 * input that several places read is loaded once. Distances are written as constants, so that
 * HotSpot checks bounds once for a kernel row.
 *
 * @param tile what a tile computes
 * @param steps distances in memory
 * @param epilogue what is done with the sums before they are stored
 */
record KernelRowTile(Tile tile, Steps steps, @Nullable RegisterEpilogue epilogue) {
  /**
   * What is computed at once.
   *
   * @param places places whose sums are in registers at once
   * @param runs kernel rows
   * @param columns columns of a kernel row
   * @param stride columns between two places
   * @param vectors registers of channels of each place; more than one where registers are of the
   *     widest kind and as many channels are there
   */
  record Tile(int places, int runs, int columns, int stride, int vectors) {
    /** The same for so many places and registers of channels. */
    Tile of(int places, int vectors) {
      return new Tile(places, runs, columns, stride, vectors);
    }

    /** Columns between the first that is read and the last. */
    private int span() {
      return (places - 1) * stride + columns;
    }

    private int loads() {
      return Math.min(span(), places * columns);
    }

    /** Vector operations, as written. */
    private int operations() {
      return loads() + vectors * (columns + columns * places + 4 * places);
    }

    /** Predicted steps of a register of channels. */
    double steps(Costs costs) {
      double loads = columns * vectors + costs.get(CostFigure.SPREAD) * loads();
      double row = Math.max(columns * places * vectors, loads) / 2;
      double sums = costs.get(CostFigure.KERNEL_ROW_TILE) + 2.0 * places * vectors;
      return (sums + runs * Math.max(costs.get(CostFigure.LATENCY) * columns, row)) / vectors;
    }

    /** Whether HotSpot compiles it well. */
    boolean fits() {
      int registers = vectors * (places + columns) + OTHERS;
      return (vectors == 1 ? places <= MOST_PLACES : registers <= REGISTERS)
          && operations() <= RegisterLimits.MOST_IN_TILE;
    }
  }

  /**
   * Distances in elements.
   *
   * @param y of two places in the result
   * @param xRun of what two kernel rows read
   * @param yTile of two tiles in the result
   * @param xTile of two tiles in the input
   * @param channels output channels; where they are fewer than a register has lanes, what a place
   *     stores beyond is overwritten by the next
   */
  record Steps(int y, int xRun, int yTile, int xTile, int channels) {
    /** Distance of the weights of two columns. */
    int columns() {
      return Math.max(channels, LoopType.MOST_LANES);
    }
  }

  private static final LoopType REGISTER = LoopType.FLOAT.times(LoopType.REGISTER);

  /** More sums than these leave no register for weights on machines with 16. */
  private static final int MOST_PLACES = 10;

  /** Registers of a machine with the widest. */
  private static final int REGISTERS = 32;

  /** Those that hold neither sums nor weights. */
  private static final int OTHERS = 4;

  /**
   * Where the operands are; all are flat.
   *
   * @param y results
   * @param yAt channel 0 of the first place
   * @param x inputs
   * @param xAt what the first column of the first place reads
   * @param w weights, those of a column side by side, the columns of a kernel row, kernel rows
   * @param bias one number for each channel
   * @param tiles number of tiles
   */
  record Operands(Buffer y, Expr yAt, Buffer x, Expr xAt, Buffer w, Buffer bias, Expr tiles) {}

  /** The call that computes the tiles of these operands. */
  Stmt call(Operands o) {
    List<Array> arrays = new ArrayList<>(List.of(o.y, o.x, o.w, o.bias));
    if (epilogue != null) {
      arrays.addAll(epilogue.arguments());
    }
    Stmt call = Stmts.invoke(function(), arrays, List.of(o.yAt, o.xAt, o.tiles));
    Expr wide = Exprs.eq(Exprs.lanes(), Exprs.intLit(LoopType.MOST_LANES));
    return tile.vectors == 1 ? call : Stmts.when(wide, call, narrow().call(o));
  }

  /** The same for machines with narrower registers, or fewer. */
  private KernelRowTile narrow() {
    return new KernelRowTile(tile.of(tile.places, 1), steps, epilogue);
  }

  /** The parameters of the function. */
  private static final class Parameters {
    private final Buffer y = Buffer.flat("y", DType.FLOAT32, Buffer.Role.OUTPUT, 0);
    private final Buffer x = Buffer.flat("x", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Buffer w = Buffer.flat("w", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Buffer bias = Buffer.flat("bias", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Var yAt = new Var("yAt", LoopType.INT);
    private final Var xAt = new Var("xAt", LoopType.INT);
    private final Var tiles = new Var("tiles", LoopType.INT);
  }

  private Function function() {
    Parameters f = new Parameters();
    List<Buffer> arrays = new ArrayList<>(List.of(f.y, f.x, f.w, f.bias));
    if (epilogue != null) {
      arrays.addAll(epilogue.parameters());
    }
    Expr width = Exprs.mul(Exprs.lanes(), tile.vectors);
    Expr registers = Exprs.div(Exprs.add(Exprs.intLit(steps.channels - 1), width), width);
    Expr last = Exprs.sub(Exprs.intLit(steps.channels), width);
    Stmt body =
        Stmts.loop(
            "register",
            Exprs.intLit(0),
            registers,
            1,
            Stmt.AxisKind.PARALLEL,
            r -> register(f, Exprs.max(Exprs.min(Exprs.mul(r, width), last), Exprs.intLit(0))));
    return new Function(
        "kernelRowsOf"
            + tile.columns
            + "x"
            + tile.places
            + (tile.vectors == 1 ? "" : "x" + tile.vectors)
            + (epilogue == null ? "" : "Finish"),
        "y = sums of x * w over the kernel, for every channel of tiles of "
            + tile.places
            + " places.",
        arrays,
        List.of(f.yAt, f.xAt, f.tiles),
        body);
  }

  /** The registers of channels at {@code from}, of every tile. */
  private Stmt register(Parameters f, Expr from) {
    Var c = new Var("c", LoopType.INT);
    Var[] bias = new Var[tile.vectors];
    SharedRegisters constants = new SharedRegisters("constant");
    List<Stmt> body = new ArrayList<>();
    body.add(Stmts.local(c, from));
    for (int v = 0; v < bias.length; v++) {
      bias[v] = new Var("first" + v, REGISTER);
      body.add(Stmts.local(bias[v], Exprs.loadRegister(f.bias, lane(c, v))));
    }
    Stmt tiles = Loops.each("tile", Exprs.ref(f.tiles), t -> tile(f, c, t, bias, constants));
    body.addAll(constants.declarations());
    body.add(tiles);
    return Stmts.block(body);
  }

  private Stmt tile(Parameters f, Var c, Expr t, Var[] bias, SharedRegisters constants) {
    Var[][] sums = new Var[tile.places][tile.vectors];
    Var x = new Var("xFrom", LoopType.INT);
    Var y = new Var("yFrom", LoopType.INT);
    List<Stmt> body = new ArrayList<>();
    for (int p = 0; p < tile.places; p++) {
      for (int v = 0; v < tile.vectors; v++) {
        sums[p][v] = new Var("sum" + p + "_" + v, REGISTER);
        body.add(Stmts.local(sums[p][v], Exprs.ref(bias[v])));
      }
    }
    body.add(Stmts.local(x, Exprs.add(Exprs.ref(f.xAt), Exprs.mul(t, steps.xTile))));
    Expr place = Exprs.add(Exprs.ref(f.yAt), Exprs.ref(c));
    body.add(Stmts.local(y, Exprs.add(place, Exprs.mul(t, steps.yTile))));
    body.add(Stmts.reduceLoop("run", tile.runs, run -> run(f, c, run, x, sums)));
    for (int p = 0; p < tile.places; p++) {
      for (int v = 0; v < tile.vectors; v++) {
        Expr at = Exprs.add(lane(y, v), p * steps.y);
        Expr sum = Exprs.ref(sums[p][v]);
        body.add(RegisterEpilogue.store(epilogue, f.y, at, sum, lane(c, v), constants));
      }
    }
    return Stmts.block(body);
  }

  /** Adds what kernel row {@code run} meets: every input is loaded once. */
  private Stmt run(Parameters f, Var c, Expr run, Var x, Var[][] sums) {
    Var row = new Var("xRow", LoopType.INT);
    Var inW = new Var("wRow", LoopType.INT);
    List<Stmt> body = new ArrayList<>();
    body.add(Stmts.local(row, Exprs.add(Exprs.ref(x), Exprs.mul(run, steps.xRun))));
    body.add(
        Stmts.local(inW, Exprs.add(Exprs.ref(c), Exprs.mul(run, tile.columns * steps.columns()))));
    Var[][] w = new Var[tile.columns][tile.vectors];
    for (int j = 0; j < tile.columns; j++) {
      for (int v = 0; v < tile.vectors; v++) {
        w[j][v] = new Var("w" + j + "_" + v, REGISTER);
        Expr at = Exprs.add(lane(inW, v), j * steps.columns());
        body.add(Stmts.local(w[j][v], Exprs.loadRegister(f.w, at)));
      }
    }
    for (int column = 0; column < tile.span(); column++) {
      column(f, row, column, w, sums, body);
    }
    return Stmts.block(body);
  }

  private void column(Parameters f, Var row, int column, Var[][] w, Var[][] sums, List<Stmt> body) {
    Var input = new Var("x" + column, REGISTER);
    boolean loaded = false;
    for (int p = 0; p < sums.length; p++) {
      int j = column - p * tile.stride;
      if (j < 0 || j >= w.length) {
        continue;
      }
      if (!loaded) {
        Expr value = Exprs.load(f.x, Exprs.add(Exprs.ref(row), column));
        body.add(Stmts.local(input, Exprs.broadcast(value, LoopType.REGISTER)));
        loaded = true;
      }
      for (int v = 0; v < tile.vectors; v++) {
        Var sum = sums[p][v];
        Expr product =
            Exprs.call(Intrinsic.MUL_ADD, Exprs.ref(input), Exprs.ref(w[j][v]), Exprs.ref(sum));
        body.add(Stmts.assign(sum, product));
      }
    }
  }

  private static Expr lane(Var from, int v) {
    return Exprs.add(Exprs.ref(from), Exprs.mul(Exprs.lanes(), v));
  }
}
