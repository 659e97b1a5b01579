package dev.coppice.compiler.compress.prune.criteria;

import dev.coppice.compiler.compress.evaluate.Activations;
import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import dev.coppice.compiler.compress.prune.channels.Slots;
import dev.coppice.compiler.compress.prune.channels.Slots.Role;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Where the activations of units are seen: after the functions that follow a layer, or, for units
 * that no such function has, where the next layers read them.
 */
final class ActivationSites {
  /** Functions that are exactly zero on a whole range. */
  static final Set<String> RECTIFIERS = Set.of("Relu", "Clip", "ThresholdedRelu", "HardSigmoid");

  private static final Set<String> FUNCTIONS =
      Set.of(
          "Relu",
          "Clip",
          "ThresholdedRelu",
          "HardSigmoid",
          "LeakyRelu",
          "PRelu",
          "Elu",
          "Selu",
          "Celu",
          "Gelu",
          "Sigmoid",
          "Tanh",
          "Softplus",
          "Softsign",
          "HardSwish",
          "Swish",
          "Mish");

  private ActivationSites() {}

  /** A statistic of the values of one channel. */
  interface Statistic {
    /** Takes the values of one example. */
    void add(double[] values);

    /** What it is over all examples. */
    double value();
  }

  /** Makes a statistic for a channel. */
  @FunctionalInterface
  interface Maker {
    Statistic make();
  }

  /** For each unit the mean of a statistic over its channels at its sites. */
  static double[] mean(ChannelGroups groups, ActivationSource source, boolean rectified, Maker m) {
    List<String> sites = of(groups, rectified);
    Map<String, List<Statistic>> statistics = new LinkedHashMap<>();
    for (String site : sites) {
      List<Statistic> each = new ArrayList<>();
      for (int i = 0; i < groups.of(site).orElseThrow().units().length; i++) {
        each.add(m.make());
      }
      statistics.put(site, each);
    }
    if (!sites.isEmpty()) {
      Activations.Visitor visitor =
          (example, values) ->
              statistics.forEach(
                  (s, each) -> add(groups, s, Objects.requireNonNull(values.get(s)), each));
      source.visit(sites, visitor);
    }
    double[] sums = new double[groups.units()];
    int[] counts = new int[groups.units()];
    statistics.forEach(
        (site, each) -> {
          int[] units = groups.of(site).orElseThrow().units();
          for (int i = 0; i < units.length; i++) {
            if (units[i] != ChannelGroups.FIXED) {
              sums[units[i]] += each.get(i).value();
              counts[units[i]]++;
            }
          }
        });
    for (int u = 0; u < sums.length; u++) {
      sums[u] = counts[u] == 0 ? Double.NaN : sums[u] / counts[u];
    }
    return sums;
  }

  private static void add(
      ChannelGroups groups, String site, Tensor values, List<Statistic> statistics) {
    int axis = groups.of(site).orElseThrow().axis();
    int dim = statistics.size();
    int inner = values.shape().strides()[axis];
    double[] channel = new double[values.size() / dim];
    for (int c = 0; c < dim; c++) {
      for (int i = 0; i < channel.length; i++) {
        channel[i] = values.doubleAt((i / inner * dim + c) * inner + i % inner);
      }
      statistics.get(c).add(channel);
    }
  }

  /** The values to look at. */
  private static List<String> of(ChannelGroups groups, boolean rectified) {
    Set<Integer> seen = new LinkedHashSet<>();
    List<String> sites = new ArrayList<>();
    for (NodeProto node : groups.graph().nodes()) {
      String value = node.getOutputCount() == 0 ? "" : node.getOutput(0);
      boolean function = (rectified ? RECTIFIERS : FUNCTIONS).contains(node.getOpType());
      if (function && groups.of(value).isPresent() && mark(groups, value, seen)) {
        sites.add(value);
      }
    }
    Set<Integer> rest = new LinkedHashSet<>(seen);
    for (Slots s : rectified ? List.<Slots>of() : groups.slots(Role.CONSUMES)) {
      String value = s.node().getInput(s.operand() == 0 ? 1 : 0);
      boolean news = false;
      for (int unit : s.units()) {
        news |= unit != ChannelGroups.FIXED && !seen.contains(unit);
      }
      if (news && groups.of(value).isPresent() && !sites.contains(value)) {
        mark(groups, value, rest);
        sites.add(value);
      }
    }
    return sites;
  }

  private static boolean mark(ChannelGroups groups, String value, Set<Integer> seen) {
    boolean some = false;
    for (int unit : groups.of(value).orElseThrow().units()) {
      some |= unit != ChannelGroups.FIXED;
      if (unit != ChannelGroups.FIXED) {
        seen.add(unit);
      }
    }
    return some;
  }
}
