package dev.coppice.compiler.compress.prune.reconstruct;

import dev.coppice.compiler.compress.evaluate.StagedValues;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Locale;
import java.util.function.BiConsumer;

/** Means and variances of batch normalizations, estimated anew. */
public final class BatchNormStatistics {
  private BatchNormStatistics() {}

  /** Whether {@code graph} has batch normalizations of constants. */
  public static boolean anyIn(OnnxGraph graph) {
    return graph.nodes().stream().anyMatch(n -> isConstant(n, graph));
  }

  /** Whether {@code node} of {@code graph} is a batch normalization of constant statistics. */
  public static boolean isConstant(NodeProto node, OnnxGraph graph) {
    return Nodes.is(node, "BatchNormalization")
        && graph.isConstant(node.getInput(3))
        && graph.isConstant(node.getInput(4));
  }

  /**
   * Estimates those of {@code graph}, in order.
   *
   * @param values of the graph
   * @param told what was done with each node
   */
  public static void estimate(
      OnnxGraph graph, StagedValues values, BiConsumer<String, String> told) {
    for (NodeProto node : graph.nodes()) {
      if (isConstant(node, graph)) {
        ChannelMoments moments = ChannelMoments.of(values.of(node.getInput(0)));
        double shift = 0;
        Tensor old = graph.constant(node.getInput(3)).orElseThrow();
        Tensor spread = graph.constant(node.getInput(4)).orElseThrow();
        for (int c = 0; c < old.size(); c++) {
          shift +=
              Math.abs(moments.mean(c) - old.doubleAt(c))
                  / Math.sqrt(spread.doubleAt(c) + Double.MIN_NORMAL)
                  / old.size();
        }
        put(graph, node, moments);
        told.accept(
            Nodes.label(node),
            String.format(Locale.ROOT, "means moved by %.3f deviations on average", shift));
      }
    }
    graph.sweep();
  }

  /** Gives {@code node} of {@code graph} other statistics. */
  public static void put(OnnxGraph graph, NodeProto node, ChannelMoments moments) {
    NodeProto fresh = with(node, 3, graph, moments.means());
    fresh = with(fresh, 4, graph, moments.variances());
    if (!fresh.equals(node)) {
      graph.replace(node, fresh);
    }
  }

  /**
   * What {@code node} multiplies each channel with, and what it adds, where its input has {@code
   * moments}; its scale and its bias are constants.
   */
  public static double[][] line(NodeProto node, OnnxGraph graph, ChannelMoments moments) {
    Tensor scale = graph.constant(node.getInput(1)).orElseThrow();
    Tensor bias = graph.constant(node.getInput(2)).orElseThrow();
    float epsilon = Nodes.number(node, "epsilon", 1e-5f);
    double[][] line = new double[2][scale.size()];
    for (int c = 0; c < scale.size(); c++) {
      line[0][c] = scale.doubleAt(c) / Math.sqrt(moments.variances()[c] + epsilon);
      line[1][c] = bias.doubleAt(c) - moments.mean(c) * line[0][c];
    }
    return line;
  }

  /** Statistics are changed in place, unless several nodes share them. */
  private static NodeProto with(NodeProto node, int operand, OnnxGraph graph, double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    Tensor data = Tensor.ofFloats(Shape.of(floats.length), floats);
    String name = node.getInput(operand);
    if (graph.consumers(name).size() == 1) {
      graph.constant(name, data);
      return node;
    }
    return Nodes.withInput(node, operand, graph.addConstant(name, data));
  }
}
