package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Layer.Kind;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A convolution whose result one node reads, as one of the values that this node joins.
 *
 * @param conv the convolution
 * @param window its window
 */
record Branch(Linear conv, Window window) {

  /** The branch that ends with {@code value}, if it is one. */
  static Optional<Branch> of(Merging merging, String value) {
    return merging.soleProducer(value).flatMap(p -> of(merging, p));
  }

  /** {@code node} as a branch, if it is a convolution. */
  static Optional<Branch> of(Merging merging, NodeProto node) {
    Optional<Linear> conv = Linear.of(merging, node).filter(l -> l.kind() == Kind.CONV);
    return conv.flatMap(
        c -> Window.ofConv(node, c.data().shape()).map(window -> new Branch(c, window)));
  }

  String input() {
    return conv.node().getInput(0);
  }

  /** This convolution with other weights and bias, as {@code y}. */
  NodeProto with(Merging merging, Tensor weights, Optional<double[]> bias, String y) {
    return window.written(conv.with(merging, input(), weights, bias, y).get(0));
  }

  /** {@code joint} with {@code merged} in the place of operands {@code i} and {@code j}. */
  private static NodeProto joined(NodeProto joint, String merged, int i, int j) {
    List<String> operands = new ArrayList<>(joint.getInputList());
    operands.set(i, merged);
    operands.remove(j);
    return joint.toBuilder().clearInput().addAllInput(operands).build();
  }

  /**
   * Puts what {@code make} makes of a name into the place of operands {@code i} and {@code j} of
   * {@code joint}, and of {@code joint} itself if it has no others.
   */
  static String join(
      Merging merging,
      NodeProto joint,
      int i,
      int j,
      Function<String, NodeProto> make,
      List<NodeProto> gone,
      TensorType type) {
    boolean all = joint.getInputCount() == 2;
    String y = all ? joint.getOutput(0) : merging.value(joint.getOutput(0) + ".merged", type);
    NodeProto made = make.apply(y);
    List<NodeProto> by = all ? List.of(made) : List.of(made, joined(joint, y, i, j));
    merging.merge(joint, by, gone);
    return Nodes.label(made);
  }
}
