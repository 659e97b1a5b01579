package dev.coppice.compiler.onnx;

import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import dev.coppice.compiler.testing.RuntimeOracle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Operators of com.microsoft give what ONNX Runtime gives, on seeded operands. */
final class MicrosoftOperatorsTest {
  private static final int SEEDS = 3;

  private final List<Tensor> operands = new ArrayList<>();
  private final OnnxModels graph = OnnxModels.graph();

  /** A float input. */
  private static Tensor floats(Random r, int... dims) {
    return Tensor.fromDoubles(TensorType.of(DType.FLOAT32, dims), i -> 2 * r.nextGaussian());
  }

  private static Tensor bytes(Random r, DType dtype, int... dims) {
    return Tensor.fromLongs(
        TensorType.of(dtype, dims), i -> r.nextInt(128) - (dtype == DType.INT8 ? 64 : 0));
  }

  private MicrosoftOperatorsTest input(String name, Tensor data) {
    Object[] dims = Arrays.stream(data.shape().dims()).boxed().toArray();
    graph.input(name, data.dtype(), dims);
    operands.add(data);
    return this;
  }

  private MicrosoftOperatorsTest constant(String name, Tensor data) {
    graph.initializer(name, data);
    return this;
  }

  private void agrees(String call, int steps, AttributeProto... attributes) {
    graph.node(call, attributes).output("y");
    String operator = call.substring(call.indexOf('=') + 1, call.indexOf('(')).strip();
    RuntimeOracle.assertAgrees(RuntimeOracle.model(graph, operator), operands, 2e-5, steps);
  }

  private static MicrosoftOperatorsTest given() {
    return new MicrosoftOperatorsTest();
  }

  @Test
  void gelus() {
    for (String operator : List.of("Gelu", "FastGelu", "QuickGelu")) {
      given().input("x", floats(new Random(1), 2, 3, 8)).agrees("y = " + operator + "(x)", 0);
    }
    for (String operator : List.of("BiasGelu", "FastGelu")) {
      given()
          .input("x", floats(new Random(1), 2, 3, 8))
          .constant("b", floats(new Random(2), 8))
          .agrees("y = " + operator + "(x, b)", 0);
    }
    given()
        .input("x", floats(new Random(1), 2, 8))
        .agrees("y = QuickGelu(x)", 0, OnnxModels.attribute("alpha", 1f));
  }

  @Test
  void skipNormalizations() {
    for (String call :
        List.of(
            "y = SkipLayerNormalization(x, s, g)",
            "y = SkipLayerNormalization(x, s, g, b)",
            "y = SkipLayerNormalization(x, s, g, b, c)",
            "y, , , z = SkipLayerNormalization(x, s, g, b, c)",
            "y = SkipSimplifiedLayerNormalization(x, s, g)",
            "y, , , z = SkipSimplifiedLayerNormalization(x, s, g, c)")) {
      Random r = new Random(3);
      MicrosoftOperatorsTest t =
          given().input("x", floats(r, 2, 3, 8)).input("s", floats(r, 2, 3, 8));
      t.constant("g", floats(r, 8)).constant("b", floats(r, 8)).constant("c", floats(r, 8));
      t.agrees(call, 0, OnnxModels.attribute("epsilon", .001f));
    }
  }

  @Test
  void fusedProducts() {
    for (int bits = 0; bits < 4; bits++) {
      Random r = new Random(bits);
      boolean left = (bits & 1) != 0;
      boolean right = (bits & 2) != 0;
      given()
          .input("a", left ? floats(r, 2, 5, 3) : floats(r, 2, 3, 5))
          .input("b", right ? floats(r, 4, 5) : floats(r, 5, 4))
          .agrees(
              "y = FusedMatMul(a, b)",
              0,
              OnnxModels.attribute("transA", left ? 1 : 0),
              OnnxModels.attribute("transB", right ? 1 : 0),
              OnnxModels.attribute("alpha", .5f));
    }
  }

  @Test
  void integerProductsToFloat() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random r = new Random(seed);
      given()
          .input("a", bytes(r, DType.UINT8, 3, 9))
          .constant("b", bytes(r, DType.INT8, 9, 4))
          .constant("as", Tensor.scalar(.02f))
          .constant("bs", seed == 0 ? floats(r, 4) : Tensor.scalar(.03f))
          .constant("az", bytes(r, DType.UINT8))
          .constant("bz", seed == 0 ? bytes(r, DType.INT8, 4) : bytes(r, DType.INT8))
          .constant("c", floats(r, 4))
          .agrees("y = MatMulIntegerToFloat(a, b, as, bs, az, bz, c)", 0);
    }
  }

  @Test
  void quantizedFunctions() {
    for (String operator : List.of("QLinearSigmoid", "QLinearLeakyRelu")) {
      for (DType dtype : List.of(DType.UINT8, DType.INT8)) {
        Random r = new Random(5);
        given()
            .input("x", bytes(r, dtype, 3, 40))
            .constant("xs", Tensor.scalar(.07f))
            .constant("xz", bytes(r, dtype))
            .constant("ys", Tensor.scalar(.011f))
            .constant("yz", bytes(r, dtype))
            .agrees("y = " + operator + "(x, xs, xz, ys, yz)", 0);
      }
    }
  }

  @Test
  void quantizedMeans() {
    Random r = new Random(6);
    given()
        .input("x", bytes(r, DType.UINT8, 2, 3, 5, 4))
        .constant("xs", Tensor.scalar(.07f))
        .constant("xz", bytes(r, DType.UINT8))
        .constant("ys", Tensor.scalar(.03f))
        .constant("yz", bytes(r, DType.UINT8))
        .agrees("y = QLinearGlobalAveragePool(x, xs, xz, ys, yz)", 0);
  }

  @Test
  void quantizedConcatenations() {
    Random r = new Random(7);
    given()
        .input("a", bytes(r, DType.UINT8, 2, 3, 4))
        .input("b", bytes(r, DType.UINT8, 2, 5, 4))
        .constant("ys", Tensor.scalar(.05f))
        .constant("yz", bytes(r, DType.UINT8))
        .constant("as", Tensor.scalar(.05f))
        .constant("az", bytes(r, DType.UINT8))
        .constant("bs", Tensor.scalar(.02f))
        .constant("bz", bytes(r, DType.UINT8))
        .agrees(
            "y = QLinearConcat(ys, yz, a, as, az, b, bs, bz)", 0, OnnxModels.attribute("axis", 1));
  }

  @Test
  void quantizers() {
    Random r = new Random(8);
    given()
        .input("x", floats(r, 3, 4))
        .constant("s", Tensor.scalar(.03f))
        .constant("z", bytes(r, DType.INT8))
        .agrees("y = QuantizeLinear(x, s, z)", 0);
    given()
        .input("x", bytes(r, DType.UINT8, 3, 4))
        .constant("s", Tensor.scalar(.03f))
        .constant("z", bytes(r, DType.UINT8))
        .agrees("y = DequantizeLinear(x, s, z)", 0);
  }
}
