package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;

/**
 * How an output plane is cut into tiles of whole rows that fit a scratch plane, and how rows of a
 * tile lie in it. Rows are {@link #rowStride} apart, which may be more than their length: the
 * elements between are undefined, so that what a kernel element meets in the whole tile is one
 * contiguous run of the padded input ({@link TapCopies}). A plane that every tap reads straight
 * through (1x1, stride 1, no padding) is cut as one long row.
 */
final class PlaneTiling {
  /** Elements of a scratch plane that are worth a tile. */
  private static final int LEAST_LENGTH = 48;

  private final int oh;
  private final int ow;
  private final int tileRows;
  private final boolean straight;
  private final int rowStride;

  private PlaneTiling(int oh, int ow, int tileRows, boolean straight, int rowStride) {
    this.oh = oh;
    this.ow = ow;
    this.tileRows = tileRows;
    this.straight = straight;
    this.rowStride = rowStride;
  }

  private PlaneTiling(ConvGeometry g, int planeLength, boolean inPlace) {
    this.straight = g.isPointwise();
    int last = g.spatial() - 1;
    this.oh = straight ? g.outPlane() : g.spatial() == 1 ? 1 : g.out().get(0);
    this.ow = straight ? 1 : g.out().get(last);
    this.rowStride = straight ? 1 : inPlace ? TapCopies.paddedStride(g) : TapCopies.rowStride(g);
    int most = Math.max(1, planeLength / rowStride);
    this.tileRows = Loops.balanced(oh, most);
  }

  static PlaneTiling of(ConvGeometry g, int planeLength) {
    return new PlaneTiling(g, planeLength, false);
  }

  /** A tiling whose rows are as far apart as those of the padded input. */
  static PlaneTiling inPlace(ConvGeometry g, int planeLength) {
    return new PlaneTiling(g, planeLength, true);
  }

  /** The output rows of {@code g}, {@code stride} apart in tiles of {@code count}. */
  static PlaneTiling rows(ConvGeometry g, int count, int stride) {
    return new PlaneTiling(g.out().get(0), g.out().get(1), count, false, stride);
  }

  /** This with shorter tiles where that lets threads share them evenly. */
  PlaneTiling shared(Shares shares) {
    int least = Loops.ceilDiv(LEAST_LENGTH, rowStride);
    int rows = shares.block(oh, tileRows, 1, least);
    return rows == tileRows ? this : new PlaneTiling(oh, ow, rows, straight, rowStride);
  }

  /** Output rows of the largest tile. */
  int tileRows() {
    return tileRows;
  }

  /** Distance of the rows of a tile in a scratch plane. */
  int rowStride() {
    return rowStride;
  }

  /** Elements of a scratch plane that a tile of this many rows takes. */
  int length(int rows) {
    return (rows - 1) * rowStride + ow;
  }

  /** Elements of a scratch plane that the largest tile takes. */
  int tileLength() {
    return length(tileRows);
  }

  /** Number of tiles. */
  int count() {
    return Loops.ceilDiv(oh, tileRows);
  }

  /** Body of the tile loop. */
  interface TileBody {
    /**
     * Statements for one tile.
     *
     * @param t first output row
     * @param rows output rows
     * @param length elements in a scratch plane
     */
    Stmt apply(Expr t, Expr rows, Expr length);
  }

  /** A loop over the tiles; just the body if there is one. */
  Stmt tiles(TileBody body) {
    if (tileRows == oh) {
      return body.apply(Exprs.intLit(0), Exprs.intLit(oh), Exprs.intLit(length(oh)));
    }
    if (oh % tileRows == 0) {
      return tileLoop(t -> body.apply(t, Exprs.intLit(tileRows), Exprs.intLit(length(tileRows))));
    }
    Var rows = new Var("rows", LoopType.INT);
    Var length = new Var("length", LoopType.INT);
    return tileLoop(
        t ->
            Stmts.block(
                Stmts.local(
                    rows, Exprs.min(Exprs.intLit(tileRows), Exprs.sub(Exprs.intLit(oh), t))),
                Stmts.local(
                    length, Exprs.add(Exprs.mul(Exprs.ref(rows), rowStride), ow - rowStride)),
                body.apply(t, Exprs.ref(rows), Exprs.ref(length))));
  }

  private Stmt tileLoop(Stmts.LoopBody body) {
    return Stmts.loop(
        "t", Exprs.intLit(0), Exprs.intLit(oh), tileRows, Stmt.AxisKind.PARALLEL, body);
  }

  /**
   * Copies the rows of a tile from {@code plane} to {@code y}, where output row 0 of the channel is
   * at {@code channel}.
   */
  Stmt deliver(Array plane, Buffer y, Expr channel, Expr t, Expr rows, Expr length) {
    return rows(
        t,
        rows,
        length,
        (inPlane, inTensor, count) ->
            Stmts.copy(plane, inPlane, y, Exprs.add(channel, inTensor), count));
  }

  /**
   * Copies the rows of a tile from {@code x}, where output row 0 of the channel is at {@code
   * channel}, into {@code plane}.
   */
  Stmt fetch(Buffer x, Array plane, Expr channel, Expr t, Expr rows, Expr length) {
    return rows(
        t,
        rows,
        length,
        (inPlane, inTensor, count) ->
            Stmts.copy(x, Exprs.add(channel, inTensor), plane, inPlane, count));
  }

  private interface RowCopy {
    Stmt apply(Expr inPlane, Expr inTensor, Expr count);
  }

  private Stmt rows(Expr t, Expr rows, Expr length, RowCopy copy) {
    if (rowStride == ow) {
      return copy.apply(Exprs.intLit(0), Exprs.mul(t, ow), length);
    }
    return Loops.each(
        "r",
        rows,
        r -> copy.apply(Exprs.mul(r, rowStride), Exprs.mul(Exprs.add(t, r), ow), Exprs.intLit(ow)));
  }

  /** The copies of this tiling, with the scratch they need. */
  TapCopies taps(ConvGeometry g, KernelBuilder k, boolean inPlace) {
    return new TapCopies(g, k, this, inPlace);
  }

  /** Whether taps read input planes straight through. */
  boolean isStraight() {
    return straight;
  }
}
