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
  @Test
  void theDenseNetworkIsAsGoodAsPublished() {
    assertEquals(0.969, mean((net, graph) -> graph), 0.015);
  }

  @Test
  void weightsByMagnitude() {
    double[] amounts = {.25, .50, .60, .70, .80, .90, .95, .97, .99};
    double[] expected = {.968, .968, .965, .960, .938, .859, .724, .591, .327};
    double[] tolerance = {.03, .03, .03, .03, .03, .08, .15, .15, .15};
    check("weights", amounts, expected, tolerance, DigitsPruningTest::withoutWeights);
  }

  @Test
  void unitsByIncomingNorm() {
    double[] amounts = {.25, .50, .60, .70, .80, .90, .95, .97, .99};
    double[] expected = {.963, .932, .899, .758, .653, .464, .230, .222, .131};
    double[] tolerance = {.03, .03, .05, .08, .1, .13, .13, .1, .1};
    check("units l2", amounts, expected, tolerance, units("l2"));
  }

  @Test
  void unitsByCriterion() {
    double[] amounts = {.25, .50, .70, .80};
    double[] tight = {.03, .04, .1, .15};
    double[] steep = {.06, .15, .15, .15};
    check("l1", amounts, new double[] {.960, .929, .788, .617}, tight, units("l1"));
    check("fpgm", amounts, new double[] {.958, .932, .778, .597}, tight, units("fpgm"));
    check("nisp", amounts, new double[] {.963, .946, .829, .623}, tight, units("nisp"));
    check("random", amounts, new double[] {.863, .624, .473, .296}, steep, units("random"));
    check("mean", amounts, new double[] {.968, .859, .602, .323}, steep, units("mean-activation"));
    check("apoz", amounts, new double[] {.966, .667, .332, .168}, steep, units("apoz"));
    check("entropy", amounts, new double[] {.966, .683, .338, .242}, steep, units("entropy"));
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
                      .scores(groups, Interpreted.source(graph, net.training()), 7));
      ChannelSelection selection = new ChannelSelection(false, true, 0.995, 1);
      ChannelRemoval.apply(graph, groups, selection.select(groups, scores, new BitSet(), amount));
      return graph;
    };
  }

  private static void check(
      String row, double[] amounts, double[] expected, double[] tolerance, Pruning pruning) {
    List<Executable> all = new ArrayList<>();
    StringBuilder found = new StringBuilder(row);
    for (int i = 0; i < amounts.length; i++) {
      double amount = amounts[i];
      double accuracy = mean((net, graph) -> pruning.apply(net, amount));
      found.append(String.format(Locale.ROOT, " %.3f", accuracy));
      int at = i;
      String all_ = found.toString();
      all.add(() -> assertEquals(expected[at], accuracy, tolerance[at], all_));
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
