package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.Imports.refused;
import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import dev.coppice.compiler.testing.RuntimeOracle;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sequences of lengths known at run time are reversed as ONNX Runtime reverses them. */
final class ReverseSequenceImporterTest {
  private static OnnxModels reversed(int time, int batch) {
    return OnnxModels.graph()
        .input("x", DType.FLOAT32, 3, 4, 2)
        .input("lengths", DType.INT64, batch == 0 ? 3 : 4)
        .node(
            "y = ReverseSequence(x, lengths)",
            attribute("time_axis", time),
            attribute("batch_axis", batch))
        .output("y", DType.FLOAT32, 3, 4, 2);
  }

  private static Tensor x() {
    return Tensor.fromDoubles(TensorType.of(DType.FLOAT32, 3, 4, 2), i -> i);
  }

  @Test
  void timeIsFirst() {
    RuntimeOracle.assertAgrees(
        RuntimeOracle.model(reversed(0, 1)),
        List.of(x(), Tensor.ofLongs(Shape.of(4), 1, 3, 2, 2)),
        0,
        0);
  }

  @Test
  void batchIsFirst() {
    RuntimeOracle.assertAgrees(
        RuntimeOracle.model(reversed(1, 0)),
        List.of(x(), Tensor.ofLongs(Shape.of(3), 4, 1, 3)),
        0,
        0);
  }

  @Test
  void axesAreZeroAndOne() {
    refused(
        reversed(1, 1).model(17),
        "[BadNode] m.onnx, node 'y' (ReverseSequence): time_axis is 1 and batch_axis 1, expected 0"
            + " and 1 or 1 and 0. The model is not valid ONNX; re-export it.");
  }
}
