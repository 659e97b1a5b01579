package dev.coppice.compiler.compress.prune.criteria;

import java.util.List;

/** The table of criteria. */
public final class Criteria {
  /** All, the one that recipes get without asking first, a criterion a line. */
  public static final List<Criterion> ALL =
      List.of(
          new FilterNorm("l1", 1),
          new FilterNorm("l2", 2),
          new GroupNorm(),
          new BatchNormScale(),
          new GeometricMedian(),
          new ZeroShare(),
          new Entropy(),
          new ActivationVariance(),
          new MeanActivation(),
          new PropagatedImportance(),
          new ReconstructionError(),
          new RandomOrder());

  private Criteria() {}

  /** Names of all. */
  public static String[] names() {
    return ALL.stream().map(Criterion::name).toArray(String[]::new);
  }

  /** The criterion called {@code name}. */
  public static Criterion named(String name) {
    return ALL.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }
}
