package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntToDoubleFunction;

/** The bias of a layer, a float32 constant or dequantized integers, and how it is changed. */
final class LayerBias {
  private static final Set<String> WITH_BIAS = Set.of("Conv", "ConvTranspose", "Gemm");

  private LayerBias() {}

  /**
   * Adds {@code more} to the bias of the node that computes {@code output}; integers change by
   * whole steps.
   *
   * @param more one number per output channel
   * @return whether that was possible
   */
  static boolean add(OnnxGraph graph, String output, double[] more) {
    NodeProto node = graph.producer(output).orElseThrow();
    if (!Nodes.isStandard(node) || !WITH_BIAS.contains(node.getOpType())) {
      return false;
    }
    double beta = Nodes.number(node, "beta", 1);
    Optional<String> bias = Nodes.input(node, 2);
    Optional<NodeProto> stored = bias.flatMap(graph::producer);
    if (bias.isEmpty()) {
      Tensor added = floats(more.length, c -> more[c] / beta);
      graph.replace(node, Nodes.withInput(node, 2, graph.addConstant(output + "_bias", added)));
      return true;
    }
    if (graph.isConstant(bias.get())) {
      Tensor before = graph.constant(bias.get()).orElseThrow();
      if (before.size() != 1 && before.size() != more.length) {
        return false;
      }
      boolean one = before.size() == 1;
      Tensor sum = floats(more.length, c -> before.doubleAt(one ? 0 : c) + more[c] / beta);
      String name = graph.addConstant(bias.get(), sum);
      graph.replace(node, Nodes.withInput(node, 2, name));
      return true;
    }
    return stored.isPresent()
        && Nodes.is(stored.get(), "DequantizeLinear")
        && addSteps(graph, node, stored.get(), more);
  }

  private static boolean addSteps(
      OnnxGraph graph, NodeProto node, NodeProto stored, double[] more) {
    Optional<Tensor> steps = graph.constant(stored.getInput(0));
    Optional<Tensor> scales = graph.constant(stored.getInput(1));
    boolean fits =
        steps.isPresent()
            && scales.isPresent()
            && steps.get().dtype() == DType.INT32
            && steps.get().size() == more.length;
    if (!fits) {
      return false;
    }
    boolean one = scales.get().size() == 1;
    Tensor sum =
        Tensor.fromLongs(
            steps.get().type(),
            c -> steps.get().longAt(c) + Math.round(more[c] / scales.get().doubleAt(one ? 0 : c)));
    String integers = graph.addConstant(stored.getInput(0), sum);
    String value = graph.fresh(stored.getOutput(0));
    NodeProto again =
        Nodes.withInput(stored, 0, integers).toBuilder()
            .setOutput(0, value)
            .setName(graph.fresh(stored.getName()))
            .build();
    graph.insertFirst(List.of(again));
    graph.replace(node, Nodes.withInput(node, 2, value));
    return true;
  }

  private static Tensor floats(int n, IntToDoubleFunction f) {
    return Tensor.fromDoubles(new TensorType(DType.FLOAT32, Shape.of(n)), f);
  }
}
