package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.LoopType;
import java.util.ArrayList;
import java.util.List;

/**
 * How output channels are cut into panels of whole registers. Where their number is no multiple of
 * a register, the last panel begins earlier and computes some channels twice; fewer channels than a
 * register has lanes are padded with zeros.
 *
 * @param channels output channels
 * @param all the panels, alike ones together
 */
record Panels(int channels, List<Alike> all) {
  /**
   * Panels that differ in their first channel only.
   *
   * @param first first channel of the first
   * @param vectors registers of each
   * @param count how many, side by side
   */
  record Alike(int first, int vectors, int count) {
    /** Channels of a panel. */
    int width() {
      return vectors * LoopType.MOST_LANES;
    }
  }

  Panels {
    all = List.copyOf(all);
  }

  /** Panels of at most {@code vectors} registers. */
  static Panels of(int channels, int vectors) {
    int lanes = LoopType.MOST_LANES;
    if (channels < lanes) {
      return new Panels(channels, List.of(new Alike(0, 1, 1)));
    }
    List<Alike> all = new ArrayList<>();
    int whole = channels / lanes / vectors;
    if (whole > 0) {
      all.add(new Alike(0, vectors, whole));
    }
    int done = whole * vectors * lanes;
    int left = Loops.ceilDiv(channels - done, lanes);
    if (left > 0 && channels >= left * lanes) {
      all.add(new Alike(channels - left * lanes, left, 1));
    } else if (left > 0) {
      all.add(new Alike(done, left - 1, 1));
      all.add(new Alike(channels - lanes, 1, 1));
    }
    return new Panels(channels, all);
  }

  /** Whether channels beyond the last are computed, so that results need room for them. */
  boolean isPadded() {
    return channels < LoopType.MOST_LANES;
  }

  /** Channels that are computed, those that are computed twice included. */
  int computed() {
    return all.stream().mapToInt(a -> a.width() * a.count).sum();
  }

  /** Registers of the widest panel. */
  int mostVectors() {
    return all.stream().mapToInt(Alike::vectors).max().orElseThrow();
  }

  /**
   * The channel that each computed column stands for, panel by panel; beyond the last channel,
   * {@code channels} and more.
   */
  int[] columns() {
    int[] columns = new int[computed()];
    int at = 0;
    for (Alike a : all) {
      for (int i = 0; i < a.width() * a.count; i++) {
        columns[at++] = a.first + i;
      }
    }
    return columns;
  }
}
