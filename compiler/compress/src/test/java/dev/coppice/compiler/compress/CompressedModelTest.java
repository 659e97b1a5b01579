package dev.coppice.compiler.compress;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.OnnxImporter;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import dev.coppice.compiler.testing.Shared;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** ONNX Runtime accepts compressed models and computes what the reference interpreter does. */
class CompressedModelTest {
  private static final String PRUNED_INT8 =
      """
      steps:
        - {method: prune, amount: 0.6, scope: global}
        - {method: quantize}
      """;

  @Test
  void prunedBytesRunInNewOpsets() throws OrtException {
    assertAgree(compress(everyLayer(13)));
    assertAgree(compress(everyLayer(17)));
  }

  @Test
  void prunedBytesRunInOldOpsets() throws OrtException {
    for (int opset : new int[] {9, 11, 12}) {
      assertAgree(compress(everyLayer(opset)));
    }
  }

  @Test
  void realModelsRun() throws OrtException {
    Optional<Path> shared = Shared.folder();
    assumeTrue(shared.isPresent(), "skipped: no folder with shared models");
    for (String name : List.of("mnist-8", "mlperf-tiny-kws01-dscnn", "mlperf-tiny-ic01-resnet8")) {
      ModelProto model =
          OnnxFile.load(
              onnx(shared.get().resolve("models").resolve(name)), ImportLimits.defaults());
      ModelProto small = compress(model);
      assertTrue(small.getSerializedSize() < model.getSerializedSize() * 0.6, name);
      assertAgree(small);
    }
  }

  private static Path onnx(Path folder) {
    String[] files = folder.toFile().list((dir, file) -> file.endsWith(".onnx"));
    assertEquals(1, files.length, folder.toString());
    return folder.resolve(files[0]);
  }

  private static ModelProto compress(ModelProto model) {
    DiagnosticSink sink = new DiagnosticSink();
    Recipe recipe = RecipeReader.parse(PRUNED_INT8, "r.yaml", sink).orElseThrow();
    return Compressor.compress(model, "m.onnx", recipe, sink).model();
  }

  private static void assertAgree(ModelProto model) throws OrtException {
    Graph graph = OnnxImporter.importModel(model, ImportOptions.of("m.onnx"), new DiagnosticSink());
    Tensor x = SeededInputs.of(graph, 7).get(0);
    Tensor expected = new ReferenceInterpreter(graph).run(List.of(x)).get(0);
    OrtEnvironment env = OrtEnvironment.getEnvironment();
    long[] dims = Arrays.stream(x.shape().dims()).asLongStream().toArray();
    try (OrtSession session =
            env.createSession(model.toByteArray(), new OrtSession.SessionOptions());
        OnnxTensor input = OnnxTensor.createTensor(env, FloatBuffer.wrap(x.toFloats()), dims);
        OrtSession.Result result = session.run(Map.of(graph.inputs().get(0).name(), input))) {
      FloatBuffer actual = ((OnnxTensor) result.get(0)).getFloatBuffer();
      assertEquals(expected.size(), actual.remaining());
      for (int i = 0; i < expected.size(); i++) {
        float e = expected.floatAt(i);
        assertEquals(e, actual.get(i), 1e-4f + 1e-3f * Math.abs(e));
      }
    }
  }

  /** Convolutions in groups and strides, matrix products both ways, a shared constant. */
  private static ModelProto everyLayer(int opset) {
    OnnxModels g = OnnxModels.graph().input("x", DType.FLOAT32, 1, 4, 6, 6);
    g.initializer("w1", random(1, 8, 2, 3, 3)).initializer("b1", random(2, 8));
    g.initializer("w2", random(3, 5, 8, 2, 2)).initializer("w3", random(4, 5, 10));
    g.initializer("left", random(5, 8, 8)).initializer("square", random(6, 10, 10));
    g.initializer("bias", random(7, 10));
    g.initializer("s2", Tensor.ofLongs(Shape.of(2), 8, 16));
    g.initializer("s4", Tensor.ofLongs(Shape.of(4), 1, 8, 4, 4));
    g.node("conv", "c = Conv(x, w1, b1)", attribute("group", 2)).node("relu", "r = Relu(c)");
    g.node("r2", "r2 = Reshape(r, s2)").node("t", "lt = Transpose(left)");
    g.node("left", "l = MatMul(lt, r2)").node("r4", "r4 = Reshape(l, s4)");
    g.node("up", "u = Conv(r4, w2)", attribute("strides", new int[] {2, 2}));
    g.node("pool", "p = GlobalAveragePool(u)").node("flat", "f = Flatten(p)");
    g.node("fc1", "g = Gemm(f, w3, bias)");
    g.node("fc2", "h = Gemm(g, square, bias)", attribute("transB", 1));
    g.node("fc3", "y = MatMul(h, square)").output("y", DType.FLOAT32, 1, 10);
    return g.model(opset);
  }

  private static Tensor random(long seed, int... dims) {
    Random random = new Random(seed);
    float[] values = new float[Shape.of(dims).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 0.5f;
    }
    return Tensor.ofFloats(Shape.of(dims), values);
  }
}
