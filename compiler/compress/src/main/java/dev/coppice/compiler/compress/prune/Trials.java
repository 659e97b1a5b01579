package dev.coppice.compiler.compress.prune;

import dev.coppice.compiler.compress.evaluate.Evaluator;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.evaluate.StagedValues;
import dev.coppice.compiler.compress.model.KeptChannels;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import dev.coppice.compiler.compress.prune.channels.ChannelRemoval;
import dev.coppice.compiler.compress.prune.reconstruct.BatchNormStatistics;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;

/**
 * Removals of channels from a graph that are tried: with batch normalizations estimated again.
 * Where masks do the same as a removal, {@link MaskedVersions} compute all with the same classes;
 * otherwise every trial is compiled.
 *
 * @param graph the graph, which is not changed
 * @param groups its units
 * @param examples by which batch normalizations are estimated
 * @param backend the backend that computes
 * @param masked the versions that masks make, where they can
 */
record Trials(
    OnnxGraph graph,
    ChannelGroups groups,
    Examples examples,
    String backend,
    Optional<MaskedVersions> masked) {

  /** One removal. */
  interface Trial {
    /** The metric of what is left. */
    double metric(Evaluator judge);

    /** What is left. */
    OnnxGraph graph();
  }

  static Trials of(OnnxGraph graph, ChannelGroups groups, Examples examples, String backend) {
    return new Trials(
        graph, groups, examples, backend, MaskedVersions.of(graph, groups, examples, backend));
  }

  /** The graph without {@code removed}. */
  Trial without(BitSet removed) {
    return masked.map(m -> masked(m, removed)).orElseGet(() -> removed(removed));
  }

  private Trial masked(MaskedVersions versions, BitSet removed) {
    MaskedVersions.Version version = versions.without(removed);
    return new Trial() {
      @Override
      public double metric(Evaluator judge) {
        return versions.score(version, judge);
      }

      @Override
      public OnnxGraph graph() {
        OnnxGraph left = versions.estimated(version);
        remove(left, removed);
        return left;
      }
    };
  }

  private Trial removed(BitSet removed) {
    OnnxGraph left = graph.copy();
    remove(left, removed);
    BatchNormStatistics.estimate(
        left, new StagedValues(left, examples, backend), (node, what) -> {});
    return new Trial() {
      @Override
      public double metric(Evaluator judge) {
        return judge.evaluate(left);
      }

      @Override
      public OnnxGraph graph() {
        return left;
      }
    };
  }

  private void remove(OnnxGraph from, BitSet removed) {
    Map<String, int[]> kept = ChannelRemoval.apply(from, groups, removed);
    KeptChannels.of(from).then(kept).record(from);
  }
}
