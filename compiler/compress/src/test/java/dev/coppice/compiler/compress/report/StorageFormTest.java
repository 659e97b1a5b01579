package dev.coppice.compiler.compress.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StorageFormTest {
  @Test
  void narrowElementsAreCountedInBits() {
    OnnxGraph graph =
        OnnxGraph.of(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 1, 3)
                .output("y", DType.FLOAT32, 1, 5)
                .initializer("q", Tensor.fromLongs(TensorType.of(DType.INT4, 3, 5), i -> i % 7))
                .initializer("s", Tensor.scalar(0.5f))
                .node("w = DequantizeLinear(q, s)")
                .node("y = MatMul(x, w)")
                .model(21),
            ImportOptions.of("m.onnx"));
    StorageForm form = StorageForm.of(graph, "w").orElseThrow();
    assertEquals("i4, one scale", form.text());
    assertEquals(Set.of("q", "s"), form.constants());
    assertEquals(8 + 4, form.bytes());
    assertTrue(StorageForm.isDecoder(graph, graph.producer("w").orElseThrow()));
    assertFalse(StorageForm.isDecoder(graph, graph.producer("y").orElseThrow()));
    assertEquals(Optional.empty(), StorageForm.of(graph, "y"));
    assertEquals(Optional.empty(), StorageForm.of(graph, "x"));
  }
}
