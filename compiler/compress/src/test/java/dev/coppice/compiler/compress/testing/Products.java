package dev.coppice.compiler.compress.testing;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;

/** Models that multiply one row {@code x} by the matrix {@code w}. */
public final class Products {
  private Products() {}

  /** {@code y = x w}. */
  public static OnnxGraph of(Tensor w) {
    return graph(model(w).node("product", "y = MatMul(x, w)"));
  }

  /** {@code y = x w w} for a square matrix. */
  public static OnnxGraph twice(Tensor w) {
    return graph(model(w).node("r = MatMul(x, w)").node("y = MatMul(r, w)"));
  }

  /** {@code y = x w} and, for a square matrix, {@code z = y + w} and {@code w} itself. */
  public static OnnxGraph andOtherReaders(Tensor w) {
    int rows = w.shape().dim(0);
    return graph(
        model(w)
            .output("z", DType.FLOAT32, rows, rows)
            .output("w", DType.FLOAT32, rows, rows)
            .node("y = MatMul(x, w)")
            .node("z = Add(y, w)"));
  }

  private static OnnxModels model(Tensor w) {
    return OnnxModels.graph()
        .input("x", DType.FLOAT32, 1, w.shape().dim(0))
        .initializer("w", w)
        .output("y", DType.FLOAT32, 1, w.shape().dim(1));
  }

  private static OnnxGraph graph(OnnxModels model) {
    return OnnxGraph.of(model.model(13), ImportOptions.of("product.onnx"));
  }
}
