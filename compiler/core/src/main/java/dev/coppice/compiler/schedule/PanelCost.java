package dev.coppice.compiler.schedule;

/**
 * Predicts how long a {@link PanelTile} product takes with panels of so many registers, in cycles
 * of a core that starts two multiply-adds and two loads of registers at a time.
 */
final class PanelCost {
  /** How much longer a term takes whose place a table says: bounds are checked for each factor. */
  static final double TABLE = 1.5;

  private static final int MOST_VECTORS = 3;

  /** What a call costs beside its terms: first loads, last stores, its arguments. */
  private static final double CALL = 40;

  /** Cycles until the result of a multiply-add is there for the next. */
  private static final double LATENCY = 4;

  /** Cycles of a nanosecond of the core that {@link dev.coppice.compiler.loop.Costs} is of. */
  private static final double CYCLES = 2.4;

  /** Bytes of weights, or of an operand, that are in the cache when they are read again. */
  private static final double CACHED = 1 << 20;

  /** Bytes of inputs and results that are in the cache beside weights. */
  private static final int BLOCK = 1 << 18;

  /** Fewer places than these cannot share what a call costs. */
  private static final int FEWEST = 64;

  /** Nanoseconds for each byte beyond them. */
  private static final double MEMORY = 0.08;

  /** Nanoseconds for each byte copied with padding around rows. */
  private static final double COPIED = 0.03;

  private PanelCost() {}

  /** Nanoseconds of a copy of so many bytes with padding around rows. */
  static double copied(long bytes) {
    return COPIED * bytes;
  }

  /** Nanoseconds until so many bytes are in the cache. */
  static double loaded(long bytes) {
    return MEMORY * Math.max(0, bytes - CACHED);
  }

  /** Nanoseconds of so many cycles with so many bytes of weights. */
  static double nanos(double cycles, long weightBytes) {
    return cycles / CYCLES + loaded(weightBytes);
  }

  /** The fastest panels for {@code rows} rows of {@code width} places. */
  static Panels best(int channels, int width, int rows, int terms) {
    Panels best = Panels.of(channels, 1);
    for (int v = 2; v <= MOST_VECTORS; v++) {
      Panels panels = Panels.of(channels, v);
      if (cycles(panels, width, rows, terms) < cycles(best, width, rows, terms)) {
        best = panels;
      }
    }
    return best;
  }

  /**
   * How many places of a pointwise convolution are computed together, a divisor of all: their
   * inputs and results stay in the cache from panel to panel if the weights do, too.
   */
  static int block(ConvGeometry g) {
    int all = g.n() * g.outPlane();
    if (g.weightBytes() > CACHED) {
      return all;
    }
    int fits = Math.max(FEWEST, BLOCK / ((g.c() + g.oc()) * g.dtype().bytes()));
    int best = all;
    double least = Double.POSITIVE_INFINITY;
    for (int block = 1; block <= Math.min(fits, all); block++) {
      if (all % block == 0) {
        Panels panels = best(g.groupOc(), block, 1, g.groupC());
        double cycles = (double) all / block * cycles(panels, block, 1, g.groupC());
        best = cycles <= least ? block : best;
        least = Math.min(cycles, least);
      }
    }
    return best;
  }

  /** Predicted cycles of {@code rows} rows of {@code width} places. */
  static double cycles(Panels panels, int width, int rows, int terms) {
    double sum = 0;
    for (Panels.Alike a : panels.all()) {
      PlaceTiles tiles = PlaceTiles.of(rows, width, PanelTile.mostPlaces(a.vectors()));
      sum +=
          (double) a.count() * tiles.count() * (CALL + terms * term(tiles.places(), a.vectors()));
    }
    return sum;
  }

  /** One term of a tile. */
  private static double term(int places, int vectors) {
    double products = places * vectors / 2.0;
    // A factor is loaded and spread over a register.
    double loads = (vectors + 1.2 * places) / 2.0;
    return Math.max(LATENCY, Math.max(products, loads));
  }
}
