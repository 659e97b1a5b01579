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
import dev.coppice.compiler.loop.SharedRegisters;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The microkernel of convolution of few input channels: a register of output channels of a few
 * places is computed one kernel row after the other, whose columns are written out, so that an
 * input that several places read is loaded once. Distances are written as constants, so that
 * HotSpot checks bounds once for a kernel row.
 *
 * @param tile what a tile computes
 * @param steps distances in memory
 * @param count number of tiles
 * @param epilogue what is done with the sums before they are stored
 */
record KernelRowTile(Tile tile, Steps steps, int count, @Nullable RegisterEpilogue epilogue) {
  /**
   * What is computed at once.
   *
   * @param places places whose sums are in registers at once
   * @param runs kernel rows
   * @param columns columns of a kernel row
   * @param stride columns between two places
   */
  record Tile(int places, int runs, int columns, int stride) {
    /** The same for so many places. */
    Tile of(int places) {
      return new Tile(places, runs, columns, stride);
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
      return columns + loads() + columns * places + 4 * places;
    }

    /** Predicted steps of a register of channels. */
    double steps(Costs costs) {
      double row = Math.max(columns * places, columns + loads()) / 2.0;
      double chain = costs.get(CostFigure.LATENCY) * columns;
      return costs.get(CostFigure.KERNEL_ROW_TILE) + 2.0 * places + runs * Math.max(chain, row);
    }

    /** Whether HotSpot compiles it well. */
    boolean fits() {
      return places <= MOST_PLACES && operations() <= MOST_OPERATIONS;
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

  /** HotSpot 17 gives up on methods with more vector operations, and each makes an object. */
  private static final int MOST_OPERATIONS = 112;

  /** More sums than these leave no register for weights on machines with 16. */
  private static final int MOST_PLACES = 10;

  /**
   * Where the operands are; all are flat.
   *
   * @param y results
   * @param yAt channel 0 of the first place
   * @param x inputs
   * @param xAt what the first column of the first place reads
   * @param w weights, those of a column side by side, the columns of a kernel row, kernel rows
   * @param bias one number for each channel
   */
  record Operands(Buffer y, Expr yAt, Buffer x, Expr xAt, Buffer w, Buffer bias) {}

  /** The call that computes the tiles of these operands. */
  Stmt call(Operands o) {
    List<Array> arrays = new ArrayList<>(List.of(o.y, o.x, o.w, o.bias));
    if (epilogue != null) {
      arrays.addAll(epilogue.arguments());
    }
    return Stmts.invoke(function(), arrays, List.of(o.yAt, o.xAt));
  }

  /** The parameters of the function. */
  private static final class Parameters {
    private final Buffer y = Buffer.flat("y", DType.FLOAT32, Buffer.Role.OUTPUT, 0);
    private final Buffer x = Buffer.flat("x", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Buffer w = Buffer.flat("w", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Buffer bias = Buffer.flat("bias", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Var yAt = new Var("yAt", LoopType.INT);
    private final Var xAt = new Var("xAt", LoopType.INT);
  }

  private Function function() {
    Parameters f = new Parameters();
    List<Buffer> arrays = new ArrayList<>(List.of(f.y, f.x, f.w, f.bias));
    if (epilogue != null) {
      arrays.addAll(epilogue.parameters());
    }
    Expr registers =
        Exprs.div(Exprs.add(Exprs.intLit(steps.channels - 1), Exprs.lanes()), Exprs.lanes());
    Expr last = Exprs.sub(Exprs.intLit(steps.channels), Exprs.lanes());
    Stmt body =
        Stmts.loop(
            "register",
            Exprs.intLit(0),
            registers,
            1,
            Stmt.AxisKind.PARALLEL,
            r ->
                register(
                    f, Exprs.max(Exprs.min(Exprs.mul(r, Exprs.lanes()), last), Exprs.intLit(0))));
    return new Function(
        "kernelRowsOf" + tile.columns + "x" + tile.places + (epilogue == null ? "" : "Finish"),
        "y = sums of x * w over the kernel, for every channel of "
            + (count == 1 ? "" : count + " times ")
            + tile.places
            + " places.",
        arrays,
        List.of(f.yAt, f.xAt),
        body);
  }

  /** The register of channels at {@code from}, of every tile. */
  private Stmt register(Parameters f, Expr from) {
    Var c = new Var("c", LoopType.INT);
    Var bias = new Var("first", REGISTER);
    SharedRegisters constants = new SharedRegisters("constant");
    Stmt tiles = Loops.each("tile", count, t -> tile(f, c, t, bias, constants));
    List<Stmt> body = new ArrayList<>();
    body.add(Stmts.local(c, from));
    body.add(Stmts.local(bias, Exprs.loadRegister(f.bias, Exprs.ref(c))));
    body.addAll(constants.declarations());
    body.add(tiles);
    return Stmts.block(body);
  }

  private Stmt tile(Parameters f, Var c, Expr t, Var bias, SharedRegisters constants) {
    Var[] sums = new Var[tile.places];
    Var x = new Var("xFrom", LoopType.INT);
    Var y = new Var("yFrom", LoopType.INT);
    List<Stmt> body = new ArrayList<>();
    for (int p = 0; p < tile.places; p++) {
      sums[p] = new Var("sum" + p, REGISTER);
      body.add(Stmts.local(sums[p], Exprs.ref(bias)));
    }
    body.add(Stmts.local(x, Exprs.add(Exprs.ref(f.xAt), Exprs.mul(t, steps.xTile))));
    Expr place = Exprs.add(Exprs.ref(f.yAt), Exprs.ref(c));
    body.add(Stmts.local(y, Exprs.add(place, Exprs.mul(t, steps.yTile))));
    body.add(Stmts.reduceLoop("run", tile.runs, run -> run(f, c, run, x, sums)));
    for (int p = 0; p < tile.places; p++) {
      Expr at = Exprs.add(Exprs.ref(y), p * steps.y);
      Expr sum = Exprs.ref(sums[p]);
      body.add(RegisterEpilogue.store(epilogue, f.y, at, sum, Exprs.ref(c), constants));
    }
    return Stmts.block(body);
  }

  /** Adds what kernel row {@code run} meets: every input is loaded once. */
  private Stmt run(Parameters f, Var c, Expr run, Var x, Var[] sums) {
    Var row = new Var("xRow", LoopType.INT);
    Var inW = new Var("wRow", LoopType.INT);
    List<Stmt> body = new ArrayList<>();
    body.add(Stmts.local(row, Exprs.add(Exprs.ref(x), Exprs.mul(run, steps.xRun))));
    body.add(
        Stmts.local(inW, Exprs.add(Exprs.ref(c), Exprs.mul(run, tile.columns * steps.columns()))));
    Var[] w = new Var[tile.columns];
    for (int j = 0; j < w.length; j++) {
      w[j] = new Var("w" + j, REGISTER);
      Expr at = Exprs.add(Exprs.ref(inW), j * steps.columns());
      body.add(Stmts.local(w[j], Exprs.loadRegister(f.w, at)));
    }
    for (int column = 0; column < tile.span(); column++) {
      column(f, row, column, w, sums, body);
    }
    return Stmts.block(body);
  }

  private void column(Parameters f, Var row, int column, Var[] w, Var[] sums, List<Stmt> body) {
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
      Expr sum = Exprs.ref(sums[p]);
      body.add(
          Stmts.assign(
              sums[p], Exprs.call(Intrinsic.MUL_ADD, Exprs.ref(input), Exprs.ref(w[j]), sum)));
    }
  }
}
