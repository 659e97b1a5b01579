package dev.coppice.compiler.compress.lowrank;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.compress.evaluate.RelativeError;
import dev.coppice.compiler.compress.model.MultiplyAdds;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.testing.Interpreted;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Layers whose weights are of low rank, and what is required of their factors. */
final class LowRankModels {
  private LowRankModels() {}

  /** A sum of {@code rank} outer products of random vectors. */
  static Tensor planted(int rank, int... dims) {
    Random random = new Random(rank);
    Shape shape = Shape.of(dims);
    double[] sum = new double[shape.size()];
    for (int r = 0; r < rank; r++) {
      double[] product = {1};
      for (int dim : dims) {
        double[] finer = new double[product.length * dim];
        double[] vector = random.doubles(dim, -1, 1).toArray();
        for (int i = 0; i < finer.length; i++) {
          finer[i] = product[i / dim] * vector[i % dim];
        }
        product = finer;
      }
      for (int i = 0; i < sum.length; i++) {
        sum[i] += product[i];
      }
    }
    float[] floats = new float[sum.length];
    for (int i = 0; i < sum.length; i++) {
      floats[i] = (float) sum[i];
    }
    return Tensor.ofFloats(shape, floats);
  }

  /**
   * {@code y = conv(x, w, b)} in two examples.
   *
   * @param window {@code plain}, {@code strided} (also dilated and padded), or {@code same}
   */
  static OnnxGraph convolution(Tensor w, String window, int opset) {
    int axes = w.shape().rank() - 2;
    List<Object> dims = new ArrayList<>(List.of(2, w.shape().dim(1)));
    for (int s = 0; s < axes; s++) {
      dims.add(9 + s);
    }
    AttributeProto[] attributes =
        switch (window) {
          case "strided" ->
              new AttributeProto[] {
                attribute("strides", new int[] {2, 1}),
                attribute("dilations", new int[] {1, 2}),
                attribute("pads", new int[] {0, 2, 1, 3})
              };
          case "same" ->
              new AttributeProto[] {
                attribute("strides", new int[] {2, 3}), attribute("auto_pad", "SAME_LOWER")
              };
          default -> new AttributeProto[0];
        };
    return graph(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, dims.toArray())
            .initializer("w", w)
            .initializer("b", SmallNetwork.random(new Random(9), 1, w.shape().dim(0)))
            .output("y")
            .node("conv", "y = Conv(x, w, b)", attributes),
        opset);
  }

  /** The graph of {@code model}. */
  static OnnxGraph graph(OnnxModels model, int opset) {
    return OnnxGraph.of(model.model(opset), ImportOptions.of("low-rank.onnx"));
  }

  /** Requires that what the decisions say of multiply-adds is what there are. */
  static void assertMultiplyAddsAsSaid(Session session) {
    long before = 0;
    long after = 0;
    for (var decision : session.findings().decisions()) {
      String[] words = decision.why().split(" ");
      after += Long.parseLong(words[0]);
      before += Long.parseLong(words[2]);
    }
    long left = MultiplyAdds.of(session.original()) - before;
    assertEquals(MultiplyAdds.of(session.graph()) - left, after);
  }

  /** The norm of the difference of outputs over the norm of those of {@code before}. */
  static double relativeError(OnnxGraph before, OnnxGraph after, List<Tensor> inputs) {
    return RelativeError.of(
        Interpreted.run(before, inputs).get(0), Interpreted.run(after, inputs).get(0));
  }
}
