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
  /** Tiles of at most {@code most} places. */
  static PlaceTiles of(int rows, int width, int most) {
    if (width > most / 2) {
      return new PlaceTiles(rows, width, 1, Loops.balanced(width, most));
    }
    return new PlaceTiles(rows, width, Loops.balanced(rows, most / width), width);
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
