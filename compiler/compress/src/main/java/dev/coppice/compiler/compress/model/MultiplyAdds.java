package dev.coppice.compiler.compress.model;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Multiply-adds of the products in a graph: convolutions, matrix products and recurrent layers. */
public final class MultiplyAdds {
  private MultiplyAdds() {}

  /** Multiply-adds of one run of {@code graph}. */
  public static long of(OnnxGraph graph) {
    return byNode(graph).values().stream().mapToLong(Long::longValue).sum();
  }

  /** Multiply-adds of each node that has some, by label. */
  public static Map<String, Long> byNode(OnnxGraph graph) {
    Map<String, Long> macs = new LinkedHashMap<>();
    for (NodeProto node : graph.nodes()) {
      long own = of(node, graph);
      if (own > 0) {
        macs.merge(Nodes.label(node), own, Long::sum);
      }
    }
    return macs;
  }

  /** Multiply-adds of {@code node}; 0 for what is no product. */
  public static long of(NodeProto node, OnnxGraph graph) {
    if (!Nodes.isStandard(node)) {
      return 0;
    }
    return switch (node.getOpType()) {
      case "Conv" -> perOutput(node, graph, kernelSize(graph.shape(node.getInput(1))));
      case "ConvTranspose" ->
          (long) graph.shape(node.getInput(0)).size() * kernelSize(graph.shape(node.getInput(1)));
      case "Gemm" -> {
        Shape a = graph.shape(node.getInput(0));
        yield perOutput(node, graph, a.dim(Nodes.integer(node, "transA", 0) == 0 ? 1 : 0));
      }
      case "MatMul" -> {
        Shape a = graph.shape(node.getInput(0));
        yield perOutput(node, graph, a.dim(a.rank() - 1));
      }
      case "RNN", "GRU", "LSTM" -> {
        Shape x = graph.shape(node.getInput(0));
        yield (long) x.dim(0)
            * x.dim(1)
            * ((long) graph.shape(node.getInput(1)).size() + graph.shape(node.getInput(2)).size());
      }
      default -> 0;
    };
  }

  /** The elements of one slice along the first axis of weights. */
  private static int kernelSize(Shape w) {
    return w.sizeOf(1, w.rank());
  }

  private static long perOutput(NodeProto node, OnnxGraph graph, int terms) {
    Optional<String> output = Optional.of(node.getOutput(0)).filter(graph::hasType);
    return output.map(o -> (long) graph.shape(o).size() * terms).orElse(0L);
  }
}
