package dev.coppice.examples.benchmarks;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class CorePeakTest {
  @Test
  void isWhatCoresCanDo() {
    CorePeak peak = CorePeak.measure();
    assertTrue(peak.gflops() > 0.5 && peak.gflops() < 2000, peak::toString);
    assertTrue(peak.gigabytes() > 0.2 && peak.gigabytes() < 2000, peak::toString);
    assertTrue(CorePeak.bandwidth(1 << 14) > peak.gigabytes(), peak::toString);
  }
}
