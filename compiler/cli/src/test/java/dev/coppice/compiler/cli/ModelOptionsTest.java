package dev.coppice.compiler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelOptionsTest {
  @TempDir Path folder;

  /** Three integers take two bits each. */
  @Test
  void codedWeightsTakeLessMemory() {
    Path model = folder.resolve("signs.onnx");
    OnnxFile.save(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 64)
            .output("y", DType.FLOAT32, 1, 64)
            .initializer(
                "w", Tensor.fromDoubles(TensorType.of(DType.FLOAT32, 64, 64), i -> i % 3 - 1))
            .node("y = MatMul(x, w)")
            .model(17),
        model);
    Execution plain = Execution.of("inspect", model, "--json");
    Execution coded = Execution.of("inspect", model, "--json", "--coded-weights");
    assertEquals(0, coded.exitCode(), coded.err());
    assertTrue(plain.out().contains("\"weightBytes\": 16384"), plain.out());
    assertTrue(coded.out().contains("\"weightBytes\": 1024"), coded.out());
  }
}
