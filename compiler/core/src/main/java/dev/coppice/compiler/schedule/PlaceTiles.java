package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Stmt;

/**
 * How {@code rows} rows of {@code width} places are cut into tiles of equal size: runs of a row, or
 * whole rows where these are short. The last tile begins earlier where they do not fit, so that its
 * places may be computed twice.
 *
 * @param rows rows
 * @param width places of a row
 * @param tileRows rows of a tile; 1 unless it is of whole rows
 * @param tileWidth places of a tile in a row
 */
record PlaceTiles(int rows, int width, int tileRows, int tileWidth) {
  /** Places that could be computed in the time that a tile takes beside its places. */
  private static final int OVERHEAD = 1;

  /** Tiles of at most {@code most} places that take the least time. */
  static PlaceTiles of(int rows, int width, int most) {
    if (width > most / 2) {
      return new PlaceTiles(rows, width, 1, best(width, most, 1));
    }
    return new PlaceTiles(rows, width, best(rows, most / width, width), width);
  }

  /**
   * Into how many each {@code extent} is best cut: at most {@code most}, of {@code places} each.
   */
  private static int best(int extent, int most, int places) {
    int best = Loops.balanced(extent, most);
    for (int size = best - 1; size > 0; size--) {
      if (cost(extent, size, places) < cost(extent, best, places)) {
        best = size;
      }
    }
    return best;
  }

  private static int cost(int extent, int size, int places) {
    return Loops.ceilDiv(extent, size) * (size * places + OVERHEAD);
  }

  /** Places of a tile. */
  int places() {
    return tileRows * tileWidth;
  }

  /** Number of tiles. */
  int count() {
    return Loops.ceilDiv(rows, tileRows) * Loops.ceilDiv(width, tileWidth);
  }

  /** Body of the tile loops. */
  interface Body {
    /** Statements for the tile whose first place is in {@code row} at {@code column}. */
    Stmt apply(Expr row, Expr column);
  }

  /** Loops over the tiles. */
  Stmt each(Body body) {
    return eachNumbered((number, row, column) -> body.apply(row, column));
  }

  /** Body of the tile loops. */
  interface NumberedBody {
    /**
     * Statements for tile {@code number}, whose first place is in {@code row} at {@code column}.
     */
    Stmt apply(Expr number, Expr row, Expr column);
  }

  /** Loops over the tiles, which are numbered in reading order. */
  Stmt eachNumbered(NumberedBody body) {
    int across = Loops.ceilDiv(width, tileWidth);
    return Loops.each(
        "tileRow",
        Loops.ceilDiv(rows, tileRows),
        i ->
            Loops.each(
                "tile",
                across,
                j ->
                    body.apply(
                        Exprs.add(Exprs.mul(i, across), j),
                        from(i, tileRows, rows),
                        from(j, tileWidth, width))));
  }

  private static Expr from(Expr tile, int size, int all) {
    Expr from = Exprs.mul(tile, size);
    return all % size == 0 ? from : Exprs.min(from, Exprs.intLit(all - size));
  }
}
