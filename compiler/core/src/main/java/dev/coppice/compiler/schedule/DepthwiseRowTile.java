package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
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
 * The microkernel of depthwise convolution of planes: a register of neighbouring places in a few
 * rows at a time, with every tap written out. What rows share is loaded once, and the weights of
 * the channel stay in registers.
 *
 * @param rows output rows of a tile
 * @param kernelRows rows of the kernel
 * @param kernelColumns columns of the kernel
 * @param down input rows between two output rows
 * @param dilationDown input rows between two rows of the kernel
 * @param dilationRight input columns between two columns of the kernel
 * @param sizes where rows are: as literals, so that HotSpot checks few bounds
 * @param epilogue what is done with the sums before they are stored
 */
record DepthwiseRowTile(
    int rows,
    int kernelRows,
    int kernelColumns,
    int down,
    int dilationDown,
    int dilationRight,
    Sizes sizes,
    @Nullable RegisterEpilogue epilogue) {
  private static final LoopType REGISTER = LoopType.FLOAT.times(LoopType.REGISTER);

  /**
   * Sizes of a strip of rows.
   *
   * @param columns where what each column of the kernel meets begins in the first row
   * @param pitch distance of two rows of the input
   * @param yPitch distance of two rows of the result
   * @param height output rows, at least those of a tile
   * @param width output columns; fewer than a register has lanes are computed for all of its lanes,
   *     the others are stored before the next row is
   */
  record Sizes(List<Integer> columns, int pitch, int yPitch, int height, int width) {}

  /** More rows share little more. */
  private static final int MOST_ROWS = 4;

  /** Most rows of a tile; 0 if there are too many taps to be written out. */
  static int mostRows(
      int kernelRows, int kernelColumns, int down, int dilationDown, int dilationRight) {
    int rows = MOST_ROWS;
    while (rows > 0) {
      DepthwiseRowTile tile =
          new DepthwiseRowTile(
              rows,
              kernelRows,
              kernelColumns,
              down,
              dilationDown,
              dilationRight,
              new Sizes(List.of(), 0, 0, 0, 0),
              null);
      int taps = kernelRows * kernelColumns;
      int loads = kernelColumns * (int) tile.inputRows().stream().filter(r -> !r.isEmpty()).count();
      if (taps + loads + rows * (taps + 4) <= RegisterLimits.MOST_IN_TILE) {
        return rows;
      }
      rows--;
    }
    return rows;
  }

  /** What one input row contributes to. */
  private record Use(int row, int kernelRow) {}

  /** For each input row of the tile, the output rows that it contributes to. */
  private List<List<Use>> inputRows() {
    List<List<Use>> all = new ArrayList<>();
    for (int i = 0; i <= (rows - 1) * down + (kernelRows - 1) * dilationDown; i++) {
      List<Use> uses = new ArrayList<>();
      for (int r = 0; r < rows; r++) {
        int from = i - r * down;
        if (from >= 0 && from % dilationDown == 0 && from / dilationDown < kernelRows) {
          uses.add(new Use(r, from / dilationDown));
        }
      }
      all.add(uses);
    }
    return all;
  }

  /**
   * Where the operands are; all are flat.
   *
   * @param y results
   * @param yAt the first place of the strip
   * @param x the padded strip, from 0 on
   * @param w weights, the taps of each channel side by side
   * @param bias one number for each channel
   * @param channel the channel
   */
  record Operands(Buffer y, Expr yAt, Buffer x, Buffer w, Buffer bias, Expr channel) {}

  /** The call that computes the strip of these operands. */
  Stmt call(Operands o) {
    List<Array> arrays = new ArrayList<>(List.of(o.y, o.x, o.w, o.bias));
    if (epilogue != null) {
      arrays.addAll(epilogue.arguments());
    }
    return Stmts.invoke(function(), arrays, List.of(o.yAt, o.channel));
  }

  /** The parameters of the function. */
  private static final class Parameters {
    private final Buffer y = Buffer.flat("y", DType.FLOAT32, Buffer.Role.OUTPUT, 0);
    private final Buffer x = Buffer.flat("x", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Buffer w = Buffer.flat("w", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Buffer bias = Buffer.flat("bias", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Var yAt = new Var("yAt", LoopType.INT);
    private final Var channel = new Var("channel", LoopType.INT);
  }

  private Function function() {
    Parameters f = new Parameters();
    List<Buffer> arrays = new ArrayList<>(List.of(f.y, f.x, f.w, f.bias));
    if (epilogue != null) {
      arrays.addAll(epilogue.parameters());
    }
    int taps = kernelRows * kernelColumns;
    Var[] w = new Var[taps];
    List<Stmt> body = new ArrayList<>();
    for (int t = 0; t < taps; t++) {
      w[t] = new Var("w" + t, REGISTER);
      Expr at = Exprs.add(Exprs.mul(Exprs.ref(f.channel), taps), t);
      body.add(Stmts.local(w[t], Exprs.broadcast(Exprs.load(f.w, at), LoopType.REGISTER)));
    }
    Var first = new Var("first", REGISTER);
    Expr bias = Exprs.load(f.bias, Exprs.ref(f.channel));
    body.add(Stmts.local(first, Exprs.broadcast(bias, LoopType.REGISTER)));
    body.add(
        over(
            "tile",
            sizes.height,
            Exprs.intLit(rows),
            "row",
            row ->
                over("register", sizes.width, Exprs.lanes(), "c", c -> tile(f, row, c, w, first))));
    return new Function(
        "depthwiseRows" + suffix(),
        "y = sums of x * w over the taps, " + rows + " rows of a channel at a time.",
        arrays,
        List.of(f.yAt, f.channel),
        Stmts.block(body));
  }

  private String suffix() {
    return kernelRows
        + "x"
        + kernelColumns
        + (down > 1 ? "Down" + down : "")
        + (dilationDown > 1 || dilationRight > 1
            ? "Dilation" + dilationDown + "x" + dilationRight
            : "")
        + "Of"
        + rows
        + "In"
        + sizes.height
        + "x"
        + sizes.width
        + (epilogue == null ? "" : "Finish");
  }

  /** A loop in steps over {@code [0, extent)}, the last of which begins earlier if it can. */
  private static Stmt over(String number, int extent, Expr step, String name, Stmts.LoopBody body) {
    Var at = new Var(name, LoopType.INT);
    Expr last = Exprs.max(Exprs.sub(Exprs.intLit(extent), step), Exprs.intLit(0));
    return Stmts.loop(
        number,
        Exprs.intLit(0),
        Exprs.div(Exprs.add(Exprs.add(Exprs.intLit(extent), step), -1), step),
        1,
        Stmt.AxisKind.REDUCE,
        i ->
            Stmts.block(
                Stmts.local(at, Exprs.min(Exprs.mul(i, step), last)), body.apply(Exprs.ref(at))));
  }

  private Stmt tile(Parameters f, Expr row, Expr c, Var[] w, Var first) {
    List<Stmt> body = new ArrayList<>();
    Var from = new Var("from", LoopType.INT);
    Expr inX = Exprs.add(Exprs.mul(row, down * sizes.pitch), sizes.columns.get(0));
    body.add(Stmts.local(from, Exprs.add(inX, c)));
    Var[] sums = new Var[rows];
    for (int r = 0; r < rows; r++) {
      sums[r] = new Var("sum" + r, REGISTER);
      body.add(Stmts.local(sums[r], Exprs.ref(first)));
    }
    List<List<Use>> inputs = inputRows();
    for (int i = 0; i < inputs.size(); i++) {
      for (int j = 0; j < kernelColumns && !inputs.get(i).isEmpty(); j++) {
        Var x = new Var("x" + i + "_" + j, REGISTER);
        body.add(Stmts.local(x, Exprs.loadRegister(f.x, input(from, i, j))));
        for (Use use : inputs.get(i)) {
          Var sum = sums[use.row];
          Expr factor = Exprs.ref(w[use.kernelRow * kernelColumns + j]);
          body.add(
              Stmts.assign(
                  sum, Exprs.call(Intrinsic.MUL_ADD, Exprs.ref(x), factor, Exprs.ref(sum))));
        }
      }
    }
    SharedRegisters constants = new SharedRegisters("constant");
    List<Stmt> stores = new ArrayList<>();
    for (int r = 0; r < rows; r++) {
      Expr place = Exprs.add(Exprs.mul(Exprs.add(row, r), sizes.yPitch), c);
      Expr at = Exprs.add(Exprs.ref(f.yAt), place);
      Expr sum = Exprs.ref(sums[r]);
      stores.add(RegisterEpilogue.store(epilogue, f.y, at, sum, Exprs.ref(f.channel), constants));
    }
    body.addAll(constants.declarations());
    body.addAll(stores);
    return Stmts.block(body);
  }

  /** What column {@code j} of the kernel meets in input row {@code i} of the tile. */
  private Expr input(Var from, int i, int j) {
    int right = sizes.columns.get(j) - sizes.columns.get(0);
    return Exprs.add(Exprs.ref(from), i * sizes.pitch + right);
  }
}
