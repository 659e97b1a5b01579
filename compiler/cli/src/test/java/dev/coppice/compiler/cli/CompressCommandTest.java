package dev.coppice.compiler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CompressCommandTest {
  private static final int MANY = 20_000;

  @TempDir Path folder;
  private Path model;
  private Path small;

  @BeforeEach
  void writeModel() {
    model = folder.resolve("fc.onnx");
    small = folder.resolve("small.onnx");
    Tensor w =
        Tensor.fromDoubles(
            TensorType.of(DType.FLOAT32, MANY / 10, 10), i -> Math.sin(i) * (1 + i % 10));
    OnnxFile.save(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, MANY / 10)
            .output("y", DType.FLOAT32, 1, 10)
            .initializer("w", w)
            .node("fc", "y = MatMul(x, w)")
            .model(17),
        model);
  }

  @Test
  void whatItWritesCompilesToFewBytes() throws IOException {
    Path recipe =
        Files.writeString(
            folder.resolve("r.yaml"), "steps: [{method: prune, amount: 0.8}, {method: quantize}]");
    Execution e = Execution.of("compress", model, "--recipe", recipe, "--out", small);
    assertEquals("", e.err());
    assertEquals(0, e.exitCode());
    List<String> lines = e.out().lines().toList();
    assertTrue(
        lines.get(1).startsWith("w            20000   80.00%   int8       80000        6540"));
    Execution compiled = Execution.of("compile", small, "--class", "a.Fc", "--out", folder);
    assertEquals(0, compiled.exitCode(), compiled.err());
    assertTrue(Files.size(folder.resolve("a/Fc.weights")) < 80_000 / 10);
  }

  @Test
  void tellsWhatIsWrongWithTheRecipe() throws IOException {
    Path recipe = Files.writeString(folder.resolve("r.yaml"), "steps:\n- {method: qantize}\n");
    Execution e = Execution.of("compress", model, "--recipe", recipe, "--out", small);
    assertEquals(2, e.exitCode());
    assertEquals(
        "[RecipeInvalid] "
            + recipe
            + ":2: key 'method' is 'qantize', expected prune or quantize (did you mean"
            + " 'quantize'?). See the example in 'coppice compress --help' for what a step takes.",
        e.err().strip());
    assertFalse(Files.exists(small));
  }

  @Test
  void whereNothingCanBeWrittenItIsSaid() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    Execution e = Execution.of("compile", model, "--class", "a.Fc", "--out", file);
    assertEquals(2, e.exitCode());
    assertTrue(e.err().startsWith("[OutputFailed] the output cannot be written: "), e.err());
  }
}
