package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PlaceTilesTest {
  @Test
  void computesNoPlaceTwiceWhereThatTakesLess() {
    assertEquals(new PlaceTiles(1, 56, 1, 8), PlaceTiles.of(1, 56, 10));
    assertEquals(new PlaceTiles(1, 28, 1, 7), PlaceTiles.of(1, 28, 10));
    assertEquals(new PlaceTiles(1, 80, 1, 10), PlaceTiles.of(1, 80, 10));
  }

  /** Many small tiles would take longer than a few places computed twice. */
  @Test
  void overlapsWhereNoLargeTileFits() {
    assertEquals(new PlaceTiles(1, 53, 1, 9), PlaceTiles.of(1, 53, 10));
  }

  @Test
  void takesWholeRowsWhereTheseAreShort() {
    assertEquals(new PlaceTiles(6, 3, 3, 3), PlaceTiles.of(6, 3, 10));
  }

  @Test
  void isNeverLargerThanAllowedAndCoversEveryRow() {
    for (int width = 1; width < 70; width++) {
      for (int most = 1; most < 16; most++) {
        PlaceTiles tiles = PlaceTiles.of(5, width, most);
        assertTrue(tiles.places() <= most, tiles.toString());
        assertTrue(tiles.count() * tiles.places() >= 5 * width, tiles.toString());
      }
    }
  }
}
