package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.MicrosoftNode.floats;
import static dev.coppice.compiler.onnx.MicrosoftNode.given;
import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** RotaryEmbedding of com.microsoft gives what ONNX Runtime gives. */
final class MicrosoftRotaryEmbeddingTest {
  private static final String CALL = "y = RotaryEmbedding(x, p, c, s)";

  private static MicrosoftNode operands(int half, Tensor positions, int... dims) {
    Random r = new Random(1);
    return given()
        .input("x", floats(r, dims))
        .input("p", positions)
        .constant("c", floats(r, 9, half))
        .constant("s", floats(r, 9, half));
  }

  @Test
  void positionsOfRowsOrOfTheFirst() {
    Tensor[] all = {
      Tensor.ofLongs(Shape.of(1), 2), Tensor.fromLongs(TensorType.of(DType.INT64, 2, 3), i -> 7 - i)
    };
    for (Tensor positions : all) {
      for (int woven = 0; woven < 2; woven++) {
        AttributeProto interleaved = attribute("interleaved", woven);
        operands(2, positions, 2, 3, 8).agrees(CALL, interleaved);
        operands(2, positions, 2, 3, 8).agrees(CALL, interleaved, attribute("num_heads", 2));
        operands(2, positions, 2, 2, 3, 4).agrees(CALL, interleaved);
        AttributeProto[] part = {
          interleaved, attribute("num_heads", 2), attribute("rotary_embedding_dim", 4)
        };
        operands(2, positions, 2, 3, 12).agrees(CALL, part);
      }
    }
  }

  @Test
  void refusesPackedBatches() {
    operands(2, Tensor.ofLongs(Shape.of(1), 2), 2, 3, 8)
        .refused(
            CALL,
            "[UnsupportedAttribute] m.onnx, node 'y' (RotaryEmbedding): attribute"
                + " 'is_packed_batching' is not supported; give examples of equal length."
                + " Re-export the model without it.",
            attribute("is_packed_batching", 1));
    operands(2, Tensor.ofLongs(Shape.of(2), 2, 3), 2, 3, 8)
        .invalid(CALL, "shapes [2,3] and [2] do not broadcast");
  }
}
