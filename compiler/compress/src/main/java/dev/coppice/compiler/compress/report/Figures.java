package dev.coppice.compiler.compress.report;

import dev.coppice.compiler.compress.evaluate.Measurement;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** How measurements are written for people. */
final class Figures {
  /** What is counted of a model, and is the same on every machine. */
  static final List<Figure> COUNTED =
      List.of(
          new Figure("Parameters", "parameters", Measurement::parameters),
          new Figure("Weight resource, bytes", "weights", Measurement::weightBytes),
          new Figure("ONNX file, bytes", "file", Measurement::fileBytes),
          new Figure("MACs", "MACs", Measurement::macs),
          new Figure("MACs executed", "executed", Measurement::executedMacs),
          new Figure("Arena, bytes", "arena", Measurement::arenaBytes),
          new Figure("Scratch, bytes", "scratch", Measurement::scratchBytes),
          new Figure("Class files, bytes", "classes", Measurement::classBytes),
          new Figure("Jar, bytes", "jar", Measurement::jarBytes));

  private Figures() {}

  /**
   * Something counted.
   *
   * @param label what it is, with its unit
   * @param shortLabel the same in a word
   * @param of the count
   */
  record Figure(String label, String shortLabel, ToLongFunction<Measurement> of) {}

  /** A count, e.g. {@code 377,034}. */
  static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  /** A number of which six digits tell enough. */
  static String number(double d) {
    return Double.isFinite(d)
        ? new BigDecimal(d).round(new MathContext(6)).stripTrailingZeros().toPlainString()
        : Double.toString(d);
  }

  /** A time in microseconds with its unit. */
  static String micros(double micros) {
    return micros < 1000
        ? String.format(Locale.ROOT, "%.1f µs", micros)
        : String.format(Locale.ROOT, "%.2f ms", micros / 1000);
  }

  /** How often {@code after} goes into {@code before}, or the other way round. */
  static String ratio(double before, double after) {
    if (before == after) {
      return "=";
    }
    if (before == 0 || after == 0) {
      return after == 0 ? "none left" : "new";
    }
    return before > after
        ? String.format(Locale.ROOT, "÷ %.2f", before / after)
        : String.format(Locale.ROOT, "× %.2f", after / before);
  }

  /** The same of counts. */
  static String ratio(long before, long after) {
    return ratio((double) before, (double) after);
  }

  /** The class of a cell whose value should be small. */
  static String tone(double before, double after) {
    return before == after ? "" : after < before ? "better" : "worse";
  }

  /** The same of counts. */
  static String tone(long before, long after) {
    return tone((double) before, (double) after);
  }

  /** A relative error in percent. */
  static String percent(double fraction) {
    return String.format(Locale.ROOT, fraction < 0.1 ? "%.2f %%" : "%.1f %%", 100 * fraction);
  }

  /** How much a score changes, in its own unit, with its sign. */
  static String points(double before, double after) {
    return before == after
        ? "="
        : String.format(Locale.ROOT, "%+.3g", after - before).replace("-", "−");
  }
}
