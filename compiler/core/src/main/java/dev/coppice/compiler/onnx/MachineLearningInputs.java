package dev.coppice.compiler.onnx;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * What operators of ai.onnx.ml have in common: rows of features, lists of numbers, class labels.
 */
final class MachineLearningInputs {
  private MachineLearningInputs() {}

  /** Operand 0 as rows of features; one without rows is one row. */
  static Value rows(NodeContext node) {
    Shape shape = node.shape(0);
    if (shape.rank() < 1 || shape.rank() > 2) {
      throw new IllegalArgumentException(
          "operand 0 is " + node.type(0) + ", expected rows of features [N, F]");
    }
    return shape.rank() == 2
        ? node.input(0)
        : node.reshape(node.input(0), List.of(1, shape.dim(0)));
  }

  /** Attribute {@code name}, or the tensor in {@code name_as_tensor}; empty if neither is given. */
  static Optional<Tensor> numbers(NodeContext node, String name) {
    Optional<List<Float>> list = node.attributes().numbers(name);
    Optional<Tensor> tensor = node.tensor(name + "_as_tensor");
    return tensor.or(
        () ->
            list.map(
                v -> Tensor.fromDoubles(TensorType.of(DType.FLOAT32, v.size()), i -> v.get(i))));
  }

  /** Numbers as a constant of {@code dtype} under {@code shape}. */
  static Value constant(NodeContext node, DType dtype, List<? extends Number> values, int... dims) {
    return node.constant(
        Tensor.fromDoubles(TensorType.of(dtype, dims), i -> values.get(i).doubleValue()));
  }

  /**
   * The labels of classes in attribute {@code ints}.
   *
   * @throws CompileException if the labels are the strings of attribute {@code strings}
   */
  static List<Long> labels(NodeContext node, String ints) {
    List<String> names = node.attributes().texts("classlabels_strings").orElse(List.of());
    List<Long> labels = node.attributes().longIntegers(ints).orElse(List.of());
    if (!names.isEmpty()) {
      throw node.unsupported(
          "classlabels_strings",
          "labels are strings, which no tensor of Java numbers holds; number the classes from 0 as"
              + " integers ("
              + ints
              + ") and keep the names in the program");
    }
    return labels;
  }
}
