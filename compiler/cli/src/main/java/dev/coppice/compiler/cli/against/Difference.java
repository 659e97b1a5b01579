package dev.coppice.compiler.cli.against;

import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.Tolerance;
import java.util.List;
import java.util.Map;

/**
 * How far two computations of the same outputs are apart.
 *
 * @param absolute largest absolute difference; infinite where only one is not a number
 * @param relative largest difference relative to the largest finite magnitude of its output
 * @param agrees whether each float differs by at most a thousandth of that magnitude or by what
 *     {@link Tolerance#CLOSE} allows, each 8-bit integer by at most one step, and nothing else
 */
public record Difference(double absolute, double relative, boolean agrees) {
  private static final double MOST = 1e-3;

  /**
   * Compares outputs.
   *
   * @param ports outputs of the compiled class
   * @param actual their values; where {@code expected} has fewer elements the first ones count,
   *     since an output whose shape depends on data begins with those that there are
   * @param expected values of the other runtime by name
   * @throws UnsupportedOperationException if there is nothing to compare
   */
  public static Difference of(List<Port> ports, List<Tensor> actual, Map<String, Tensor> expected) {
    Difference worst = new Difference(0, 0, true);
    boolean compared = false;
    for (int j = 0; j < ports.size(); j++) {
      Tensor e = expected.get(ports.get(j).name());
      if (e != null) {
        worst = worst.or(of(actual.get(j), e));
        compared = true;
      }
    }
    if (!compared) {
      throw new UnsupportedOperationException("no output is a tensor in both runtimes");
    }
    return worst;
  }

  private Difference or(Difference other) {
    return new Difference(
        Math.max(absolute, other.absolute),
        Math.max(relative, other.relative),
        agrees && other.agrees);
  }

  private static Difference of(Tensor actual, Tensor expected) {
    if (actual.dtype() != expected.dtype() || actual.size() < expected.size()) {
      return new Difference(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, false);
    }
    double absolute = 0;
    double largest = 0;
    boolean close = true;
    for (int i = 0; i < expected.size(); i++) {
      double e = expected.doubleAt(i);
      double a = actual.doubleAt(i);
      close &= Tolerance.CLOSE.accepts(e, a);
      absolute = Math.max(absolute, distance(e, a));
      largest = Double.isFinite(e) ? Math.max(largest, Math.abs(e)) : largest;
    }
    double relative = absolute == 0 ? 0 : absolute / largest;
    boolean agrees =
        actual.dtype().isFloat()
            ? close || relative <= MOST
            : absolute <= (actual.dtype() == DType.INT8 || actual.dtype() == DType.UINT8 ? 1 : 0);
    return new Difference(absolute, relative, agrees);
  }

  private static double distance(double e, double a) {
    if (Double.compare(e, a) == 0 || e == a) {
      return 0;
    }
    double distance = Math.abs(a - e);
    return Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance;
  }
}
