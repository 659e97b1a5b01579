package dev.coppice.examples.benchmarks.compression;

import java.util.Locale;

/**
 * Something that a row is to show.
 *
 * @param figure which figure of the row
 * @param bound the least or most that it may be
 */
record Claim(Figure figure, double bound) {
  /** A figure of a row. */
  enum Figure {
    /** Points of the metric lost. */
    LOST("lost", false),
    /** Percent of examples for which ONNX Runtime predicts what the compiled class does. */
    AGREEMENT("equal predictions of ONNX Runtime, %", true),
    /** Times fewer bytes in the weight resource. */
    WEIGHTS("times smaller weights", true),
    /** Times fewer multiply-accumulates. */
    MACS("times fewer operations", true),
    /** Times faster by the portable backend. */
    FASTER("times faster by portable", true);

    private final String text;
    private final boolean atLeast;

    Figure(String text, boolean atLeast) {
      this.text = text;
      this.atLeast = atLeast;
    }

    double of(Row row) {
      return switch (this) {
        case LOST -> row.lost();
        case AGREEMENT -> row.agreement();
        case WEIGHTS -> (double) row.before().weightBytes() / row.after().weightBytes();
        case MACS -> (double) row.before().macs() / row.after().macs();
        case FASTER -> row.faster().getOrDefault("portable", 0.0);
      };
    }
  }

  static Claim lost(double points) {
    return new Claim(Figure.LOST, points);
  }

  static Claim agreement(double percent) {
    return new Claim(Figure.AGREEMENT, percent);
  }

  static Claim weights(double times) {
    return new Claim(Figure.WEIGHTS, times);
  }

  static Claim macs(double times) {
    return new Claim(Figure.MACS, times);
  }

  static Claim faster(double times) {
    return new Claim(Figure.FASTER, times);
  }

  boolean holds(Row row) {
    double value = figure.of(row);
    return figure.atLeast ? value >= bound : value <= bound + 1e-9;
  }

  /** What was asked, and whether it holds. */
  String text(Row row) {
    return String.format(
        Locale.ROOT,
        "%s %s %s%s",
        figure.text,
        figure.atLeast ? "≥" : "≤",
        bound,
        holds(row) ? "" : String.format(Locale.ROOT, " **(is %.2f)**", figure.of(row)));
  }
}
