package dev.coppice.examples.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.lowering.CallWork;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RooflineTest {
  /** 100 operations a nanosecond; 10 bytes of a megabyte, 40 of less. */
  private static final Roofline ROOFLINE = new Roofline(100, n -> n < 1_000_000 ? 40 : 10);

  private static final CallWork COMPUTE = new CallWork("conv", 900_000, 500_000, 1_000, 8_000);
  private static final CallWork WEIGHTS = new CallWork("gemm", 50_000, 50_000, 200_000, 400);
  private static final CallWork VALUES = new CallWork("add", 0, 0, 0, 80_000);

  private static double micros(CallWork... works) {
    return ROOFLINE.micros(List.of(works), 5_000_000);
  }

  @Test
  void whatTakesLongestBoundsACall() {
    assertEquals(10, micros(COMPUTE), 1e-9);
    assertEquals(20, micros(WEIGHTS), 1e-9);
    assertEquals(2, micros(VALUES), 1e-9);
  }

  /** Bytes of one call do not pass while another computes. */
  @Test
  void callsAreBoundOneAfterTheOther() {
    assertEquals(32, micros(COMPUTE, WEIGHTS, VALUES), 1e-9);
  }

  @Test
  void weightsPassAsFastAsAllThatARunTouches() {
    assertEquals(5, ROOFLINE.micros(List.of(WEIGHTS), 300_000), 1e-9);
  }

  @Test
  void peaksOfThisCoreBoundACall() {
    double micros = Roofline.of(new CorePeak(100, 10)).micros(List.of(COMPUTE), 10_000);
    assertTrue(micros >= 10 && micros < 1000, () -> micros + " us");
  }
}
