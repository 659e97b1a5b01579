package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.schedule.RegisterTile.Start;
import dev.coppice.compiler.schedule.RegisterTile.Taps;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegisterTileTest {
  @Test
  void fewerRowsTakeMoreRegistersEach() {
    assertEquals(3, RegisterTile.of(8, 320, Start.ZERO).vectors());
    assertEquals(4, RegisterTile.of(4, 320, Start.ZERO).vectors());
    assertEquals(6, RegisterTile.of(1, 320, Start.ZERO).vectors());
  }

  @Test
  void manyRowsTakeTheRegistersThatPlacesFillBest() {
    assertEquals(2, RegisterTile.of(8, 64, Start.ZERO).vectors());
    assertEquals(3, RegisterTile.of(8, 48, Start.ZERO).vectors());
    assertEquals(2, RegisterTile.of(8, 16, Start.ZERO).vectors());
  }

  @Test
  void exactTilesAreNoWiderThanThePlaces() {
    assertEquals(1, RegisterTile.of(8, 96, Start.ZERO).exact(20).vectors());
    assertEquals(2, RegisterTile.of(8, 96, Start.ZERO).exact(32).vectors());
  }

  @Test
  void roomHoldsWholeTilesOfAllNumbersOfRows() {
    for (int places = 1; places <= 500; places++) {
      int room = RegisterTile.room(places);
      for (int rows = 1; rows <= RegisterTile.MOST_ROWS; rows++) {
        for (int lanes = 4; lanes <= LoopType.MOST_LANES; lanes *= 2) {
          int width = RegisterTile.of(rows, places, Start.ZERO).vectors() * lanes;
          int end = (places + width - 1) / width * width;
          assertTrue(end <= room, rows + " rows of " + places + " places end at " + end);
        }
      }
    }
  }

  @Test
  void tableHasPlaneAndOffsetOfEachTapOfEachChannel() {
    Taps taps = new Taps(2, List.of(0, 1), List.of(0, 7));
    assertEquals(List.of(0, 0, 1, 7, 2, 0, 3, 7), ints(taps.table(2).toInts()));
  }

  private static List<Integer> ints(int[] values) {
    return java.util.Arrays.stream(values).boxed().toList();
  }
}
