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
 * The microkernel of depthwise convolution whose channels lie side by side: the weights of a
 * register of channels stay in registers while one tile after another is computed, a few places of
 * a row each, with every tap written out. Distances are written as constants, so that HotSpot
 * checks bounds before the loop and not in it.
 *
 * @param tile what a tile computes
 * @param steps distances in memory
 * @param count number of tiles
 * @param epilogue what is done with the sums before they are stored
 */
record DepthwiseTile(Tile tile, Steps steps, int count, @Nullable RegisterEpilogue epilogue) {
  /**
   * What is computed at once.
   *
   * @param places places whose sums are in registers at once
   * @param kernelRows rows of the kernel
   * @param kernelColumns columns of the kernel
   * @param stride input places between two places
   * @param dilation input places between two columns of the kernel
   */
  record Tile(int places, int kernelRows, int kernelColumns, int stride, int dilation) {
    /** The same for so many places. */
    Tile of(int places) {
      return new Tile(places, kernelRows, kernelColumns, stride, dilation);
    }

    /** Inputs of a row that are met. */
    private int loads() {
      int span = (places - 1) * stride + (kernelColumns - 1) * dilation + 1;
      return Math.min(span, places * kernelColumns);
    }

    /** Vector operations, as written. */
    int operations() {
      int weights = kernelRows * kernelColumns;
      return weights + kernelRows * loads() + weights * places + 4 * places;
    }

    /** Predicted steps of a register of a tile. */
    double steps(Costs costs) {
      int products = kernelRows * kernelColumns * places;
      return costs.get(CostFigure.DEPTHWISE_TILE)
          + Math.max(products / 2.0, (kernelRows * loads() + 2.0 * places) / 2);
    }

    /** Whether HotSpot compiles it well. */
    boolean fits() {
      return places <= MOST_PLACES && operations() <= RegisterLimits.MOST_IN_TILE;
    }
  }

  /**
   * Distances in elements.
   *
   * @param y of two places of a tile in the result
   * @param x of two neighbouring places of the input
   * @param xPitch of what two rows of the kernel read
   * @param yTile of two tiles in the result
   * @param xTile of two tiles in the input
   * @param channels channels that a place has, at least a register
   */
  record Steps(int y, int x, int xPitch, int yTile, int xTile, int channels) {}

  private static final LoopType REGISTER = LoopType.FLOAT.times(LoopType.REGISTER);

  /** More sums than these leave no register for inputs on machines with 16. */
  private static final int MOST_PLACES = 8;

  /**
   * Where the operands are; all are flat.
   *
   * @param y results
   * @param yAt channel 0 of the first place
   * @param x inputs
   * @param xAt channel 0 of what the first tap of the first place reads
   * @param w weights, channels of each tap side by side
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
    Expr last = Exprs.sub(Exprs.intLit(steps.channels), Exprs.lanes());
    Expr registers =
        Exprs.div(Exprs.add(Exprs.intLit(steps.channels - 1), Exprs.lanes()), Exprs.lanes());
    Stmt body =
        Stmts.loop(
            "register",
            Exprs.intLit(0),
            registers,
            1,
            Stmt.AxisKind.PARALLEL,
            r -> register(f, Exprs.min(Exprs.mul(r, Exprs.lanes()), last)));
    return new Function(
        "depthwise"
            + tile.kernelRows
            + "x"
            + tile.kernelColumns
            + "Of"
            + tile.places
            + (epilogue == null ? "" : "Finish"),
        "y = sums of x * w over the taps, for every channel of "
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
    List<Stmt> body = new ArrayList<>(List.of(Stmts.local(c, from)));
    Var bias = new Var("first", REGISTER);
    body.add(Stmts.local(bias, Exprs.loadRegister(f.bias, Exprs.ref(c))));
    Var[][] w = new Var[tile.kernelRows][tile.kernelColumns];
    for (int i = 0; i < tile.kernelRows; i++) {
      for (int j = 0; j < tile.kernelColumns; j++) {
        w[i][j] = new Var("w" + i + "_" + j, REGISTER);
        int at = (i * tile.kernelColumns + j) * steps.channels;
        body.add(Stmts.local(w[i][j], Exprs.loadRegister(f.w, Exprs.add(Exprs.ref(c), at))));
      }
    }
    SharedRegisters constants = new SharedRegisters("constant");
    Stmt tiles = Loops.each("tile", count, t -> tile(f, c, t, bias, w, constants));
    body.addAll(constants.declarations());
    body.add(tiles);
    return Stmts.block(body);
  }

  private Stmt tile(Parameters f, Var c, Expr t, Var bias, Var[][] w, SharedRegisters constants) {
    Var[] sums = new Var[tile.places];
    List<Stmt> body = new ArrayList<>();
    for (int p = 0; p < tile.places; p++) {
      sums[p] = new Var("sum" + p, REGISTER);
      body.add(Stmts.local(sums[p], Exprs.ref(bias)));
    }
    Var x = new Var("xFrom", LoopType.INT);
    Var y = new Var("yFrom", LoopType.INT);
    body.add(Stmts.local(x, from(f.xAt, c, t, steps.xTile)));
    body.add(Stmts.local(y, from(f.yAt, c, t, steps.yTile)));
    for (int i = 0; i < tile.kernelRows; i++) {
      row(f, x, i, w[i], sums, body);
    }
    for (int p = 0; p < tile.places; p++) {
      Expr at = Exprs.add(Exprs.ref(y), p * steps.y);
      Expr sum = Exprs.ref(sums[p]);
      body.add(RegisterEpilogue.store(epilogue, f.y, at, sum, Exprs.ref(c), constants));
    }
    return Stmts.block(body);
  }

  private static Expr from(Var at, Var c, Expr tile, int step) {
    return Exprs.add(Exprs.add(Exprs.ref(at), Exprs.ref(c)), Exprs.mul(tile, Exprs.intLit(step)));
  }

  /** Adds what row {@code i} of the kernel meets: every input is loaded once. */
  private void row(Parameters f, Var x, int i, Var[] w, Var[] sums, List<Stmt> body) {
    int span = (tile.places - 1) * tile.stride + (tile.kernelColumns - 1) * tile.dilation + 1;
    for (int column = 0; column < span; column++) {
      Var input = new Var("x" + i + "_" + column, REGISTER);
      boolean loaded = false;
      for (int j = 0; j < tile.kernelColumns; j++) {
        int place = column - j * tile.dilation;
        if (place < 0 || place % tile.stride != 0 || place / tile.stride >= tile.places) {
          continue;
        }
        if (!loaded) {
          Expr at = Exprs.add(Exprs.ref(x), i * steps.xPitch + column * steps.x);
          body.add(Stmts.local(input, Exprs.loadRegister(f.x, at)));
          loaded = true;
        }
        Var sum = sums[place / tile.stride];
        body.add(
            Stmts.assign(
                sum,
                Exprs.call(Intrinsic.MUL_ADD, Exprs.ref(input), Exprs.ref(w[j]), Exprs.ref(sum))));
      }
    }
  }
}
