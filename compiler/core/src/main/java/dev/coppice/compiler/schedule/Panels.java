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
  /** Registers of a run; narrower machines compute as many channels at once. */
  private static final int RUN_VECTORS = 2;

  /**
   * Panels that differ in their first channel only.
   *
   * @param first first channel of the first
   * @param vectors registers of each
   * @param count how many, side by side
   * @param runs in how many runs the weights of each lie; see {@link PanelWeights}
   */
  record Alike(int first, int vectors, int count, int runs) {
    /** Panels whose weights lie in reading order. */
    Alike(int first, int vectors, int count) {
      this(first, vectors, count, 1);
    }

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

  /**
   * The same with several runs of weights in each panel where these can be cut: memory brings a few
   * streams faster than one.
   */
  Panels inRuns() {
    return new Panels(
        channels,
        all.stream()
            .map(
                a ->
                    a.vectors % RUN_VECTORS == 0
                        ? new Alike(a.first, a.vectors, a.count, a.vectors / RUN_VECTORS)
                        : a)
            .toList());
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

  /** Where the weight of a channel and a term is. */
  interface Source {
    /** Its index. */
    int of(int channel, int term);
  }

  /**
   * Weights as they lie in memory, [panel, run, term, channel of run]: for each where it is, or -1
   * beyond the last channel.
   */
  int[] order(int terms, Source source) {
    int[] order = new int[computed() * terms];
    int at = 0;
    for (Alike a : all) {
      int width = a.width() / a.runs;
      for (int run = 0; run < a.count * a.runs; run++) {
        for (int t = 0; t < terms; t++) {
          for (int c = 0; c < width; c++) {
            int channel = a.first + run * width + c;
            order[at++] = channel < channels ? source.of(channel, t) : -1;
          }
        }
      }
    }
    return order;
  }
}
