package dev.coppice.examples.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StartTimesTest {
  @Test
  void aRowForEachRuntimeAndJvm() throws Exception {
    byte[] chain = CompileTimes.chain(4);
    Network network =
        Network.of("chain", Network.Group.LARGE, () -> ModelSource.bytes("chain.onnx", chain));
    List<String> told = new ArrayList<>();
    String table = StartTimes.markdown(List.of(network), List.of("portable"), 1, told::add);
    assertEquals(List.of("chain"), told);
    List<String> rows = table.lines().filter(l -> l.startsWith("| chain ")).toList();
    assertEquals(4, rows.size(), table);
    assertTrue(rows.get(0).startsWith("| chain | default JVM | ONNX Runtime | "), table);
    assertTrue(rows.get(0).contains(" | 1.00 | "), table);
    assertTrue(rows.get(3).startsWith("| chain | small JVM | portable | "), table);
  }

  @Test
  void aLargeNetworkIsNotStartedWithLittleMemory() throws Exception {
    byte[] large = CompileTimes.products(10);
    Network network =
        Network.of("large", Network.Group.LARGE, () -> ModelSource.bytes("large.onnx", large));
    String table = StartTimes.markdown(List.of(network), List.of("portable"), 1, name -> {});
    assertEquals(2, table.lines().filter(l -> l.startsWith("| large ")).count(), table);
  }

  @Test
  void inputsOfOtherTypesAreRefused() {
    List<Port> inputs = List.of(new Port("n", DType.INT64, Shape.of(1)));
    assertEquals(
        "input n is i64; starts are measured of f32",
        assertThrows(
                UnsupportedOperationException.class, () -> PeerStart.arguments("m.onnx", inputs))
            .getMessage());
  }

  @Test
  void shapesOfInputsAreArguments() {
    assertEquals(
        List.of("m.onnx", "a=b=1x3x32"),
        PeerStart.arguments("m.onnx", List.of(new Port("a=b", DType.FLOAT32, Shape.of(1, 3, 32)))));
  }
}
