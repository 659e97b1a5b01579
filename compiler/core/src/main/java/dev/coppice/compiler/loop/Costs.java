package dev.coppice.compiler.loop;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What things cost on a target, for choosing among schedules. {@link CostFigure} says what each
 * figure means.
 *
 * @param source where the figures come from, for people
 * @param figures the value of every figure
 */
public record Costs(String source, Map<CostFigure, Double> figures) {
  private static final String STANDARD = "the defaults";

  /** Plain loops on an x86-64 core with 512-bit vectors, HotSpot 17 and 25. */
  public static final Costs PORTABLE = standard(false);

  /** The Vector API on such a core. */
  public static final Costs VECTOR = standard(true);

  /**
   * Checks and copies the figures.
   *
   * @throws IllegalArgumentException if one is missing, negative or no finite number
   */
  public Costs {
    Map<CostFigure, Double> copy = new EnumMap<>(CostFigure.class);
    for (CostFigure f : CostFigure.values()) {
      double value = figures.getOrDefault(f, Double.NaN);
      if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(f.label() + " is " + value);
      }
      copy.put(f, value);
    }
    figures = Collections.unmodifiableMap(copy);
  }

  private static Costs standard(boolean vectorApi) {
    Map<CostFigure, Double> figures = new EnumMap<>(CostFigure.class);
    for (CostFigure f : CostFigure.values()) {
      figures.put(f, f.standard(vectorApi));
    }
    return new Costs(STANDARD, figures);
  }

  /** These costs with some figures replaced. */
  public Costs with(String newSource, Map<CostFigure, Double> others) {
    Map<CostFigure, Double> all = new EnumMap<>(figures);
    all.putAll(others);
    return new Costs(newSource, all);
  }

  /** These costs with one figure replaced. */
  public Costs with(CostFigure figure, double value) {
    return with(source, Map.of(figure, value));
  }

  /** The value of a figure. */
  public double get(CostFigure figure) {
    return figures.getOrDefault(figure, Double.NaN);
  }

  /** {@link CostFigure#CALL}. */
  public double call() {
    return get(CostFigure.CALL);
  }

  /** {@link CostFigure#STREAMED}. */
  public double streamed() {
    return get(CostFigure.STREAMED);
  }

  /** {@link CostFigure#TERM}. */
  public double term() {
    return get(CostFigure.TERM);
  }

  /** {@link CostFigure#BLOCKED}. */
  public double blocked() {
    return get(CostFigure.BLOCKED);
  }

  /** {@link CostFigure#COPY}. */
  public double copy() {
    return get(CostFigure.COPY);
  }

  /** {@link CostFigure#STRIDED}. */
  public double strided() {
    return get(CostFigure.STRIDED);
  }

  /** {@link CostFigure#BYTE}. */
  public double perByte() {
    return get(CostFigure.BYTE);
  }

  /** {@link CostFigure#CODE}. */
  public int codeBytes() {
    return (int) get(CostFigure.CODE);
  }

  /** {@link CostFigure#HAND_OVER}. */
  public double handOver() {
    return get(CostFigure.HAND_OVER);
  }
}
