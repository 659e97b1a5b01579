package dev.coppice.compiler.compress.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void changesAreRatios() {
    assertEquals("÷ 2.50", Figures.ratio(5, 2));
    assertEquals("× 2.50", Figures.ratio(2, 5));
    assertEquals("=", Figures.ratio(5, 5));
    assertEquals("=", Figures.ratio(0, 0));
    assertEquals("none left", Figures.ratio(5, 0));
    assertEquals("new", Figures.ratio(0, 5));
  }

  @Test
  void scoresChangeByPoints() {
    assertEquals("−1.50", Figures.points(99, 97.5));
    assertEquals("+0.250", Figures.points(99, 99.25));
    assertEquals("=", Figures.points(99, 99));
  }

  @Test
  void numbersForPeople() {
    assertEquals("377,034", Figures.count(377034));
    assertEquals("0.45", Figures.number(3 * 0.15));
    assertEquals("120000", Figures.number(120000));
    assertEquals("NaN", Figures.number(Double.NaN));
    assertEquals("12.3 µs", Figures.micros(12.34));
    assertEquals("1.23 ms", Figures.micros(1234));
    assertEquals("0.12 %", Figures.percent(0.00123));
    assertEquals("50.0 %", Figures.percent(0.5));
    assertEquals("better", Figures.tone(2, 1));
    assertEquals("worse", Figures.tone(1, 2));
    assertEquals("", Figures.tone(1, 1));
  }
}
