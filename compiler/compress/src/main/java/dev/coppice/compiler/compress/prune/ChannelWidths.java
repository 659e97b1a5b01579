package dev.coppice.compiler.compress.prune;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Session;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** How many output channels the layers of a model have, to be told what they lost. */
record ChannelWidths(Map<String, Integer> layers) {
  ChannelWidths {
    layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
  }

  static ChannelWidths of(OnnxGraph graph) {
    Map<String, Integer> widths = new LinkedHashMap<>();
    for (Layer layer : Layer.of(graph)) {
      if (layer.kind() != Layer.Kind.RECURRENT || layer.operand() == 1) {
        widths.putIfAbsent(layer.label(), width(layer, graph));
      }
    }
    return new ChannelWidths(widths);
  }

  private static int width(Layer layer, OnnxGraph graph) {
    if (layer.kind() == Layer.Kind.RECURRENT) {
      return graph.shape(layer.node().getInput(2)).dim(2);
    }
    int width = graph.shape(layer.weights()).dim(layer.outAxis());
    return layer.kind() == Layer.Kind.CONV_TRANSPOSE ? width * layer.groups() : width;
  }

  /** Tells of every layer that lost channels since. */
  void decide(Session session, String criterion) {
    Map<String, Integer> now = of(session.graph()).layers();
    layers.forEach(
        (layer, before) -> {
          int left = now.getOrDefault(layer, before);
          if (left < before) {
            session.decide(layer, left + " of " + before + " channels kept", criterion);
          }
        });
  }
}
