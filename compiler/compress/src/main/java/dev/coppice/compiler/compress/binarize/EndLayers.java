package dev.coppice.compiler.compress.binarize;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The layers in front of which no other product is, and those behind which none is: what they lose
 * costs the most (Rastegari et al. 2016, arXiv 1603.05279, keep them in float).
 *
 * @param results first results of such nodes
 */
record EndLayers(Set<String> results) {
  private static final Set<String> PRODUCTS =
      Set.of("Conv", "ConvTranspose", "Gemm", "MatMul", "RNN", "GRU", "LSTM");

  /** Those of {@code graph}. */
  static EndLayers of(OnnxGraph graph) {
    Set<String> ends = new LinkedHashSet<>();
    Set<String> behind = new LinkedHashSet<>();
    for (NodeProto node : graph.nodes()) {
      boolean follows = Nodes.reads(node).stream().anyMatch(behind::contains);
      if (isProduct(node) && !follows) {
        ends.add(node.getOutput(0));
      }
      if (isProduct(node) || follows) {
        behind.addAll(node.getOutputList());
      }
    }
    Set<String> before = new LinkedHashSet<>();
    List<NodeProto> nodes = graph.nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      NodeProto node = nodes.get(i);
      boolean leads = node.getOutputList().stream().anyMatch(before::contains);
      if (isProduct(node) && !leads) {
        ends.add(node.getOutput(0));
      }
      if (isProduct(node) || leads) {
        before.addAll(Nodes.reads(node));
      }
    }
    return new EndLayers(ends);
  }

  private static boolean isProduct(NodeProto node) {
    return Nodes.isStandard(node) && PRODUCTS.contains(node.getOpType());
  }

  /** Whether {@code layer} is one. */
  boolean contains(Layer layer) {
    return results.contains(layer.output());
  }
}
