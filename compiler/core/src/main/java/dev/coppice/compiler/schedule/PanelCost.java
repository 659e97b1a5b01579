package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.CostFigure;
import dev.coppice.compiler.loop.Costs;

/**
 * Predicts how long a {@link PanelTile} product takes with panels of so many registers, in steps of
 * a core that starts two multiply-adds and two loads of registers at a time.
 *
 * @param costs what things cost
 */
record PanelCost(Costs costs) {
  private static final int MOST_VECTORS = 3;

  /** Places that leave registers for so many more channels. */
  private static final int FEW_PLACES = 2;

  private static final int MOST_VECTORS_OF_FEW = 8;

  /** Bytes of weights that a step brings from the second-level cache. */
  private static final double NEAR = 48;

  /** Bytes of inputs and results of a block, which are in the cache beside weights. */
  private static final int BLOCK = 1 << 18;

  /** Fewer places than these cannot share what a call costs. */
  private static final int FEWEST = 64;

  /** By the costs of the target. */
  static PanelCost of(KernelBuilder k) {
    return new PanelCost(k.target().costs());
  }

  /** Nanoseconds of a copy of so many bytes with padding around rows. */
  double copied(long bytes) {
    return costs.get(CostFigure.PADDED) * bytes;
  }

  /** Nanoseconds until so many bytes are in the cache. */
  double loaded(long bytes) {
    return costs.get(CostFigure.LOADED) * Math.max(0, bytes - costs.get(CostFigure.CACHED));
  }

  /** Nanoseconds of so many steps with so many bytes of weights. */
  double nanos(double steps, long weightBytes) {
    return Math.max(steps, weightBytes / NEAR) * costs.get(CostFigure.STEP) + loaded(weightBytes);
  }

  /** The fastest panels for {@code rows} rows of {@code width} places. */
  Panels best(int channels, int width, int rows, int terms) {
    return best(channels, width, rows, terms, WeightForm.FLOATS);
  }

  /** The fastest panels with weights of a form. */
  Panels best(int channels, int width, int rows, int terms, WeightForm form) {
    Panels best = Panels.of(channels, 1);
    int most = width * rows <= FEW_PLACES ? MOST_VECTORS_OF_FEW : MOST_VECTORS;
    for (int v = 2; v <= most; v++) {
      Panels panels = Panels.of(channels, v);
      if (steps(panels, width, rows, terms, form) < steps(best, width, rows, terms, form)) {
        best = panels;
      }
    }
    return best;
  }

  /**
   * How many places of a pointwise convolution are computed together, a divisor of all: their
   * inputs and results stay in the cache from panel to panel if the weights do, too.
   *
   * @param threads how many share the blocks
   */
  int block(ConvGeometry g, int threads) {
    int all = g.n() * g.outPlane();
    if (g.weightBytes() > costs.get(CostFigure.CACHED)) {
      return all;
    }
    int fits = Math.max(FEWEST, BLOCK / ((g.c() + g.oc()) * g.dtype().bytes()));
    int best = all;
    double least = Double.POSITIVE_INFINITY;
    for (int block = 1; block <= Math.min(fits, all); block++) {
      if (all % block == 0) {
        Panels panels = best(g.groupOc(), block, 1, g.groupC());
        double rounds = Loops.ceilDiv(all / block, threads);
        double steps = rounds * steps(panels, block, 1, g.groupC());
        best = steps <= least ? block : best;
        least = Math.min(steps, least);
      }
    }
    return best;
  }

  /** Predicted steps of {@code rows} rows of {@code width} places. */
  double steps(Panels panels, int width, int rows, int terms) {
    return steps(panels, width, rows, terms, WeightForm.FLOATS);
  }

  /** Predicted steps with weights of a form. */
  double steps(Panels panels, int width, int rows, int terms, WeightForm form) {
    double sum = 0;
    for (Panels.Alike a : panels.all()) {
      PlaceTiles tiles = PlaceTiles.of(rows, width, PanelTile.mostPlaces(a.vectors(), form));
      double term = term(tiles.places(), a.vectors(), form);
      double tile = costs.get(CostFigure.PANEL_CALL) + terms * term;
      sum += (double) a.count() * tiles.count() * tile;
    }
    return sum;
  }

  /** One term of a tile. */
  private double term(int places, int vectors, WeightForm form) {
    double products = (places * vectors + vectors * form.operations()) / 2.0;
    double loads = (vectors + costs.get(CostFigure.SPREAD) * places) / 2.0;
    return Math.max(costs.get(CostFigure.LATENCY), Math.max(products, loads));
  }
}
