package dev.coppice.compiler.compress.opset;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * What writing a node anew may ask of the graph that the node is in, and add to it. Values of a
 * body have no known type.
 */
final class Surroundings {
  private final OnnxGraph before;
  private final OnnxGraph graph;

  /**
   * Surroundings.
   *
   * @param before the graph as it was, for types and constants
   * @param graph the graph that is rewritten
   */
  Surroundings(OnnxGraph before, OnnxGraph graph) {
    this.before = before;
    this.graph = graph;
  }

  /**
   * The type of {@code value}.
   *
   * @throws IllegalArgumentException if it is not known
   */
  TensorType type(String value) {
    if (!before.hasType(value)) {
      throw new IllegalArgumentException("the type of '" + value + "' is not known here");
    }
    return before.type(value);
  }

  /** Whether sizes of symbolic dimensions were given, so that shapes may vary. */
  boolean hasChosenSizes() {
    return !before.options().dims().isEmpty();
  }

  /** A name like {@code wish} that nothing has. */
  String fresh(String wish) {
    return graph.fresh(wish);
  }

  /** A new constant for {@code node}. */
  String constant(NodeProto node, String role, Tensor data) {
    return graph.addConstant(Nodes.label(node) + "." + role, data);
  }

  /** Integers as a new constant for {@code node}. */
  String constant(NodeProto node, String role, List<Integer> values) {
    long[] longs = values.stream().mapToLong(Integer::longValue).toArray();
    return constant(node, role, Tensor.ofLongs(Shape.of(longs.length), longs));
  }

  /** The name of {@code value}'s elements in another shape if it is a constant; otherwise empty. */
  Optional<String> reshaped(NodeProto node, String value, Shape shape) {
    return graph.constant(value).map(c -> constant(node, "aligned", c.reshape(shape)));
  }

  /** The data of {@code value} if it is a constant. */
  Optional<Tensor> constant(String value) {
    return graph.constant(value);
  }
}
