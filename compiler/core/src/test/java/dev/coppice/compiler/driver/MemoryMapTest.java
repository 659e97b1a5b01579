package dev.coppice.compiler.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryMapTest {
  @Test
  void buffersLieWhereAndWhenThePlanSays() {
    CompileReport report = report();
    MemoryMap map = report.memory();
    assertEquals(report.calls(), map.calls().size());
    assertEquals(
        report.arenaBytes(), map.arenas().stream().mapToLong(MemoryMap.Arena::bytes).sum());
    MemoryMap.Arena floats = map.arenas().get(0);
    assertEquals("float", floats.storage());
    // The first product is read by the second and, again, by the sum at the end.
    assertTrue(floats.lowerBoundBytes() >= 2 * 4 * 64);
    assertTrue(floats.lowerBoundBytes() <= floats.bytes());
    assertEquals(report.arenaLowerBoundBytes(), floats.lowerBoundBytes());
    for (MemoryMap.Buffer b : floats.buffers()) {
      assertTrue(b.offset() >= 0 && b.offset() + b.bytes() <= floats.bytes(), b.toString());
      assertTrue(b.firstCall() <= b.lastCall() && b.lastCall() < map.calls().size(), b.toString());
    }
    assertFalse(floats.buffers().stream().allMatch(MemoryMap.Buffer::scratch));
  }

  @Test
  void buffersOfOneTimeDoNotOverlap() {
    List<MemoryMap.Buffer> buffers = report().memory().arenas().get(0).buffers();
    for (MemoryMap.Buffer a : buffers) {
      for (MemoryMap.Buffer b : buffers) {
        boolean together = a.firstCall() <= b.lastCall() && b.firstCall() <= a.lastCall();
        boolean overlap =
            a.offset() < b.offset() + b.bytes() && b.offset() < a.offset() + a.bytes();
        assertTrue(a == b || !together || !overlap, a + " and " + b);
      }
    }
  }

  private static CompileReport report() {
    byte[] model =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 32)
            .output("y", DType.FLOAT32, 1, 64)
            .initializer("v", Tensor.splat(TensorType.of(DType.FLOAT32, 32, 64), 0.5))
            .initializer("w", Tensor.splat(TensorType.of(DType.FLOAT32, 64, 64), 0.25))
            .node("a = MatMul(x, v)")
            .node("b = MatMul(a, w)")
            .node("r = Relu(b)")
            .node("c = MatMul(r, w)")
            .node("y = Add(a, c)")
            .model(17)
            .toByteArray();
    CompileRequest request =
        CompileRequest.of(ModelSource.bytes("m.onnx", model), "M").withBackend("portable");
    return ModelCompiler.compile(request).report();
  }
}
