package dev.coppice.compiler.compress.prune;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import dev.coppice.compiler.compress.prune.channels.ChannelRemoval;
import dev.coppice.compiler.compress.prune.criteria.Criteria;
import dev.coppice.compiler.compress.testing.DigitsNetwork;
import dev.coppice.compiler.compress.testing.Interpreted;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The expected numbers of the calibration experiment, as means over five seeds. */
class DigitsPruningTest {
  /** What the experiment allows where its curves are not steep. */
  private static final double ALLOWED = .03;

  @Test
  void theDenseNetworkIsAsGoodAsPublished() {
    assertEquals(0.969, mean((net, graph) -> graph), 0.015);
  }

  @Test
  void weightsByMagnitude() {
    double[] amounts = {.25, .50, .60, .70, .80, .90, .95, .97, .99};
    double[] expected = {.968, .968, .965, .960, .938, .859, .724, .591, .327};
    // Steep from .95 on: networks of other seeds differ by .09 and more.
    double[] deviation = {.01, .01, .01, .01, .01, .02, .09, .10, .09};
    check("weights", amounts, expected, deviation, DigitsPruningTest::withoutWeights);
  }

  @Test
  void unitsByIncomingNorm() {
    double[] amounts = {.25, .50, .60, .70, .80, .90, .95, .97, .99};
    double[] expected = {.963, .932, .899, .758, .653, .464, .230, .222, .131};
    // Steep from .7 on.
    double[] deviation = {.01, .01, .02, .10, .12, .09, .10, .08, .05};
    check("units l2", amounts, expected, deviation, units("l2"));
  }

  @Test
  void unitsByCriterion() {
    // Steep where a criterion begins to fail: the norms behind .5, the others at once.
    check("l1", new double[] {.960, .929, .788, .617}, new double[] {.01, .02, .10, .11});
    check("fpgm", new double[] {.958, .932, .778, .597}, new double[] {.01, .02, .10, .11});
    check("nisp", new double[] {.963, .946, .829, .623}, new double[] {.01, .02, .09, .11});
    // A matter of the draw, too.
    check("random", new double[] {.863, .624, .473, .296}, new double[] {.06, .10, .18, .12});
    check(
        "mean-activation",
        new double[] {.968, .859, .602, .323},
        new double[] {.01, .06, .21, .15});
    check("apoz", new double[] {.966, .667, .332, .168}, new double[] {.01, .16, .16, .10});
    check("entropy", new double[] {.966, .683, .338, .242}, new double[] {.01, .16, .17, .13});
  }

  /** A version of the network with a fraction removed. */
  private interface Pruning extends BiFunction<DigitsNetwork, Double, OnnxGraph> {}

  private static OnnxGraph withoutWeights(DigitsNetwork net, double amount) {
    OnnxGraph graph = net.graph();
    for (String layer : List.of("fc1.weight", "fc2.weight")) {
      var w = graph.constant(layer).orElseThrow();
      graph.constant(layer, MagnitudePruning.prune(w, MagnitudePruning.count(amount, w.size())));
    }
    return graph;
  }

  private static Pruning units(String criterion) {
    Map<DigitsNetwork, double[]> rated = new LinkedHashMap<>();
    return (net, amount) -> {
      OnnxGraph graph = net.graph();
      ChannelGroups groups = ChannelGroups.of(graph);
      double[] scores =
          rated.computeIfAbsent(
              net,
              n ->
                  Criteria.named(criterion)
                      .scores(groups, Interpreted.source(graph, net.training()), rated.size()));
      ChannelSelection selection = new ChannelSelection(false, true, 0.995, 1);
      ChannelRemoval.apply(graph, groups, selection.select(groups, scores, new BitSet(), amount));
      return graph;
    };
  }

  private static void check(String criterion, double[] expected, double[] deviation) {
    check(criterion, new double[] {.25, .50, .70, .80}, expected, deviation, units(criterion));
  }

  /**
   * Checks a row.
   *
   * @param deviation by how much networks of single seeds deviate, measured over twenty
   */
  private static void check(
      String row, double[] amounts, double[] expected, double[] deviation, Pruning pruning) {
    List<Executable> all = new ArrayList<>();
    StringBuilder found = new StringBuilder(row);
    for (int i = 0; i < amounts.length; i++) {
      double amount = amounts[i];
      double accuracy = mean((net, graph) -> pruning.apply(net, amount));
      found.append(String.format(Locale.ROOT, " %.3f", accuracy));
      int at = i;
      String all_ = found.toString();
      // Two means of five seeds are within twice their deviation 19 times in 20.
      double tolerance =
          Math.max(ALLOWED, 2 * deviation[at] * Math.sqrt(2.0 / DigitsNetwork.SEEDS));
      all.add(() -> assertEquals(expected[at], accuracy, tolerance, all_));
    }
    assertAll(all);
  }

  private static double mean(BiFunction<DigitsNetwork, OnnxGraph, OnnxGraph> version) {
    double sum = 0;
    for (int seed = 0; seed < DigitsNetwork.SEEDS; seed++) {
      DigitsNetwork net = DigitsNetwork.of(seed);
      sum += net.accuracy(version.apply(net, net.graph()));
    }
    return sum / DigitsNetwork.SEEDS;
  }
}
