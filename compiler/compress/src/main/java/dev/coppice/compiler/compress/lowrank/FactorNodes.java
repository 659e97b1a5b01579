package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.compress.lowrank.Factors.Stage;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts {@link Factors} into a graph. The last layer keeps name, bias and result of the one before,
 * so that it can be fitted to that result again.
 */
final class FactorNodes {
  private FactorNodes() {}

  /** Replaces the node of {@code layer}, which has one layer. */
  static void replace(OnnxGraph graph, Layer layer, Factors factors) {
    List<NodeProto> nodes = new ArrayList<>();
    String value = layer.input();
    int last = factors.stages().size() - 1;
    for (int i = 0; i <= last; i++) {
      Stage stage = factors.stages().get(i);
      Tensor weights = weights(layer, stage.weights(), i == last);
      String constant = graph.addConstant(layer.weights() + "_" + stage.name(), weights);
      if (i == last) {
        nodes.add(last(layer, stage, value, constant));
      } else {
        String result = graph.fresh(layer.output() + "_" + stage.name());
        String name = graph.fresh(layer.label() + "/" + stage.name());
        nodes.add(inner(layer, stage, name, value, constant, result));
        value = result;
      }
    }
    graph.replace(layer.node(), nodes);
    graph.sweep();
  }

  /** As the node takes them, float32. */
  private static Tensor weights(Layer layer, Tensor w, boolean last) {
    // All but the last layer of a Gemm are MatMuls with the weights on the right.
    boolean inputsFirst =
        layer.kind() == Layer.Kind.GEMM && !last || layer.inAxis() < layer.outAxis();
    Tensor read = layer.kind() != Layer.Kind.CONV && inputsFirst ? transposed(w) : w;
    return Tensor.fromDoubles(read.type().with(DType.FLOAT32), read::doubleAt);
  }

  private static Tensor transposed(Tensor w) {
    int rows = w.shape().dim(0);
    int columns = w.shape().dim(1);
    return w.gather(Shape.of(columns, rows), i -> i % rows * columns + i / rows);
  }

  private static NodeProto inner(
      Layer layer, Stage stage, String name, String value, String weights, String result) {
    if (layer.kind() == Layer.Kind.CONV) {
      return Nodes.of("Conv", name, List.of(value, weights), List.of(result), attributes(stage));
    }
    boolean left = layer.kind() == Layer.Kind.MATMUL && layer.operand() == 0;
    List<String> operands = left ? List.of(weights, value) : List.of(value, weights);
    return Nodes.of("MatMul", name, operands, List.of(result));
  }

  private static NodeProto last(Layer layer, Stage stage, String value, String weights) {
    NodeProto node = layer.node();
    if (layer.kind() != Layer.Kind.CONV) {
      NodeProto read = Nodes.withInput(node, 1 - layer.operand(), value);
      return Nodes.withInput(read, layer.operand(), weights);
    }
    List<String> operands = new ArrayList<>(List.of(value, weights));
    Nodes.input(node, 2).ifPresent(operands::add);
    return Nodes.of("Conv", node.getName(), operands, List.of(layer.output()), attributes(stage));
  }

  private static AttributeProto[] attributes(Stage stage) {
    return stage.attributes().toArray(AttributeProto[]::new);
  }
}
