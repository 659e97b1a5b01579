package dev.coppice.compiler.driver.conformance;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.Tolerance;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares outputs as the ONNX backend runner does. They are matched by name. An output whose shape
 * depends on data has room for the largest; its true shape is a further output {@code NAME_shape}
 * that the ONNX graph does not have, and its elements stand row-major at the start of the array.
 */
public final class OutputComparison {
  private static final String SHAPE = "_shape";

  /** Two units in the last place, as the runner allows. */
  private static final Tolerance BFLOAT16 = new Tolerance(1.0 / 64, 1e-7);

  /**
   * Results of arithmetic: the expected values were rounded after every step, ours once, so that
   * they may be two units in the last place apart, and more where a sum cancels.
   */
  private static final Tolerance FLOAT16 = new Tolerance(1.0 / 512, 1.0 / 1024);

  private final Numerics numerics;

  private OutputComparison(Numerics numerics) {
    this.numerics = numerics;
  }

  /**
   * With the runner's tolerances; looser only for half floats that are computed, and where an
   * operator of {@code graph} is itself {@link Numerics#LOOSE}.
   */
  public static OutputComparison of(Graph graph) {
    return new OutputComparison(
        graph.nodes().stream()
            .map(n -> n.op().numerics())
            .max(Comparator.naturalOrder())
            .orElse(Numerics.EXACT));
  }

  /**
   * The first difference.
   *
   * @param expected by name
   * @param ports outputs of the compiled model
   * @param actual the value of each
   * @return empty if there is none
   */
  public Optional<String> difference(
      Map<String, Tensor> expected, List<Port> ports, List<Tensor> actual) {
    Map<String, Tensor> byName = new LinkedHashMap<>();
    for (int j = 0; j < ports.size(); j++) {
      byName.put(ports.get(j).name(), actual.get(j));
    }
    for (Map.Entry<String, Tensor> e : expected.entrySet()) {
      Optional<String> difference = difference(e.getKey(), e.getValue(), expected, byName);
      if (difference.isPresent()) {
        return difference.map(d -> "output '" + e.getKey() + "'" + d);
      }
    }
    return byName.keySet().stream()
        .filter(name -> !expected.containsKey(name) && !isShape(name, expected))
        .findFirst()
        .map(name -> "output '" + name + "' is not expected");
  }

  private static boolean isShape(String name, Map<String, Tensor> expected) {
    return name.endsWith(SHAPE)
        && expected.containsKey(name.substring(0, name.length() - SHAPE.length()));
  }

  private Optional<String> difference(
      String name, Tensor e, Map<String, Tensor> expected, Map<String, Tensor> byName) {
    Tensor whole = byName.get(name);
    if (whole == null) {
      return Optional.of(" is missing");
    }
    Tensor shape = expected.containsKey(name + SHAPE) ? null : byName.get(name + SHAPE);
    Tensor a = shape == null ? whole : cut(whole, shape.toInts());
    if (!a.type().equals(e.type())) {
      return Optional.of(" is " + a.type() + ", expected " + e.type());
    }
    Tolerance tolerance = tolerance(e.dtype());
    for (int i = 0; i < e.size(); i++) {
      boolean same =
          isReal(e.dtype())
              ? tolerance.accepts(e.doubleAt(i), a.doubleAt(i))
              : e.longAt(i) == a.longAt(i);
      if (!same) {
        return Optional.of("[" + i + "] is " + text(a, i) + ", expected " + text(e, i));
      }
    }
    return Optional.empty();
  }

  private static Tensor cut(Tensor whole, int[] dims) {
    return whole.gather(Shape.of(dims), i -> i);
  }

  private static String text(Tensor t, int i) {
    return isReal(t.dtype()) ? String.valueOf(t.doubleAt(i)) : String.valueOf(t.longAt(i));
  }

  private static boolean isReal(DType dtype) {
    return dtype.isFloat() || dtype.miniFloat().isPresent();
  }

  private Tolerance tolerance(DType dtype) {
    if (dtype.miniFloat().isPresent()) {
      return Tolerance.EXACT;
    }
    return switch (dtype) {
      case FLOAT16 -> numerics == Numerics.EXACT ? Tolerance.ONNX : FLOAT16;
      case BFLOAT16 -> BFLOAT16;
      default -> numerics == Numerics.LOOSE ? numerics.tolerance() : Tolerance.ONNX;
    };
  }
}
