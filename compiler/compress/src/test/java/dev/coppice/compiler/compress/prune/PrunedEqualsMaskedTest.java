package dev.coppice.compiler.compress.prune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import dev.coppice.compiler.compress.prune.channels.ChannelRemoval;
import dev.coppice.compiler.compress.prune.criteria.ActivationSource;
import dev.coppice.compiler.compress.prune.criteria.Criteria;
import dev.coppice.compiler.compress.prune.criteria.Criterion;
import dev.coppice.compiler.compress.testing.Interpreted;
import dev.coppice.compiler.compress.testing.MaskedReaders;
import dev.coppice.compiler.compress.testing.RandomChannelGraphs;
import dev.coppice.compiler.compress.testing.SameOutputs;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A pruned graph computes what the graph computes when its readers see zeros instead. */
class PrunedEqualsMaskedTest {
  private static final int GRAPHS = 300;

  @Test
  void whateverUnitsGo() {
    int removed = 0;
    for (int seed = 0; seed < GRAPHS; seed++) {
      OnnxGraph graph = RandomChannelGraphs.of(seed);
      ChannelGroups groups = ChannelGroups.of(graph);
      Random random = new Random(seed);
      double[] scores = new double[groups.units()];
      for (int u = 0; u < scores.length; u++) {
        scores[u] = random.nextDouble();
      }
      // Each dies with probability 0.3, unless it were the last of its layer.
      BitSet survivors = new BitSet();
      for (int u = 0; u < scores.length; u++) {
        survivors.set(u, scores[u] >= 0.3);
      }
      BitSet dead =
          new ChannelSelection(false, true, 0.999, 1).select(groups, scores, survivors, 1);
      removed += dead.cardinality();
      compare("seed " + seed, graph, groups, dead);
    }
    assertTrue(removed > 5 * GRAPHS, "only " + removed + " units were removed");
  }

  /**
   * Each criterion has its share of the graphs; all of them with {@code -Dcoppice.allGraphs=true},
   * which takes minutes.
   */
  @Test
  void byEveryCriterion() {
    boolean all = Boolean.getBoolean("coppice.allGraphs");
    for (int seed = 0; seed < GRAPHS; seed++) {
      for (int c = 0; c < Criteria.ALL.size(); c++) {
        if (all || c == seed % Criteria.ALL.size()) {
          compare(Criteria.ALL.get(c), seed);
        }
      }
    }
  }

  private static void compare(Criterion criterion, int seed) {
    OnnxGraph graph = RandomChannelGraphs.of(seed);
    ChannelGroups groups = ChannelGroups.of(graph);
    Examples examples = Examples.of(inputs(graph, 3), List.of());
    double[] scores = criterion.scores(groups, Interpreted.source(graph, examples), seed);
    BitSet dead =
        new ChannelSelection(seed % 2 == 0, true, 0.9, 1 + seed % 3)
            .select(groups, scores, new BitSet(), 0.3);
    compare(criterion.name() + " of seed " + seed, graph, groups, dead);
  }

  private static void compare(String what, OnnxGraph graph, ChannelGroups groups, BitSet dead) {
    OnnxGraph pruned = graph.copy();
    ChannelRemoval.apply(pruned, groups, dead);
    OnnxGraph masked = MaskedReaders.of(graph, groups, dead);
    for (List<Tensor> inputs : inputs(graph, 2)) {
      Tensor expected = Interpreted.run(masked, inputs).get(0);
      Tensor actual = Interpreted.run(pruned, inputs).get(0);
      double scale = 1;
      for (int i = 0; i < expected.size(); i++) {
        scale = Math.max(scale, Math.abs(expected.doubleAt(i)));
      }
      for (int i = 0; i < expected.size(); i++) {
        assertEquals(expected.doubleAt(i) / scale, actual.doubleAt(i) / scale, 1e-5, what);
      }
    }
  }

  @Test
  void onnxRuntimeComputesTheSame() {
    for (int seed = 0; seed < 25; seed++) {
      OnnxGraph graph = RandomChannelGraphs.of(seed);
      ChannelGroups groups = ChannelGroups.of(graph);
      double[] scores = Criteria.named("l2").scores(groups, ActivationSource.NONE, seed);
      ChannelRemoval.apply(
          graph,
          groups,
          new ChannelSelection(false, true, 0.9, 1).select(groups, scores, new BitSet(), 0.4));
      List<Tensor> inputs = SameOutputs.inputs(graph, seed);
      SameOutputs.runtime(graph, inputs, Interpreted.run(graph, inputs));
    }
  }

  private static List<List<Tensor>> inputs(OnnxGraph graph, int count) {
    List<List<Tensor>> inputs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      inputs.add(SeededInputs.of(Interpreted.imported(graph, List.of()), i));
    }
    return inputs;
  }
}
