package dev.coppice.compiler.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.loop.AffineIndex.Bound;
import dev.coppice.compiler.loop.AffineIndex.Symbol;
import java.util.List;
import org.junit.jupiter.api.Test;

class AffineIndexTest {
  private static final Symbol T = new Symbol(0, 0, 9, List.of());

  /** At most what is left of 10 behind {@code T}, and 4. */
  private static final Symbol ROWS =
      new Symbol(1, 0, 4, List.of(new Bound(1, AffineIndex.of(10).minus(AffineIndex.of(T)))));

  private static AffineIndex sum(long constant, long t, long rows) {
    return AffineIndex.of(T).times(t).plus(AffineIndex.of(ROWS).times(rows)).plus(constant);
  }

  @Test
  void addsAndScalesTermByTerm() {
    AffineIndex sum = sum(3, 2, 5).plus(sum(1, -2, 1)).times(2);
    assertEquals(8, sum.constant());
    assertEquals(0, sum.factor(T));
    assertEquals(12, sum.factor(ROWS));
    assertEquals(1, sum.terms().size());
    assertTrue(sum.minus(sum).isConstant());
  }

  @Test
  void boundsOfTheTermsAddUp() {
    assertEquals(3 - 2 * 9, sum(3, -2, 5).least());
    assertEquals(3 + 5 * 4, sum(3, -2, 5).most());
  }

  @Test
  void aBoundBySymbolsThatCancelIsFound() {
    assertEquals(10, sum(0, 1, 1).most());
    assertEquals(10 + 2 * 9, sum(0, 3, 1).most());
  }

  @Test
  void aBoundOfAMultipleAppliesToItsMultiples() {
    Symbol third = new Symbol(2, 0, 100, List.of(new Bound(3, AffineIndex.of(30))));
    assertEquals(60, AffineIndex.of(third).times(6).most());
    assertEquals(100, AffineIndex.of(third).most());
  }

  @Test
  void digitsAreMultiplesOfTheBaseAndTheRest() {
    AffineIndex.Digits d = sum(-1, 20, 3).digits(10);
    assertEquals(-1, d.high().constant());
    assertEquals(2, d.high().factor(T));
    assertEquals(9, d.low().constant());
    assertEquals(3, d.low().factor(ROWS));
  }

  @Test
  void overflowEndsAtTheEndsOfTheRange() {
    Symbol any = new Symbol(3, Long.MIN_VALUE, Long.MAX_VALUE, List.of());
    AffineIndex twice = AffineIndex.of(any).times(2).plus(7);
    assertEquals(Long.MAX_VALUE, twice.most());
    assertTrue(twice.least() <= Long.MIN_VALUE + 7);
  }
}
