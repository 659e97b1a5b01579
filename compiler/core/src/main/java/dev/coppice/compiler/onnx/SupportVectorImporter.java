package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Exp;
import dev.coppice.compiler.op.Greater;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Max;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Pow;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.op.Tanh;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/** SVMRegressor, since 1 of ai.onnx.ml, and the kernels of support vectors; float32. */
final class SupportVectorImporter {
  private SupportVectorImporter() {}

  /** SVMRegressor: {@code sum c[v] K(x, s[v]) + rho}; its sign for one class. */
  static List<Value> regressor(NodeContext node) {
    Value x = CastImporter.cast(node, MachineLearningInputs.rows(node), DType.FLOAT32);
    List<Float> c = numbers(node, "coefficients");
    List<Float> rho = numbers(node, "rho");
    int vectors = node.attributes().integer("n_supports", 0);
    Value k = x;
    if (vectors > 0) {
      k = kernel(node, x, vectors);
    } else {
      node.attributes().ignore("kernel_type", "kernel_params", "support_vectors");
    }
    int columns = k.type().shape().dim(1);
    if (c.size() != columns || rho.size() != 1) {
      throw new IllegalArgumentException(
          "there are "
              + c.size()
              + " coefficients and "
              + rho.size()
              + " rho, expected "
              + columns
              + " and 1");
    }
    Value y = node.add(new MatMul(), k, constant(node, c, columns, 1));
    y = node.add(new Add(), y, number(node, rho.get(0)));
    if (node.attributes().flag("one_class", false)) {
      Value in = node.add(new Greater(), y, number(node, 0));
      y = node.add(new Where(), in, number(node, 1), number(node, -1));
    }
    PostTransform transform = PostTransform.of(node);
    return List.of(transform == PostTransform.PROBIT ? transform.apply(node, y) : y);
  }

  /** {@code K(x, s)} for all support vectors: {@code [N, vectors]}. */
  static Value kernel(NodeContext node, Value x, int vectors) {
    String type = node.choice("kernel_type", "LINEAR", "POLY", "RBF", "SIGMOID");
    List<Float> support = numbers(node, "support_vectors");
    List<Float> given = numbers(node, "kernel_params");
    int features = x.type().shape().dim(1);
    if (support.size() != vectors * features || !given.isEmpty() && given.size() != 3) {
      throw new IllegalArgumentException(
          "there are "
              + support.size()
              + " numbers in 'support_vectors' for "
              + vectors
              + " of "
              + features
              + " features, and "
              + given.size()
              + " in 'kernel_params'");
    }
    List<Float> parameters = given.isEmpty() ? List.of(0f, 0f, 0f) : given;
    if (type.equals("RBF")) {
      return radial(node, x, support, vectors, parameters.get(0));
    }
    Value dot = node.add(new MatMul(), x, transposed(node, support, vectors, features));
    if (type.equals("LINEAR")) {
      return dot;
    }
    Value z =
        node.add(
            new Add(),
            node.add(new Mul(), dot, number(node, parameters.get(0))),
            number(node, parameters.get(1)));
    return type.equals("SIGMOID")
        ? node.add(new Tanh(), z)
        : node.add(new Pow(), z, number(node, parameters.get(2)));
  }

  /**
   * {@code exp(-gamma |x - s|^2)} by products of matrices. What cancels in {@code |x|^2 - 2xs +
   * |s|^2} is small because both are moved by the mean of the support vectors.
   */
  private static Value radial(
      NodeContext node, Value x, List<Float> support, int vectors, float gamma) {
    int features = support.size() / vectors;
    float[] center = new float[features];
    for (int f = 0; f < features; f++) {
      double sum = 0;
      for (int v = 0; v < vectors; v++) {
        sum += support.get(v * features + f);
      }
      center[f] = (float) (sum / vectors);
    }
    Tensor s =
        Tensor.fromDoubles(
            TensorType.of(DType.FLOAT32, features, vectors),
            i -> support.get(i % vectors * features + i / vectors) - center[i / vectors]);
    Tensor squares =
        Tensor.fromDoubles(
            TensorType.of(DType.FLOAT32, 1, vectors),
            v -> {
              double sum = 0;
              for (int f = 0; f < features; f++) {
                sum += s.doubleAt(f * vectors + v) * s.doubleAt(f * vectors + v);
              }
              return sum;
            });
    Tensor middle = Tensor.fromDoubles(TensorType.of(DType.FLOAT32, 1, features), f -> center[f]);
    Value moved = node.add(new Sub(), x, node.constant(middle));
    Value length =
        node.add(new Reduce(Reduce.Kind.SUM, List.of(1), true), node.add(new Mul(), moved, moved));
    Value dot = node.add(new MatMul(), moved, node.constant(s));
    Value twice = node.add(new Mul(), dot, number(node, -2));
    Value distance =
        node.add(new Add(), node.add(new Add(), twice, node.constant(squares)), length);
    Value positive = node.add(new Max(), distance, number(node, 0));
    return node.add(new Exp(), node.add(new Mul(), positive, number(node, -gamma)));
  }

  static List<Float> numbers(NodeContext node, String name) {
    return node.attributes().numbers(name).orElse(List.of());
  }

  private static Value constant(NodeContext node, List<Float> values, int... dims) {
    return MachineLearningInputs.constant(node, DType.FLOAT32, values, dims);
  }

  private static Value transposed(NodeContext node, List<Float> rows, int vectors, int features) {
    return node.constant(
        Tensor.fromDoubles(
            TensorType.of(DType.FLOAT32, features, vectors),
            i -> rows.get(i % vectors * features + i / vectors)));
  }

  private static Value number(NodeContext node, double value) {
    return node.scalar(DType.FLOAT32, value);
  }
}
