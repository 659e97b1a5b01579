package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Optional;
import java.util.Set;

/** Whether no element of a value is ever below zero, as far as its operators tell. */
final class NonNegative {
  private static final int MAX_DEPTH = 8;

  /** Operators whose results are not negative whatever their operands are. */
  private static final Set<String> RANGES =
      Set.of("Relu", "Sigmoid", "HardSigmoid", "Softmax", "Abs", "Exp", "Sqrt", "Softplus");

  /** Operators whose results are not negative if no operand is. */
  private static final Set<String> SIGN_KEEPING =
      Set.of(
          "Add",
          "Mul",
          "Sum",
          "Max",
          "MaxPool",
          "AveragePool",
          "GlobalAveragePool",
          "GlobalMaxPool",
          "Concat",
          "Identity",
          "Dropout",
          "LRN",
          "Transpose");

  /** Operators that move elements of their first operand. */
  private static final Set<String> MOVING =
      Set.of("Reshape", "Flatten", "Squeeze", "Unsqueeze", "Slice", "Split");

  private NonNegative() {}

  static boolean is(Merging merging, String value) {
    return is(merging, value, MAX_DEPTH);
  }

  private static boolean is(Merging merging, String value, int depth) {
    Optional<Tensor> constant = merging.floats(value);
    Optional<NodeProto> producer = merging.graph().producer(value);
    if (constant.isPresent()) {
      return isConstant(constant.get());
    }
    if (producer.isEmpty() || depth == 0 || !Nodes.isStandard(producer.get())) {
      return false;
    }
    NodeProto node = producer.get();
    String type = node.getOpType();
    if (RANGES.contains(type)) {
      return true;
    }
    if (type.equals("Clip")) {
      return Bounds.of(merging, node).filter(b -> b.min() >= 0).isPresent();
    }
    return MOVING.contains(type) && is(merging, node.getInput(0), depth - 1)
        || SIGN_KEEPING.contains(type)
            && node.getInputList().stream()
                .filter(i -> !type.equals("Dropout") || i.equals(node.getInput(0)))
                .allMatch(i -> is(merging, i, depth - 1));
  }

  private static boolean isConstant(Tensor data) {
    for (int i = 0; i < data.size(); i++) {
      if (!(data.doubleAt(i) >= 0)) {
        return false;
      }
    }
    return true;
  }
}
