package dev.coppice.compiler.testing;

import dev.coppice.compiler.loop.CostFigure;
import dev.coppice.compiler.loop.Costs;
import java.util.EnumMap;
import java.util.Map;

/** Costs that make predictions easy to foresee. */
public final class EqualCosts {
  private EqualCosts() {}

  /** Costs all of whose figures have this value. */
  public static Costs of(double value) {
    Map<CostFigure, Double> figures = new EnumMap<>(CostFigure.class);
    for (CostFigure f : CostFigure.values()) {
      figures.put(f, value);
    }
    return new Costs("test", figures);
  }
}
