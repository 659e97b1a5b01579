package dev.coppice.compiler.compress.prune.criteria;

import dev.coppice.compiler.compress.linalg.BlockElimination;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The elimination of units from the inputs of one layer, which may have several matrices. */
final class ReaderElimination {
  private final List<BlockElimination> matrices;
  private final List<Map<Integer, int[]>> columns;
  private final Map<Integer, Double> costs = new LinkedHashMap<>();

  /**
   * Nothing is removed.
   *
   * @param matrices one for each group of the layer
   * @param columns for each matrix, the inputs of each unit
   */
  ReaderElimination(List<BlockElimination> matrices, List<Map<Integer, int[]>> columns) {
    this.matrices = matrices;
    this.columns = columns;
  }

  /** The growth of the error if {@code unit} goes next; 0 if the layer does not read it. */
  double cost(int unit) {
    return costs.computeIfAbsent(
        unit,
        u -> {
          double cost = 0;
          for (int m = 0; m < matrices.size(); m++) {
            int[] own = columns.get(m).get(u);
            cost += own == null ? 0 : matrices.get(m).cost(own);
          }
          return cost;
        });
  }

  /** Removes {@code unit}. */
  void remove(int unit) {
    costs.clear();
    for (int m = 0; m < matrices.size(); m++) {
      int[] own = columns.get(m).get(unit);
      if (own != null) {
        matrices.get(m).remove(own);
      }
    }
  }
}
