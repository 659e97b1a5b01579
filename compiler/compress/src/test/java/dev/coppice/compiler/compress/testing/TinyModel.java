package dev.coppice.compiler.compress.testing;

import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;

/** A model of two layers with known weights, which compiles in no time. */
public final class TinyModel {
  private TinyModel() {}

  /** Input {@code x} f32[1,8], 16 hidden units, output {@code y} f32[1,4]. */
  public static ModelProto model() {
    return OnnxModels.graph()
        .input("x", DType.FLOAT32, 1, 8)
        .initializer("w1", floats(16, 8))
        .initializer("w2", floats(4, 16))
        .node("fc1", "h = Gemm(x, w1)", attribute("transB", 1))
        .node("relu", "r = Relu(h)")
        .node("fc2", "y = Gemm(r, w2)", attribute("transB", 1))
        .output("y", DType.FLOAT32, 1, 4)
        .model(13);
  }

  /** The same to be compressed. */
  public static OnnxGraph graph() {
    return OnnxGraph.of(model(), ImportOptions.of("tiny.onnx"));
  }

  private static Tensor floats(int rows, int columns) {
    return Tensor.fromDoubles(
        new TensorType(DType.FLOAT32, Shape.of(rows, columns)), i -> Math.sin(i * 1.7) + 0.1);
  }
}
