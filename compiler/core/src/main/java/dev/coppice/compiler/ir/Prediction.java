package dev.coppice.compiler.ir;

import dev.coppice.compiler.loop.Costs;
import java.util.Locale;

/**
 * What a schedule would take for one node.
 *
 * @param schedule what the schedule is called in the report
 * @param nanos time of one run in nanoseconds of one core
 * @param codeBytes bytecode beyond what any schedule needs
 * @param weightBytes stored weights
 * @param savedMacs multiply-accumulate operations less than the operator defines
 */
public record Prediction(
    String schedule, double nanos, long codeBytes, long weightBytes, long savedMacs) {
  /** What takes all operations that the operator defines. */
  public Prediction(String schedule, double nanos, long codeBytes, long weightBytes) {
    this(schedule, nanos, codeBytes, weightBytes, 0);
  }

  /** Whether unrolling adds no more bytecode than a kernel may. */
  public boolean fits(Costs costs) {
    return codeBytes <= costs.codeBytes();
  }

  /** Time plus price of the bytes, the less the better; no price is right for what does not fit. */
  public double score(Costs costs) {
    return fits(costs) ? nanos + costs.perByte() * (codeBytes + weightBytes) : Double.MAX_VALUE;
  }

  /** Name and figures on one line. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "%s: %.1f us, code %d B, weights %d B",
        schedule,
        nanos / 1000,
        codeBytes,
        weightBytes);
  }
}
