package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.MicrosoftNode.bytes;
import static dev.coppice.compiler.onnx.MicrosoftNode.floats;
import static dev.coppice.compiler.onnx.MicrosoftNode.given;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** DynamicQuantizeMatMul quantizes its operand and multiplies as ONNX Runtime does. */
final class DynamicMatMulTest {
  private static MicrosoftNode weights(Random r, Tensor a, DType dtype, int... columns) {
    return given()
        .input("a", a)
        .constant("b", bytes(r, dtype, 12, 5))
        .constant(
            "s",
            Tensor.fromDoubles(TensorType.of(DType.FLOAT32, columns), i -> .01 + r.nextDouble()))
        .constant("z", bytes(r, dtype, columns))
        .constant("c", floats(r, 5));
  }

  @Test
  void oneScaleOrOnePerColumn() {
    for (int seed = 0; seed < 6; seed++) {
      for (DType dtype : new DType[] {DType.UINT8, DType.INT8}) {
        Random r = new Random(seed);
        int[] columns = seed % 2 == 0 ? new int[0] : new int[] {5};
        Tensor a = floats(r, 2, 3, 12);
        weights(r, a, dtype, columns).agrees("y = DynamicQuantizeMatMul(a, b, s, z, c)");
        weights(r, a, dtype, columns).agrees("y = DynamicQuantizeMatMul(a, b, s, z)");
        weights(r, a, dtype, columns).agrees("y = DynamicQuantizeMatMul(a, b, s)");
      }
    }
  }

  @Test
  void operandsOfOneSignOrAllZero() {
    Random r = new Random(9);
    TensorType type = TensorType.of(DType.FLOAT32, 3, 12);
    Tensor positive = Tensor.fromDoubles(type, i -> 1 + r.nextDouble());
    Tensor negative = Tensor.fromDoubles(type, i -> -1 - r.nextDouble());
    for (Tensor a : new Tensor[] {positive, negative, Tensor.splat(type, 0)}) {
      weights(r, a, DType.INT8).agrees("y = DynamicQuantizeMatMul(a, b, s, z, c)");
    }
  }

  @Test
  void refusesIntegers() {
    Random r = new Random(10);
    weights(r, bytes(r, DType.UINT8, 3, 12), DType.INT8)
        .invalid("y = DynamicQuantizeMatMul(a, b, s)", "operand 0 is u8[3,12], expected float32");
  }
}
