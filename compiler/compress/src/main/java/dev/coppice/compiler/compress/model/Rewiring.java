package dev.coppice.compiler.compress.model;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;

/** Lets nodes of a graph read one value instead of another. */
public final class Rewiring {
  private Rewiring() {}

  /**
   * Lets the nodes of {@code graph} that read {@code from} read {@code to} instead; bodies and
   * outputs go on reading {@code from}.
   */
  public static void apply(OnnxGraph graph, String from, String to) {
    for (NodeProto consumer : graph.consumers(from)) {
      NodeProto changed = consumer;
      for (int i = 0; i < consumer.getInputCount(); i++) {
        if (consumer.getInput(i).equals(from)) {
          changed = Nodes.withInput(changed, i, to);
        }
      }
      if (!changed.equals(consumer)) {
        graph.replace(consumer, changed);
      }
    }
  }
}
