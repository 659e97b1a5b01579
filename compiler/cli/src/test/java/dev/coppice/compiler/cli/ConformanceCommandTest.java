package dev.coppice.compiler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.onnx.wire.TensorFile;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConformanceCommandTest {
  @TempDir Path root;

  @BeforeEach
  void writeCases() throws IOException {
    write("test_relu", "Relu", 2);
    write("test_twirl", "Twirl", 0);
  }

  private void write(String name, String operator, float expected) throws IOException {
    Path set = Files.createDirectories(root.resolve("node/" + name + "/test_data_set_0"));
    OnnxFile.save(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1)
            .output("y", DType.FLOAT32, 1)
            .node("y = " + operator + "(x)")
            .model(17),
        root.resolve("node/" + name + "/model.onnx"));
    TensorFile.save(Tensor.ofFloats(Shape.of(1), 2), "x", set.resolve("input_0.pb"));
    TensorFile.save(Tensor.ofFloats(Shape.of(1), expected), "y", set.resolve("output_0.pb"));
  }

  private static String row(String... cells) {
    return String.join("\\s+", cells);
  }

  @Test
  void countsByOperator() {
    Execution e = Execution.of("conformance", root, "--jobs", 1);
    assertEquals(0, e.exitCode(), e.err());
    String[] lines = e.out().split("\\R");
    assertTrue(lines[0].matches(row("operator", "pass", "refused", "wrong", "crashed")), lines[0]);
    assertTrue(lines[1].matches(row("Relu", "1", "0", "0", "0")), lines[1]);
    assertTrue(lines[2].matches(row("Twirl", "0", "1", "0", "0")), lines[2]);
    assertTrue(lines[3].matches(row("all 2 cases", "1", "1", "0", "0")), lines[3]);
  }

  @Test
  void namesWrongCasesAndFails() throws IOException {
    write("test_relu", "Relu", 3);
    for (String backend : new String[] {"portable", "interpreter"}) {
      Execution e = Execution.of("conformance", root, "--backend", backend);
      assertEquals(1, e.exitCode());
      assertTrue(
          e.out()
              .startsWith("wrong  node/test_relu  test_data_set_0: output 'y'[0] is 2.0, expected"),
          e.out());
    }
    assertEquals(0, Execution.of("conformance", root, "--filter", "*_twirl").exitCode());
  }

  @Test
  void writesJson() throws IOException {
    Path json = root.resolve("results.json");
    assertEquals(0, Execution.of("conformance", root.resolve("node"), "--json", json).exitCode());
    String text = Files.readString(json);
    assertTrue(text.contains("\"backend\": \"portable\""), text);
    assertTrue(text.contains("\"case\": \"node/test_relu\",\n      \"result\": \"pass\""), text);
    assertTrue(text.contains("\"code\": \"UnsupportedOperator\""), text);
    assertTrue(text.contains("\"refused\": 1"), text);
  }

  @Test
  void refusesWhatItCannotRun() {
    Execution none = Execution.of("conformance", root, "--filter", "x*");
    assertEquals(2, none.exitCode());
    assertTrue(none.err().contains("none of its 2 cases matches 'x*'"), none.err());
    Execution backend = Execution.of("conformance", root, "--backend", "quick");
    assertEquals(2, backend.exitCode());
    assertTrue(
        backend.err().contains("there is no backend 'quick'; there is portable,"), backend.err());
    assertEquals(2, Execution.of("conformance", root, "--jobs", 0).exitCode());
    assertEquals(2, Execution.of("conformance", root.resolve("gone")).exitCode());
  }
}
