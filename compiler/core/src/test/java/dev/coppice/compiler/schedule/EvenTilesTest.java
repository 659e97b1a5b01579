package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class EvenTilesTest {
  @Test
  void areAsManyAsTheRowHasWhereTheyFit() {
    assertEquals(new EvenTiles(16, 5), EvenTiles.of(80, 5));
    assertEquals(new EvenTiles(1, 0), EvenTiles.of(7, 7));
  }

  /** The last tile ends with the row, and none leaves places out. */
  @Test
  void overlapWhereTheyDoNotFit() {
    for (int width = 1; width < 90; width++) {
      for (int places = 1; places <= Math.min(width, 10); places++) {
        EvenTiles tiles = EvenTiles.of(width, places);
        assertEquals(width, (tiles.count() - 1) * tiles.step() + places);
        assertTrue(tiles.step() <= places, tiles.toString());
      }
    }
  }
}
