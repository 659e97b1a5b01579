package dev.coppice.compiler.pass.integer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.driver.Pipelines;
import dev.coppice.compiler.driver.data.TestDataSet;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.OnnxImporter;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.pass.PassContext;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.OnnxModels;
import dev.coppice.compiler.testing.RuntimeOracle;
import dev.coppice.compiler.testing.Shared;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whole quantized models, with quantizers or with quantized operators. */
final class QuantizedModelsTest {
  /** The reference outputs are exact integer arithmetic. */
  @Test
  void shuffleNetIsBitExact() {
    Optional<Path> shared = Shared.folder();
    assumeTrue(shared.isPresent(), "skipped: no folder with shared models");
    Path folder = shared.get().resolve("models").resolve("imagenet-shufflenetv2-int8");
    ModelProto model = OnnxFile.load(folder.resolve("model.onnx"), ImportLimits.defaults());
    Graph graph = OnnxImporter.importModel(model, ImportOptions.of("m.onnx"), new DiagnosticSink());
    Graph small = Pipelines.streamline().run(graph, new PassContext(new DiagnosticSink()));
    CompiledPlan compiled =
        CompiledPlan.of(
            KernelPlanner.plan(small, Emitters.all().get(0).target()), Emitters.all().get(0));
    for (int i = 0; i < 3; i++) {
      for (TestDataSet set : TestDataSet.read(folder.resolve("test_data_set_" + i))) {
        assertEquals(set.outputs(), compiled.run(set.inputs()), set.name());
      }
    }
  }

  /** Convolution, activation, residual, pooling and product between quantizers. */
  @Test
  void quantizersAroundEveryLayer() {
    for (int seed = 0; seed < 4; seed++) {
      Random r = new Random(seed);
      boolean perChannel = seed % 2 == 0;
      OnnxModels g = OnnxModels.graph().input("x", DType.FLOAT32, 1, 3, 8, 8);
      g.initializer("z", Tensor.splatLong(TensorType.of(DType.UINT8), 120 + seed));
      g.initializer("z0", Tensor.splatLong(TensorType.of(DType.UINT8), 0));
      for (String s : List.of("xs", "cs", "as", "ps", "ys")) {
        g.initializer(s, Tensor.scalar(.01f + .02f * r.nextFloat()));
      }
      weights(g, r, "w", perChannel, 6, 3, 3, 3);
      weights(g, r, "v", false, 6, 5);
      g.initializer("b", Tensor.fromDoubles(TensorType.of(DType.FLOAT32, 6), i -> .1 * i));
      pair(g, "x", "xs", "z");
      g.node("c = Conv(xd, wd, b)", OnnxModels.attribute("pads", new int[] {1, 1, 1, 1}));
      g.node("cr = Relu(c)");
      pair(g, "cr", "cs", "z0");
      g.node("a = Add(crd, crd)");
      pair(g, "a", "as", "z0");
      g.node(
          "m = MaxPool(ad)",
          OnnxModels.attribute("kernel_shape", new int[] {2, 2}),
          OnnxModels.attribute("strides", new int[] {2, 2}));
      pair(g, "m", "as", "z0");
      g.node("p = GlobalAveragePool(md)");
      pair(g, "p", "ps", "z");
      g.node("f = Flatten(pd)").node("y = MatMul(f, vd)");
      pair(g, "y", "ys", "z");
      g.output("yd");
      Tensor x =
          Tensor.fromDoubles(TensorType.of(DType.FLOAT32, 1, 3, 8, 8), i -> r.nextGaussian());
      // One step of the last quantizer.
      RuntimeOracle.assertAgrees(RuntimeOracle.model(g), List.of(x), .0301, 0);
    }
  }

  private static void pair(OnnxModels g, String x, String scale, String zero) {
    g.node("%sq = QuantizeLinear(%s, %s, %s)".formatted(x, x, scale, zero));
    g.node("%sd = DequantizeLinear(%sq, %s, %s)".formatted(x, x, scale, zero));
  }

  private static void weights(OnnxModels g, Random r, String w, boolean perChannel, int... dims) {
    TensorType type = TensorType.of(DType.INT8, dims);
    int n = perChannel ? dims[0] : 1;
    Shape shape = perChannel ? Shape.of(n) : Shape.SCALAR;
    g.initializer(w + "q", Tensor.fromLongs(type, i -> r.nextInt(127) - 63));
    g.initializer(
        w + "s",
        Tensor.fromDoubles(new TensorType(DType.FLOAT32, shape), i -> .005 + .01 * r.nextFloat()));
    g.initializer(w + "z", Tensor.splatLong(new TensorType(DType.INT8, shape), 0));
    g.node(
        "%sd = DequantizeLinear(%sq, %ss, %sz)".formatted(w, w, w, w),
        OnnxModels.attribute("axis", 0));
  }
}
