package dev.coppice.compiler.compress.testing;

import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A small residual network with random weights, and pictures for it. */
public final class SmallNetwork {
  private static final Shape INPUT = Shape.of(1, 2, 6, 5);

  private SmallNetwork() {}

  /**
   * Convolution with batch normalization, depthwise and pointwise convolution, residual, pooling
   * and a dense layer.
   */
  public static OnnxGraph of(int opset) {
    Random random = new Random(7);
    OnnxModels model =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 2, 6, 5)
            .initializer("stem.weight", random(random, 1, 8, 2, 3, 3))
            .initializer("gamma", positive(random, 8))
            .initializer("beta", random(random, 0.5, 8))
            .initializer("mean", random(random, 0.5, 8))
            .initializer("var", positive(random, 8))
            .initializer("dw.weight", random(random, 0.5, 8, 1, 3, 3))
            .initializer("dw.bias", random(random, 0.5, 8))
            .initializer("pw.weight", random(random, 0.5, 8, 8, 1, 1))
            .initializer("pw.bias", random(random, 0.5, 8))
            .initializer("fc.weight", random(random, 0.5, 5, 8))
            .initializer("fc.bias", random(random, 0.5, 5))
            .output("y", DType.FLOAT32, 1, 5)
            .node("stem", "c = Conv(x, stem.weight)", attribute("pads", new int[] {1, 1, 1, 1}))
            .node(
                "bn",
                "n = BatchNormalization(c, gamma, beta, mean, var)",
                attribute("epsilon", 1e-5f))
            .node("r = Relu(n)")
            .node(
                "dw",
                "d = Conv(r, dw.weight, dw.bias)",
                attribute("group", 8),
                attribute("pads", new int[] {1, 1, 1, 1}))
            .node("dr = Relu(d)")
            .node("pw", "p = Conv(dr, pw.weight, pw.bias)")
            .node("a = Add(p, r)")
            .node("ar = Relu(a)")
            .node("g = GlobalAveragePool(ar)")
            .node("f = Flatten(g)")
            .node("fc", "y = Gemm(f, fc.weight, fc.bias)", attribute("transB", 1));
    return OnnxGraph.of(model.model(opset), ImportOptions.of("small.onnx"));
  }

  /** Pictures whose pixels depend on each other. */
  public static Examples examples(int count, long seed) {
    Random random = new Random(seed);
    List<List<Tensor>> inputs = new ArrayList<>();
    for (int e = 0; e < count; e++) {
      float[] values = new float[INPUT.size()];
      float level = (float) random.nextGaussian();
      for (int i = 0; i < values.length; i++) {
        values[i] = level + 0.5f * (float) random.nextGaussian();
      }
      inputs.add(List.of(Tensor.ofFloats(INPUT, values)));
    }
    return Examples.of(inputs, List.of());
  }

  /** Normally distributed values of deviation {@code scale}. */
  public static Tensor random(Random random, double scale, int... dims) {
    float[] values = new float[Shape.of(dims).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return Tensor.ofFloats(Shape.of(dims), values);
  }

  private static Tensor positive(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = 0.5f + random.nextFloat();
    }
    return Tensor.ofFloats(Shape.of(n), values);
  }
}
