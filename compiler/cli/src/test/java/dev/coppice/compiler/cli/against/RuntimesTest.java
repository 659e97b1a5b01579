package dev.coppice.compiler.cli.against;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RuntimesTest {
  private static Workload workload(OnnxModels graph, Map<String, Tensor> x, Map<String, String> b) {
    List<Port> ports =
        x.entrySet().stream()
            .map(e -> new Port(e.getKey(), e.getValue().dtype(), e.getValue().shape()))
            .toList();
    ModelSource model = ModelSource.bytes("m.onnx", graph.model(17).toByteArray());
    return new Workload(model, ports, List.copyOf(x.values()), b, 1);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64", "FLOAT16", "INT8", "UINT8", "INT16", "INT32", "INT64", "BOOL"})
  void valuesOfEveryTypeComeBack(DType dtype) {
    Tensor x = Tensor.fromLongs(TensorType.of(dtype, 2, 3), i -> i % 2);
    OnnxModels graph =
        OnnxModels.graph().input("x", dtype, 2, 3).output("y", dtype, 2, 3).node("y = Identity(x)");
    try (Peer peer =
        Runtimes.open(Runtimes.ONNXRUNTIME, workload(graph, Map.of("x", x), Map.of()))) {
      peer.run();
      Port y = new Port("y", dtype, Shape.of(2, 3));
      assertEquals(Map.of("y", x), peer.outputs(List.of(y)));
      assertTrue(peer.version().matches("\\d+\\.\\d+.*"), peer.version());
    }
  }

  @Test
  void boundInputsAreGiven() {
    OnnxModels graph =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 2)
            .input("b", DType.FLOAT32, "n")
            .output("y", DType.FLOAT32, 2)
            .node("y = Add(x, b)");
    Map<String, Tensor> x = Map.of("x", Tensor.ofFloats(Shape.of(2), 1, 2));
    Port y = new Port("y", DType.FLOAT32, Shape.of(2));
    try (Peer peer =
        Runtimes.open(Runtimes.ONNXRUNTIME, workload(graph, x, Map.of("b", "10, 20")))) {
      assertEquals(Map.of("y", Tensor.ofFloats(Shape.of(2), 11, 22)), peer.outputs(List.of(y)));
    }
    String message =
        assertThrows(
                UnsupportedOperationException.class,
                () -> Runtimes.open(Runtimes.ONNXRUNTIME, workload(graph, x, Map.of())))
            .getMessage();
    assertTrue(message.contains("input b "), message);
  }

  @Test
  void refusalsSayWhy() {
    OnnxModels graph =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 2)
            .output("y", DType.FLOAT32, 2)
            .node("y = Frobnicate(x)");
    Workload workload = workload(graph, Map.of("x", Tensor.ofFloats(Shape.of(2), 1, 2)), Map.of());
    String message =
        assertThrows(
                UnsupportedOperationException.class,
                () -> Runtimes.open(Runtimes.ONNXRUNTIME, workload))
            .getMessage();
    assertTrue(message.startsWith("ONNX Runtime refuses the model: "), message);
    assertTrue(message.contains("Frobnicate"), message);
    assertThrows(IllegalArgumentException.class, () -> Runtimes.open("other", workload));
  }
}
