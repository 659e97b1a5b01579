package dev.coppice.compiler.compress.prune;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.LayerBias;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import dev.coppice.compiler.compress.prune.criteria.ActivationSource;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What removed channels contribute on average goes into the biases of the layers that read them.
 * For a constant channel this is exact, but at the border of a padded convolution.
 */
final class MeanCompensation {
  private final Map<String, double[]> responses;

  private MeanCompensation(Map<String, double[]> responses) {
    this.responses = responses;
  }

  /** What {@code removed} contributes in {@code graph}, from which it is going to be removed. */
  static MeanCompensation of(
      OnnxGraph graph, ChannelGroups groups, BitSet removed, ActivationSource source) {
    List<Layer> readers = new ArrayList<>();
    for (Layer layer : Layer.of(graph)) {
      if (layer.kind() != Layer.Kind.RECURRENT && losesInput(layer, groups, removed)) {
        readers.add(layer);
      }
    }
    Map<String, double[]> sums = new LinkedHashMap<>();
    if (!readers.isEmpty()) {
      List<String> inputs = readers.stream().map(Layer::input).distinct().toList();
      source.visit(
          inputs,
          (example, values) -> {
            for (String input : inputs) {
              Tensor value = Objects.requireNonNull(values.get(input));
              ChannelMeans.add(value, axis(groups, input), input, sums);
            }
          });
    }
    Map<String, double[]> responses = new LinkedHashMap<>();
    for (Layer layer : readers) {
      double[] means = Objects.requireNonNull(sums.get(layer.input())).clone();
      int[] units = groups.of(layer.input()).orElseThrow().units();
      for (int i = 0; i < means.length; i++) {
        boolean goes = units[i] != ChannelGroups.FIXED && removed.get(units[i]);
        means[i] = goes ? means[i] / source.count() : 0;
      }
      responses.put(layer.output(), LayerBias.response(graph, layer, means));
    }
    return new MeanCompensation(responses);
  }

  /**
   * Adds it to the biases of {@code graph}, from which the channels have been removed.
   *
   * @param kept the channels that values have kept
   */
  void apply(OnnxGraph graph, Map<String, int[]> kept) {
    for (Layer layer : Layer.of(graph)) {
      double[] all = responses.get(layer.output());
      if (all != null) {
        int[] places = kept.get(layer.output());
        double[] own =
            places == null ? all : Arrays.stream(places).mapToDouble(c -> all[c]).toArray();
        LayerBias.add(graph, layer, own);
      }
    }
  }

  private static int axis(ChannelGroups groups, String value) {
    return groups.of(value).orElseThrow().axis();
  }

  private static boolean losesInput(Layer layer, ChannelGroups groups, BitSet removed) {
    if (groups.of(layer.input()).isEmpty()) {
      return false;
    }
    for (int unit : groups.of(layer.input()).orElseThrow().units()) {
      if (unit != ChannelGroups.FIXED && removed.get(unit)) {
        return true;
      }
    }
    return false;
  }
}
