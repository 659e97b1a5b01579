package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.Arrays;
import java.util.Random;

/** A model that is one node of its input {@code x} and seeded weights {@code w}, for tests. */
final class OneLayer {
  private OneLayer() {}

  /** The model of {@code call}, which computes {@code y}. */
  static OnnxGraph of(String call, Shape x, Shape w, AttributeProto... attributes) {
    Object[] dims = Arrays.stream(x.dims()).boxed().toArray();
    return OnnxGraph.of(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, dims)
            .initializer("w", SmallNetwork.random(new Random(3), 1, w.dims()))
            .output("y")
            .node(call, attributes)
            .model(13),
        ImportOptions.of("m.onnx"));
  }
}
