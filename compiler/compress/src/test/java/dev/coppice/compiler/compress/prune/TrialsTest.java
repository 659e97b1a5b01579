package dev.coppice.compiler.compress.prune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.Evaluator;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.evaluate.Metric;
import dev.coppice.compiler.compress.evaluate.RelativeError;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import dev.coppice.compiler.compress.prune.criteria.ActivationSource;
import dev.coppice.compiler.compress.prune.criteria.Criteria;
import dev.coppice.compiler.compress.prune.reconstruct.BatchNormStatistics;
import dev.coppice.compiler.compress.testing.Interpreted;
import dev.coppice.compiler.compress.testing.RandomChannelGraphs;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrialsTest {
  private static final int GRAPHS = 6;

  private static Trials masked(OnnxGraph graph, Examples examples) {
    return Trials.of(graph, ChannelGroups.of(graph), examples, "portable");
  }

  private static Examples examples(OnnxGraph graph) {
    List<List<Tensor>> inputs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      inputs.add(SeededInputs.of(Interpreted.imported(graph, List.of()), i));
    }
    return Examples.of(inputs, List.of());
  }

  /** What both ways leave is the same, and is judged the same. */
  private static void compare(String what, OnnxGraph graph, Trials masked, long seed) {
    ChannelGroups groups = masked.groups();
    Trials removed =
        new Trials(graph, groups, masked.examples(), masked.backend(), Optional.empty());
    Evaluator judge =
        new Evaluator(
            masked.examples(),
            Metric.named("relative-error").orElseThrow(),
            "portable",
            graph,
            SourceRef.NONE);
    for (double amount : new double[] {0.2, 0.5}) {
      double[] scores =
          Criteria.named("random").scores(groups, ActivationSource.NONE, seed + (int) (9 * amount));
      BitSet dead =
          new ChannelSelection(false, true, 0.9, 1).select(groups, scores, new BitSet(), amount);
      Trials.Trial one = masked.without(dead);
      Trials.Trial other = removed.without(dead);
      double expected = other.metric(judge);
      assertEquals(expected, one.metric(judge), 1e-3 * Math.max(1, expected), what);
      OnnxGraph left = one.graph();
      assertEquals(other.graph().nodes(), left.nodes(), what);
      assertEquals(other.graph().metadata("coppice.channels"), left.metadata("coppice.channels"));
      for (String c : other.graph().constants()) {
        double error =
            RelativeError.of(
                other.graph().constant(c).orElseThrow(), left.constant(c).orElseThrow());
        assertTrue(error < 1e-3, what + ": " + c + " differs by " + error);
      }
    }
  }

  @Test
  void masksDoTheSameAsRemovals() {
    int found = 0;
    for (int seed = 0; found < GRAPHS && seed < 60; seed++) {
      OnnxGraph graph = RandomChannelGraphs.of(seed);
      if (!BatchNormStatistics.anyIn(graph)) {
        continue;
      }
      Trials masked = masked(graph, examples(graph));
      if (masked.masked().isPresent()) {
        found++;
        compare("seed " + seed, graph, masked, seed);
      }
    }
    assertEquals(GRAPHS, found);
    OnnxGraph small = SmallNetwork.of(13);
    Trials masked = masked(small, SmallNetwork.examples(5, 1));
    assertTrue(masked.masked().isPresent());
    compare("small", small, masked, 1);
  }

  @Test
  void theGraphStaysAsItIs() {
    OnnxGraph graph = SmallNetwork.of(13);
    Trials trials = masked(graph, SmallNetwork.examples(2, 1));
    BitSet first = new BitSet();
    first.set(0);
    trials.without(first).graph();
    assertEquals(SmallNetwork.of(13).toProto(), graph.toProto());
  }

  @Test
  void unitsWhoseNeighboursChangeAreRemoved() {
    OnnxGraph graph =
        OnnxGraph.of(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 1, 2, 4, 4)
                .initializer("w", SmallNetwork.random(new Random(1), 1, 6, 2, 1, 1))
                .initializer("v", SmallNetwork.random(new Random(2), 1, 3, 6, 1, 1))
                .output("y", DType.FLOAT32, 1, 3, 4, 4)
                .node("a = Conv(x, w)")
                .node("n = LRN(a)", OnnxModels.attribute("size", 3))
                .node("y = Conv(n, v)")
                .model(13),
            ImportOptions.of("normalized.onnx"));
    Trials trials = masked(graph, examples(graph));
    assertTrue(trials.masked().isEmpty());
    BitSet dead = new BitSet();
    dead.set(1, 3);
    assertEquals(4, trials.without(dead).graph().shape("n").dim(1));
  }
}
