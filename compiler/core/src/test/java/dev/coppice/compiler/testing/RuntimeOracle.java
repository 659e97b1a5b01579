package dev.coppice.compiler.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.OnnxImporter;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.OperatorSetIdProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** ONNX Runtime, whose results those of compiled models are compared with. */
public final class RuntimeOracle {
  private RuntimeOracle() {}

  /** {@code graph} as a model of opset 17 whose other operators are those of com.microsoft. */
  public static ModelProto model(OnnxModels graph, String... microsoft) {
    List<String> names = List.of(microsoft);
    ModelProto.Builder model = graph.model(17).toBuilder();
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1));
    for (var node : model.getGraphBuilder().getNodeBuilderList()) {
      if (names.contains(node.getOpType())) {
        node.setDomain("com.microsoft");
      }
    }
    return model.build();
  }

  /**
   * Requires that {@code model} gives what ONNX Runtime gives, in every stage of its compilation.
   *
   * @param inputs values of the inputs, in order
   * @param tolerance allowed difference of floats, absolute and relative
   * @param steps allowed difference of integers
   */
  public static void assertAgrees(
      ModelProto model, List<Tensor> inputs, double tolerance, int steps) {
    Graph graph = OnnxImporter.importModel(model, ImportOptions.of("m.onnx"), new DiagnosticSink());
    List<Tensor> actual = Stages.run(graph, List.of(inputs)).get(0);
    List<Tensor> expected = run(model, inputs, actual.stream().map(Tensor::type).toList());
    for (int j = 0; j < expected.size(); j++) {
      for (int i = 0; i < expected.get(j).size(); i++) {
        double e = expected.get(j).doubleAt(i);
        boolean floats = expected.get(j).dtype().isFloat();
        assertEquals(
            e,
            actual.get(j).doubleAt(i),
            floats ? tolerance * (1 + Math.abs(e)) : steps,
            "output " + j + "[" + i + "]");
      }
    }
  }

  /** What ONNX Runtime computes; {@code types} are those of the results. */
  public static List<Tensor> run(ModelProto model, List<Tensor> inputs, List<TensorType> types) {
    OrtEnvironment env = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
    try (OrtSession session = env.createSession(model.toByteArray())) {
      for (int i = 0; i < inputs.size(); i++) {
        feeds.put(model.getGraph().getInput(i).getName(), feed(env, inputs.get(i)));
      }
      List<Tensor> results = new ArrayList<>();
      try (OrtSession.Result result = session.run(feeds)) {
        for (int j = 0; j < types.size(); j++) {
          String name = model.getGraph().getOutput(j).getName();
          OnnxTensor tensor = (OnnxTensor) result.get(name).orElseThrow();
          results.add(read(tensor.getByteBuffer().order(ByteOrder.nativeOrder()), types.get(j)));
        }
      }
      return results;
    } catch (OrtException e) {
      throw new AssertionError("ONNX Runtime refuses the model: " + e.getMessage(), e);
    } finally {
      feeds.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor feed(OrtEnvironment env, Tensor x) throws OrtException {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(x.size() * x.dtype().bytes()).order(ByteOrder.nativeOrder());
    for (int i = 0; i < x.size(); i++) {
      put(bytes, x, i);
    }
    bytes.flip();
    long[] dims = Arrays.stream(x.shape().dims()).asLongStream().toArray();
    return OnnxTensor.createTensor(env, bytes, dims, javaType(x.dtype()));
  }

  private static OnnxJavaType javaType(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> OnnxJavaType.FLOAT;
      case FLOAT64 -> OnnxJavaType.DOUBLE;
      case BOOL -> OnnxJavaType.BOOL;
      case INT8 -> OnnxJavaType.INT8;
      case UINT8 -> OnnxJavaType.UINT8;
      case INT32 -> OnnxJavaType.INT32;
      case INT64 -> OnnxJavaType.INT64;
      default -> throw new IllegalArgumentException("no inputs of type " + dtype);
    };
  }

  private static void put(ByteBuffer to, Tensor x, int i) {
    switch (x.dtype()) {
      case FLOAT32 -> to.putFloat(x.floatAt(i));
      case FLOAT64 -> to.putDouble(x.doubleAt(i));
      case INT8, UINT8, BOOL -> to.put((byte) x.longAt(i));
      case INT32 -> to.putInt((int) x.longAt(i));
      default -> to.putLong(x.longAt(i));
    }
  }

  private static Tensor read(ByteBuffer from, TensorType type) {
    return switch (type.dtype()) {
      case FLOAT32 -> Tensor.fromDoubles(type, i -> from.getFloat(4 * i));
      case FLOAT64 -> Tensor.fromDoubles(type, i -> from.getDouble(8 * i));
      case INT8 -> Tensor.fromLongs(type, from::get);
      case UINT8 -> Tensor.fromLongs(type, i -> from.get(i) & 0xff);
      case INT32 -> Tensor.fromLongs(type, i -> from.getInt(4 * i));
      case INT64 -> Tensor.fromLongs(type, i -> from.getLong(8 * i));
      default -> throw new IllegalArgumentException("no results of type " + type);
    };
  }
}
