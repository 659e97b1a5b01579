package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.MicrosoftNode.bytes;
import static dev.coppice.compiler.onnx.MicrosoftNode.given;
import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** QGemm gives every level that ONNX Runtime gives. */
final class QuantizedGemmImporterTest {
  private static final String LEVELS = "y = QGemm(a, as, az, b, bs, bz, c, ys, yz)";

  /** Operands for {@code [4, 9]} by {@code [9, 5]}, either stored transposed. */
  private static MicrosoftNode operands(int seed, boolean left, boolean right, DType weights) {
    Random r = new Random(seed);
    DType dtype = seed % 2 == 0 || weights == DType.UINT8 ? DType.UINT8 : DType.INT8;
    boolean perColumn = seed > 1;
    int[] columns = perColumn ? new int[] {5} : new int[0];
    return given()
        .input("a", left ? bytes(r, dtype, 9, 4) : bytes(r, dtype, 4, 9))
        .scalar("as", .02f)
        .constant("az", bytes(r, dtype))
        .constant("b", right ? bytes(r, weights, 5, 9) : bytes(r, weights, 9, 5))
        .constant(
            "bs",
            Tensor.fromDoubles(
                TensorType.of(DType.FLOAT32, columns), i -> .01 + .05 * r.nextDouble()))
        .constant("bz", bytes(r, weights, columns))
        .constant("c", bias(r, seed % 3 == 0 ? new int[] {5} : new int[] {1, 5}))
        .scalar("ys", .3f)
        .constant("yz", bytes(r, dtype));
  }

  private static Tensor bias(Random r, int... dims) {
    return Tensor.fromLongs(TensorType.of(DType.INT32, dims), i -> r.nextInt(8000) - 4000);
  }

  private static AttributeProto[] attributes(boolean left, boolean right, float alpha) {
    return new AttributeProto[] {
      attribute("transA", left ? 1 : 0),
      attribute("transB", right ? 1 : 0),
      attribute("alpha", alpha)
    };
  }

  @Test
  void levelsAreThoseOfTheRuntime() {
    for (int seed = 0; seed < 6; seed++) {
      for (int sides = 0; sides < 4; sides++) {
        boolean left = sides % 2 == 1;
        boolean right = sides > 1;
        operands(seed, left, right, DType.INT8)
            .exactly(LEVELS, attributes(left, right, seed == 3 ? .7f : 1));
      }
      operands(seed, false, false, DType.UINT8).exactly(LEVELS);
    }
  }

  @Test
  void floatsWhereTheResultHasNoScale() {
    for (int seed = 0; seed < 3; seed++) {
      operands(seed, false, true, DType.INT8)
          .agrees("y = QGemm(a, as, az, b, bs, bz, c)", attributes(false, true, .5f));
      operands(seed, true, false, DType.INT8)
          .agrees("y = QGemm(a, as, az, b, bs, bz)", attributes(true, false, 1));
    }
  }

  @Test
  void noBias() {
    operands(2, false, false, DType.INT8).exactly("y = QGemm(a, as, az, b, bs, bz, , ys, yz)");
  }

  @Test
  void weightsAndLargeBiasThatAreComputed() {
    Random r = new Random(9);
    Tensor c = Tensor.fromLongs(TensorType.of(DType.INT32, 4, 5), i -> r.nextInt(60_000_000));
    given()
        .input("a", bytes(r, DType.UINT8, 4, 9))
        .input("b", bytes(r, DType.UINT8, 9, 5))
        .input("c", c)
        .scalar("as", .02f)
        .constant("az", bytes(r, DType.UINT8))
        .scalar("bs", .001f)
        .constant("bz", bytes(r, DType.UINT8))
        .scalar("ys", 10)
        .constant("yz", bytes(r, DType.UINT8))
        .exactly(LEVELS);
  }

  @Test
  void refusesWhatDoesNotFit() {
    operands(0, false, false, DType.INT8)
        .invalid(
            "y = QGemm(a, as, az, b, bs, bz, c, ys)",
            "'y_scale' and 'y_zero_point' are expected both, or neither for a float result");
    operands(0, false, false, DType.INT8)
        .constant("d", Tensor.scalar(1))
        .invalid(
            "y = QGemm(a, as, az, b, bs, bz, d, ys, yz)", "operand 'C' is f32[], expected int32");
    operands(0, false, false, DType.INT8)
        .constant("d", bias(new Random(1), 2, 4, 5))
        .invalid(
            "y = QGemm(a, as, az, b, bs, bz, d, ys, yz)",
            "operand 'C' is i32[2,4,5], which does not broadcast to [4,5]");
  }
}
