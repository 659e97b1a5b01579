package dev.coppice.compiler.onnx;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import dev.coppice.compiler.testing.RuntimeOracle;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Integer convolutions and products give the very numbers of ONNX Runtime. */
final class IntegerImporterTest {
  private static final int SEEDS = 6;

  /** Weights of 7 bits, which no instruction set of the runtime saturates. */
  private static Tensor bytes(Random r, DType dtype, boolean narrow, int... dims) {
    int half = narrow ? 64 : 128;
    return Tensor.fromLongs(
        TensorType.of(dtype, dims), i -> r.nextInt(2 * half) - (dtype == DType.INT8 ? half : 0));
  }

  private static Tensor scales(Random r, int... dims) {
    return Tensor.fromDoubles(
        TensorType.of(DType.FLOAT32, dims), i -> .002f + .02f * r.nextFloat());
  }

  private static Tensor scale(float value) {
    return Tensor.scalar(value);
  }

  @Test
  void quantizedConvolutions() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random r = new Random(seed);
      DType dtype = seed % 2 == 0 ? DType.UINT8 : DType.INT8;
      boolean perChannel = seed % 3 == 0;
      int group = 1 + seed % 2;
      int c = 4 * (1 + r.nextInt(3));
      int oc = 2 * (1 + r.nextInt(5));
      int[] each = perChannel ? new int[] {oc} : new int[0];
      Tensor x = bytes(r, dtype, false, 1, c, 5 + r.nextInt(4), 6);
      OnnxModels g =
          OnnxModels.graph()
              .input("x", dtype, 1, c, x.shape().dim(2), 6)
              .initializer("xs", scale(.03f))
              .initializer("xz", bytes(r, dtype, true))
              .initializer("w", bytes(r, DType.INT8, true, oc, c / group, 3, 3))
              .initializer("ws", scales(r, each))
              .initializer("wz", Tensor.splatLong(TensorType.of(DType.INT8, each), 0))
              .initializer("ys", scale(.02f))
              .initializer("yz", bytes(r, dtype, true))
              .initializer("b", bias(r, oc))
              .node(
                  "y = QLinearConv(x, xs, xz, w, ws, wz, ys, yz, b)",
                  OnnxModels.attribute("group", group),
                  OnnxModels.attribute("strides", new int[] {1 + seed % 2, 1}),
                  OnnxModels.attribute("pads", new int[] {1, 0, 1, 2}))
              .output("y");
      RuntimeOracle.assertAgrees(RuntimeOracle.model(g), List.of(x), 0, 0);
    }
  }

  /** Sums beyond 2^24, which a float32 does not hold. */
  @Test
  void longSums() {
    Random r = new Random(1);
    Tensor x = Tensor.fromLongs(TensorType.of(DType.UINT8, 2, 3000), i -> 200 + r.nextInt(56));
    Tensor w = Tensor.fromLongs(TensorType.of(DType.INT8, 3000, 3), i -> 40 + r.nextInt(24));
    OnnxModels g =
        OnnxModels.graph()
            .input("x", DType.UINT8, 2, 3000)
            .initializer("w", w)
            .node("y = MatMulInteger(x, w)")
            .output("y");
    RuntimeOracle.assertAgrees(RuntimeOracle.model(g), List.of(x), 0, 0);
  }

  @Test
  void integerProductsWithZeroPoints() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random r = new Random(seed);
      boolean constant = seed % 2 == 0;
      int[] shape = constant ? new int[] {7, 5} : new int[] {2, 7, 5};
      Tensor a = bytes(r, DType.UINT8, false, 2, 3, 7);
      Tensor b = bytes(r, DType.UINT8, true, shape);
      Tensor az = bytes(r, DType.UINT8, true);
      OnnxModels g =
          OnnxModels.graph()
              .input("a", DType.UINT8, 2, 3, 7)
              .initializer("az", az)
              .initializer("bz", bytes(r, DType.UINT8, true));
      if (constant) {
        g.initializer("b", b);
      } else {
        g.input("b", DType.UINT8, 2, 7, 5);
      }
      g.node("y = MatMulInteger(a, b, az, bz)").output("y");
      RuntimeOracle.assertAgrees(
          RuntimeOracle.model(g), constant ? List.of(a) : List.of(a, b), 0, 0);
    }
  }

  @Test
  void quantizedProducts() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random r = new Random(seed);
      DType dtype = seed % 2 == 0 ? DType.UINT8 : DType.INT8;
      int n = 1 + r.nextInt(9);
      int[] each = seed % 3 == 0 ? new int[] {n} : new int[0];
      Tensor a = bytes(r, dtype, false, 3, 20);
      OnnxModels g =
          OnnxModels.graph()
              .input("a", dtype, 3, 20)
              .initializer("as", scale(.03f))
              .initializer("az", bytes(r, dtype, true))
              .initializer("b", bytes(r, DType.INT8, true, 20, n))
              .initializer("bs", scales(r, each))
              .initializer("bz", Tensor.splatLong(TensorType.of(DType.INT8, each), 0))
              .initializer("ys", scale(.1f))
              .initializer("yz", bytes(r, dtype, true))
              .node("y = QLinearMatMul(a, as, az, b, bs, bz, ys, yz)")
              .output("y");
      RuntimeOracle.assertAgrees(RuntimeOracle.model(g), List.of(a), 0, 0);
    }
  }

  @Test
  void integerConvolutions() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random r = new Random(seed);
      Tensor x = bytes(r, DType.UINT8, false, 1, 3, 8, 7);
      OnnxModels g =
          OnnxModels.graph()
              .input("x", DType.UINT8, 1, 3, 8, 7)
              .initializer("w", bytes(r, DType.UINT8, true, 5, 3, 3, 2))
              .initializer("xz", bytes(r, DType.UINT8, true))
              .initializer("wz", bytes(r, DType.UINT8, true))
              .node("y = ConvInteger(x, w, xz, wz)", OnnxModels.attribute("auto_pad", "SAME_UPPER"))
              .output("y");
      RuntimeOracle.assertAgrees(RuntimeOracle.model(g), List.of(x), 0, 0);
    }
  }

  private static Tensor bias(Random r, int n) {
    return Tensor.fromLongs(TensorType.of(DType.INT32, n), i -> r.nextInt(4000) - 2000);
  }
}
