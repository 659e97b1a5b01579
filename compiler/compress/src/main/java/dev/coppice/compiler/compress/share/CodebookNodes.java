package dev.coppice.compiler.compress.share;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Shared weights in a graph: indices of one or two bytes, cast to int32, which Gather takes, and
 * looked up in the codebook. With several codebooks these lie in one constant, and the place where
 * that of each channel begins is added to the indices first.
 */
final class CodebookNodes {
  /** From here on Add broadcasts; before, an attribute says along which axis. */
  private static final int BROADCAST_OPSET = 7;

  private final OnnxGraph graph;
  private final String weights;
  private final List<NodeProto> nodes = new ArrayList<>();

  private CodebookNodes(OnnxGraph graph, String weights) {
    this.graph = graph;
    this.weights = weights;
  }

  /** Lets the constant {@code weights} be looked up in codebooks of its own. */
  static void store(OnnxGraph graph, String weights, SharedWeights shared) {
    int size = shared.codebooks().stream().mapToInt(Codebook::size).sum();
    float[] values = new float[size];
    int[] begins = new int[shared.codebooks().size()];
    int at = 0;
    for (int g = 0; g < begins.length; g++) {
      Codebook codebook = shared.codebooks().get(g);
      begins[g] = at;
      System.arraycopy(codebook.values().toFloats(), 0, values, at, codebook.size());
      at += codebook.size();
    }
    Tensor all = Tensor.ofFloats(Shape.of(size), values);
    store(graph, weights, shared, graph.addConstant(weights + "_codebook", all), begins);
  }

  /** Lets the constant {@code weights} be looked up in the constant {@code codebook}. */
  static void store(OnnxGraph graph, String weights, SharedWeights shared, String codebook) {
    store(graph, weights, shared, codebook, new int[1]);
  }

  private static void store(
      OnnxGraph graph, String weights, SharedWeights shared, String codebook, int[] begins) {
    CodebookNodes made = new CodebookNodes(graph, weights);
    String stored = graph.addConstant(weights + "_indices", shared.indices());
    String indices =
        made.node(
            "Cast", List.of(stored), graph.fresh(weights + "_cast"), DType.INT32.onnxCode(), "to");
    if (begins.length > 1) {
      indices = made.shifted(indices, shared, begins);
    }
    made.node("Gather", List.of(codebook, indices), weights, 0, "axis");
    graph.compute(weights, made.nodes);
  }

  private String shifted(String indices, SharedWeights shared, int[] begins) {
    int[] groups = shared.groups();
    int[] offsets = Arrays.stream(groups).map(g -> begins[g]).toArray();
    boolean old = graph.opset() < BROADCAST_OPSET;
    int[] dims = new int[old ? 1 : shared.indices().shape().rank() - shared.axis()];
    Arrays.fill(dims, 1);
    dims[0] = offsets.length;
    TensorType type = new TensorType(DType.INT32, Shape.of(dims));
    String begin = graph.addConstant(weights + "_begins", Tensor.fromLongs(type, i -> offsets[i]));
    String sum = graph.fresh(weights + "_places");
    NodeProto add =
        Nodes.of("Add", graph.fresh(weights + "/Add"), List.of(indices, begin), List.of(sum));
    if (old) {
      add = Nodes.with(add, Nodes.integer("broadcast", 1));
      add = Nodes.with(add, Nodes.integer("axis", shared.axis()));
    }
    nodes.add(add);
    return sum;
  }

  private String node(String op, List<String> operands, String result, long value, String name) {
    String label = graph.fresh(weights + "/" + op);
    nodes.add(Nodes.of(op, label, operands, List.of(result), Nodes.integer(name, value)));
    return result;
  }
}
