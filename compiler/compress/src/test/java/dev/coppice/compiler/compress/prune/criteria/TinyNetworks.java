package dev.coppice.compiler.compress.prune.criteria;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import dev.coppice.compiler.compress.testing.Interpreted;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Two layers with a rectifier between, given by their weights. */
final class TinyNetworks {
  private TinyNetworks() {}

  /** {@code y = w2 relu(w1 x + b)}; unit i is row i of {@code w1}. */
  static OnnxGraph of(float[][] w1, float[] b, float[][] w2) {
    OnnxModels model =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, w1[0].length)
            .initializer("w1", tensor(w1))
            .initializer("b", Tensor.ofFloats(Shape.of(b.length), b))
            .initializer("w2", tensor(w2))
            .node("h = Gemm(x, w1, b)", OnnxModels.attribute("transB", 1))
            .node("r = Relu(h)")
            .node("y = Gemm(r, w2)", OnnxModels.attribute("transB", 1))
            .output("y", DType.FLOAT32, 1, w2.length);
    return OnnxGraph.of(model.model(13), ImportOptions.of("tiny.onnx"));
  }

  /** The scores that a criterion gives, on random examples. */
  static double[] scores(String criterion, OnnxGraph graph, int examples) {
    return Criteria.named(criterion)
        .scores(ChannelGroups.of(graph), Interpreted.source(graph, random(graph, examples)), 1);
  }

  private static Examples random(OnnxGraph graph, int count) {
    Random random = new Random(7);
    List<List<Tensor>> inputs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      inputs.add(List.of(Tensor.fromDoubles(graph.type("x"), j -> random.nextGaussian())));
    }
    return Examples.of(inputs, List.of());
  }

  private static Tensor tensor(float[][] rows) {
    float[] all = new float[rows.length * rows[0].length];
    for (int i = 0; i < all.length; i++) {
      all[i] = rows[i / rows[0].length][i % rows[0].length];
    }
    return Tensor.ofFloats(Shape.of(rows.length, rows[0].length), all);
  }
}
