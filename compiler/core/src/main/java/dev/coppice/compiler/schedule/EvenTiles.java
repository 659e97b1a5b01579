package dev.coppice.compiler.schedule;

/**
 * How a row is cut into tiles of equal size and distance, which may overlap.
 *
 * @param count tiles
 * @param step distance of two tiles, in places
 */
record EvenTiles(int count, int step) {
  /** Tiles of {@code places} places, of which a row of {@code width} has as many or more. */
  static EvenTiles of(int width, int places) {
    int count = Loops.ceilDiv(width, places);
    if (count == 1) {
      return new EvenTiles(1, 0);
    }
    while ((width - places) % (count - 1) > 0) {
      count++;
    }
    return new EvenTiles(count, (width - places) / (count - 1));
  }
}
