package dev.coppice.compiler.compress.prune.criteria;

import dev.coppice.compiler.compress.prune.channels.ChannelGroups;

/** A way to rate the units of structured pruning; one file and one line of {@link Criteria}. */
public interface Criterion {
  /** What recipes call it. */
  String name();

  /** Whether it looks at activations. */
  boolean needsCalibration();

  /** Whether ratings of different groups can be compared as they are, without normalization. */
  default boolean comparesLayers() {
    return false;
  }

  /**
   * The importance of every unit; units are compared within a group, and what is least important
   * goes first. A unit that it cannot rate is {@link Double#NaN} and stays.
   *
   * @param activations calibration; asked only if it {@link #needsCalibration}
   * @param seed of random decisions
   */
  double[] scores(ChannelGroups groups, ActivationSource activations, long seed);
}
