package dev.coppice.compiler.compress;

import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import java.util.ArrayList;
import java.util.List;

/**
 * A constant that layers multiply with.
 *
 * @param tensor name of the initializer, or of the result of a Constant node
 * @param nodes names of the layers that use it, in graph order
 * @param data the constant in the model
 * @param axis the axis of output channels, or -1 if reshaping has dissolved it
 */
record Weight(String tensor, List<String> nodes, TensorProto data, int axis) {
  Weight {
    nodes = List.copyOf(nodes);
  }

  /** Every name by which a recipe can mean it. */
  List<String> names() {
    List<String> names = new ArrayList<>(nodes);
    names.add(tensor);
    return names;
  }

  /** This weight with another layer that uses it. */
  Weight usedBy(String node) {
    if (nodes.contains(node)) {
      return this;
    }
    List<String> all = new ArrayList<>(nodes);
    all.add(node);
    return new Weight(tensor, all, data, axis);
  }
}
