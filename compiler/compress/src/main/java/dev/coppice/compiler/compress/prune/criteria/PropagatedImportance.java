package dev.coppice.compiler.compress.prune.criteria;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import dev.coppice.compiler.compress.prune.channels.Slots;
import dev.coppice.compiler.compress.prune.channels.Slots.Role;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Importance of the results, one for each output, carried back by the magnitudes of the weights (Yu
 * et al. 2018, "NISP", arXiv 1711.05908, with a ranking of the last layer by weights alone): a
 * channel has the sum over its readers of their importance times the weight between. Importance is
 * counted over whole feature maps, so pools and functions pass it on; of a sum every term has all
 * of it. At the borders of a convolution every tap counts as inside.
 */
final class PropagatedImportance implements Criterion {
  @Override
  public String name() {
    return "nisp";
  }

  @Override
  public boolean needsCalibration() {
    return false;
  }

  @Override
  public double[] scores(ChannelGroups groups, ActivationSource activations, long seed) {
    Map<String, double[]> importance = new LinkedHashMap<>();
    for (String output : groups.graph().outputs()) {
      importance.put(output, ones(channels(groups, output)));
    }
    Map<NodeProto, List<Slots>> slots = new LinkedHashMap<>();
    for (Slots s : groups.slots()) {
      slots.computeIfAbsent(s.node(), n -> new ArrayList<>()).add(s);
    }
    List<NodeProto> nodes = groups.graph().nodes();
    UnitScores scores = new UnitScores(groups);
    for (int n = nodes.size() - 1; n >= 0; n--) {
      NodeProto node = nodes.get(n);
      carryBack(node, groups, slots.getOrDefault(node, List.of()), importance);
      for (Slots s : slots.getOrDefault(node, List.of())) {
        String output = node.getOutput(0);
        if (s.role() == Role.PRODUCES && groups.of(output).isPresent()) {
          scores.add(
              groups.of(output).orElseThrow().units(),
              importance.getOrDefault(output, new double[channels(groups, output)]));
          break;
        }
      }
    }
    return scores.scores();
  }

  private static int channels(ChannelGroups groups, String value) {
    return groups
        .of(value)
        .map(a -> a.units().length)
        .orElseGet(
            () -> {
              int rank = groups.graph().shape(value).rank();
              return rank == 0 ? 1 : groups.graph().shape(value).dim(rank > 1 ? 1 : 0);
            });
  }

  private static double[] ones(int n) {
    double[] ones = new double[n];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static void carryBack(
      NodeProto node, ChannelGroups groups, List<Slots> slots, Map<String, double[]> importance) {
    Slots reads = null;
    Slots scales = null;
    for (Slots s : slots) {
      boolean isRecurrence = s.node().getInputCount() > 2 && s.operand() > 1;
      reads = s.role() == Role.CONSUMES && !isRecurrence ? s : reads;
      // The filters of a depthwise convolution weigh each channel by itself.
      scales = s.role() == Role.SCALES || s.role() == Role.PRODUCES ? s : scales;
    }
    String output = node.getOutputCount() == 0 ? "" : node.getOutput(0);
    double[] own = importance.get(output);
    if (own == null) {
      return;
    }
    if (reads != null) {
      String input = node.getInput(reads.operand() == 0 ? 1 : 0);
      add(importance, input, throughWeights(reads, slots, own, groups));
      return;
    }
    double[] gains = scales == null ? ones(own.length) : gains(node, scales, groups);
    for (String input : node.getInputList()) {
      if (groups.of(input).isPresent() && groups.of(output).isPresent()) {
        add(importance, input, byUnit(groups, output, own, gains, input));
      }
    }
  }

  /** {@code |W|^T s}, over all taps. */
  private static double[] throughWeights(
      Slots reads, List<Slots> slots, double[] own, ChannelGroups groups) {
    Slots makes =
        slots.stream()
            .filter(s -> s.role() == Role.PRODUCES && s.operand() == reads.operand())
            .findFirst()
            .orElseThrow();
    Tensor w = groups.graph().constant(reads.constant()).orElseThrow();
    int[] dims = w.shape().dims();
    int[] strides = w.shape().strides();
    int ins = dims[reads.axis()];
    int outs = dims[makes.axis()];
    int groupsOf = (int) Nodes.integer(reads.node(), "group", 1);
    // Of a grouped convolution one of the axes counts within a group.
    boolean transposed = reads.node().getOpType().equals("ConvTranspose");
    double[] sums = new double[transposed ? ins : ins * groupsOf];
    for (int i = 0; i < w.size(); i++) {
      int in = i / strides[reads.axis()] % ins;
      int out = i / strides[makes.axis()] % outs;
      int group = transposed ? in / (ins / groupsOf) : out / (outs / groupsOf);
      int to = transposed ? in : group * ins + in;
      int from = transposed ? group * outs + out : out;
      // The gates of a cell all belong to the element of the state that they make.
      sums[to] += Math.abs(w.doubleAt(i)) * own[from % own.length];
    }
    return sums;
  }

  /** The factors of a normalization: its scale over the deviation. */
  private static double[] gains(NodeProto node, Slots scales, ChannelGroups groups) {
    double[] gains = WeightSlices.of(scales, groups).powerSums(1);
    if (node.getOpType().equals("BatchNormalization")) {
      Tensor variance = groups.graph().constant(node.getInput(4)).orElseThrow();
      float epsilon = Nodes.number(node, "epsilon", 1e-5f);
      for (int c = 0; c < gains.length; c++) {
        gains[c] /= Math.sqrt(variance.doubleAt(c) + epsilon);
      }
    }
    return gains;
  }

  /** The importance of a result's channels as one of the operand's, by unit. */
  private static double[] byUnit(
      ChannelGroups groups, String output, double[] own, double[] gains, String input) {
    Map<Integer, Double> sums = new TreeMap<>();
    int[] units = groups.of(output).orElseThrow().units();
    for (int i = 0; i < own.length; i++) {
      sums.merge(units[i], own[i] * gains[i % gains.length], Double::sum);
    }
    int[] inputs = groups.of(input).orElseThrow().units();
    Map<Integer, Integer> places = new TreeMap<>();
    for (int unit : inputs) {
      places.merge(unit, 1, Integer::sum);
    }
    double[] carried = new double[inputs.length];
    for (int i = 0; i < carried.length; i++) {
      carried[i] = sums.getOrDefault(inputs[i], 0.0) / places.getOrDefault(inputs[i], 1);
    }
    return carried;
  }

  private static void add(Map<String, double[]> importance, String value, double[] more) {
    double[] sum = importance.computeIfAbsent(value, v -> new double[more.length]);
    for (int i = 0; i < more.length; i++) {
      sum[i] += more[i];
    }
  }
}
