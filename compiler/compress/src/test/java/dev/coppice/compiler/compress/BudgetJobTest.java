package dev.coppice.compiler.compress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.CompiledModel;
import dev.coppice.compiler.compress.evaluate.Metric;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Progress;
import dev.coppice.compiler.compress.testing.TinyModel;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BudgetJobTest {
  @TempDir Path folder;

  @Test
  void theRecipeThatIsFoundGivesTheSameFile() throws IOException {
    Path model = folder.resolve("tiny.onnx");
    OnnxFile.save(TinyModel.model(), model);
    Path base = Files.createDirectories(folder.resolve("data")).resolve("base.yaml");
    writeData(base.resolveSibling("x.csv"));
    Files.writeString(
        base,
        """
        data:
          calibration: {inputs: x.csv, label-column: last, samples: 0..40}
          selection: {inputs: x.csv, label-column: last, samples: 40..80}
          evaluation: {inputs: x.csv, label-column: last, samples: 80..120}
        """);
    Path out = folder.resolve("out/small.onnx");
    BudgetJob.Outcome outcome =
        new BudgetJob(
                new CompressionJob(model, base, out, Map.of(), false, false),
                "weights<=500, drop<=60",
                Optional.empty())
            .run(new DiagnosticSink(), Progress.NONE);
    assertTrue(outcome.compression().after().weightBytes() <= 500);
    assertTrue(outcome.text().stream().anyMatch(l -> l.contains("* {method: merge}")));
    Path again = folder.resolve("again.onnx");
    new CompressionJob(model, folder.resolve("out/small.yaml"), again, Map.of(), false, false)
        .run(new DiagnosticSink(), Progress.NONE);
    assertArrayEquals(Files.readAllBytes(out), Files.readAllBytes(again));
  }

  /** Rows of eight numbers and the class that the model gives them. */
  private static void writeData(Path file) throws IOException {
    OnnxGraph graph = TinyModel.graph();
    CompiledModel compiled = CompiledModel.of(graph, List.of(), "portable");
    Random random = new Random(3);
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 120; i++) {
      float[] x = new float[8];
      for (int j = 0; j < x.length; j++) {
        x[j] = (float) random.nextGaussian();
        rows.append(x[j]).append(',');
      }
      Tensor input = Tensor.ofFloats(Shape.of(1, 8), x);
      rows.append(Metric.argmax(compiled.outputs(List.of(input)).get(0))).append('\n');
    }
    Files.writeString(file, rows);
  }
}
