package dev.coppice.compiler.onnx;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import dev.coppice.compiler.testing.RuntimeOracle;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Arithmetic on quantized operands comes within a step of ONNX Runtime, which rounds otherwise. */
final class QuantizedArithmeticImporterTest {
  private static final int SEEDS = 6;

  @Test
  void sums() {
    check("QLinearAdd", .05f);
  }

  @Test
  void products() {
    check("QLinearMul", .01f);
  }

  private static void check(String operator, float scale) {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random r = new Random(seed);
      DType dtype = seed % 2 == 0 ? DType.UINT8 : DType.INT8;
      Tensor a = bytes(r, dtype, 2, 3, 7);
      Tensor b = bytes(r, dtype, 3, 1);
      OnnxModels g =
          OnnxModels.graph()
              .input("a", dtype, 2, 3, 7)
              .initializer("as", Tensor.scalar(.03f))
              .initializer("az", bytes(r, dtype))
              .initializer("b", b)
              .initializer("bs", Tensor.scalar(.02f))
              .initializer("bz", bytes(r, dtype))
              .initializer("ys", Tensor.scalar(scale))
              .initializer("yz", bytes(r, dtype))
              .node("y = " + operator + "(a, as, az, b, bs, bz, ys, yz)")
              .output("y");
      RuntimeOracle.assertAgrees(RuntimeOracle.model(g, operator), List.of(a), 0, 1);
    }
  }

  private static Tensor bytes(Random r, DType dtype, int... dims) {
    return Tensor.fromLongs(
        TensorType.of(dtype, dims), i -> r.nextInt(256) - (dtype == DType.INT8 ? 128 : 0));
  }
}
