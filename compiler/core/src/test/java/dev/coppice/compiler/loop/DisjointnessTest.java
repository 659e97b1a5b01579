package dev.coppice.compiler.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.loop.AffineIndex.Symbol;
import dev.coppice.compiler.loop.IndexScope.Steps;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DisjointnessTest {
  private static Symbol upTo(int id, int most) {
    return new Symbol(id, 0, most, List.of());
  }

  private static boolean holds(List<AffineIndex> elements, List<Symbol> loops) {
    return Disjointness.holds(elements, loops.stream().map(s -> new Steps(s, s, 1)).toList());
  }

  private static AffineIndex sum(int constant, Object... factorsAndSymbols) {
    AffineIndex sum = AffineIndex.of(constant);
    for (int i = 0; i < factorsAndSymbols.length; i += 2) {
      AffineIndex s = AffineIndex.of((Symbol) factorsAndSymbols[i + 1]);
      sum = sum.plus(s.times((Integer) factorsAndSymbols[i]));
    }
    return sum;
  }

  @Test
  void stepsThatTheRestDoesNotReachTellTheIteration() {
    Symbol t = upTo(0, 9);
    Symbol in = upTo(1, 6);
    assertTrue(holds(List.of(sum(5, 7, t, 1, in)), List.of(t)));
    assertFalse(holds(List.of(sum(5, 6, t, 1, in)), List.of(t)));
  }

  @Test
  void digitsOfAPlaneTellItsRows() {
    Symbol row = upTo(0, 3);
    Symbol channel = upTo(1, 99);
    Symbol column = upTo(2, 7);
    List<AffineIndex> all = List.of(sum(0, 8, row, 32, channel, 1, column));
    assertTrue(holds(all, List.of(row)));
    assertTrue(holds(all, List.of(channel, row)));
    assertFalse(holds(List.of(sum(0, 8, row, 31, channel, 1, column)), List.of(row)));
  }

  @Test
  void allElementsCount() {
    Symbol t = upTo(0, 9);
    assertTrue(holds(List.of(sum(0, 4, t), sum(3, 4, t)), List.of(t)));
    assertFalse(holds(List.of(sum(0, 4, t), sum(4, 4, t)), List.of(t)));
    assertFalse(holds(List.of(sum(0, 4, t), sum(1, 5, t)), List.of(t)));
    assertFalse(holds(List.of(sum(0, 4, t), sum(1)), List.of(t)));
  }

  @Test
  void placesThatAreWrittenOutAreDigits() {
    Symbol group = upTo(0, 1);
    Symbol tile = upTo(1, 9);
    List<AffineIndex> places = new ArrayList<>();
    for (int p = 0; p < 10; p++) {
      places.add(sum(32 * p, 16, group, 320, tile, 1, upTo(2, 15)));
    }
    assertTrue(holds(places, List.of(group, tile)));
    places.add(sum(16, 16, group, 320, tile));
    assertFalse(holds(places, List.of(group, tile)));
  }

  @Test
  void placesThatAreWrittenOutMayBeFurtherApartThanTheirRegisters() {
    Symbol panel = upTo(0, 9);
    Symbol tile = upTo(1, 27);
    List<AffineIndex> places = new ArrayList<>();
    for (int p = 0; p < 7; p++) {
      for (int v = 0; v < 3; v++) {
        places.add(sum(512 * p + 16 * v, 48, panel, 3584, tile, 1, upTo(2 + v, 15)));
      }
    }
    assertTrue(holds(places, List.of(panel, tile)));
  }

  @Test
  void aLastStepThatIsShorterTellsAllButTheLastTwo() {
    // Tiles of 10 of 196 places: the last begins at 186.
    Symbol tile = upTo(0, 19);
    Symbol first = upTo(1, 186);
    Symbol in = upTo(2, 9);
    List<AffineIndex> elements = List.of(sum(0, 4, first, 4, in, 1, upTo(3, 3)));
    assertTrue(Disjointness.holds(elements, List.of(new Steps(tile, first, 10))));
    assertFalse(Disjointness.holds(elements, List.of(new Steps(tile, first, 9))));
  }

  @Test
  void nothingIsWrittenBackwardsTwice() {
    Symbol t = upTo(0, 9);
    assertTrue(holds(List.of(sum(9, -1, t)), List.of(t)));
    assertFalse(holds(List.of(sum(9, -1, t), sum(0, 1, t)), List.of(t)));
  }

  /** What is proved of random sums is so: all values are tried. */
  @Test
  void provesNothingThatIsWrong() {
    Random random = new Random(7);
    int proved = 0;
    for (int n = 0; n < 20_000; n++) {
      List<Symbol> symbols = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        symbols.add(upTo(i, random.nextInt(4)));
      }
      List<Symbol> loops = symbols.subList(0, 1 + random.nextInt(2));
      List<AffineIndex> sums = new ArrayList<>();
      List<Integer> factors = new ArrayList<>();
      symbols.forEach(s -> factors.add(1 + random.nextInt(30)));
      for (int i = 0; i < 1 + random.nextInt(3); i++) {
        AffineIndex sum = AffineIndex.of(random.nextInt(30));
        for (int s = 0; s < symbols.size(); s++) {
          int factor = random.nextInt(5) > 0 ? factors.get(s) : 1 + random.nextInt(30);
          sum = sum.plus(AffineIndex.of(symbols.get(s)).times(factor));
        }
        sums.add(sum);
      }
      boolean allHaveAll =
          loops.stream().allMatch(l -> sums.stream().allMatch(e -> e.factor(l) != 0));
      if (allHaveAll && holds(sums, loops)) {
        proved++;
        assertEquals("", conflict(sums, loops, symbols), "case " + n);
      }
    }
    assertTrue(proved > 1000, proved + " proved");
  }

  private static String conflict(List<AffineIndex> sums, List<Symbol> loops, List<Symbol> all) {
    Map<Long, String> owners = new HashMap<>();
    int[] values = new int[all.size()];
    while (true) {
      StringBuilder iteration = new StringBuilder();
      loops.forEach(s -> iteration.append(values[s.id()]).append(' '));
      for (AffineIndex sum : sums) {
        long at = sum.constant();
        for (Symbol s : all) {
          at += sum.factor(s) * values[s.id()];
        }
        String owner = owners.putIfAbsent(at, iteration.toString());
        if (owner != null && !owner.contentEquals(iteration)) {
          return at + " is of iterations " + owner + "and " + iteration;
        }
      }
      int i = 0;
      while (i < values.length && values[i] == all.get(i).most()) {
        values[i++] = 0;
      }
      if (i == values.length) {
        return "";
      }
      values[i]++;
    }
  }
}
