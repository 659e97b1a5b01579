package dev.coppice.compiler.compress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.recipe.Progress;
import dev.coppice.compiler.compress.testing.TinyModel;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompressionJobTest {
  @TempDir Path folder;
  private Path model;
  private Path out;

  @BeforeEach
  void writeModel() {
    model = folder.resolve("tiny.onnx");
    out = folder.resolve("out/small.onnx");
    OnnxFile.save(TinyModel.model(), model);
  }

  private CompressionJob.Outcome run(String recipe, Path to) throws IOException {
    Path file = Files.writeString(folder.resolve("r.yaml"), recipe);
    return new CompressionJob(model, file, to, Map.of(), false, false)
        .run(new DiagnosticSink(), Progress.NONE);
  }

  @Test
  void writesTheSameFileEachTimeAndLeavesNothingElse() throws IOException {
    String recipe = "steps: [{method: prune-weights, amount: 0.5}]";
    CompressionJob.Outcome outcome = run(recipe, out);
    byte[] first = Files.readAllBytes(out);
    run(recipe, out);
    assertArrayEquals(first, Files.readAllBytes(out));
    try (var files = Files.list(out.getParent())) {
      assertEquals(1, files.count());
    }
    assertTrue(outcome.after().weightBytes() < outcome.before().weightBytes());
    assertTrue(
        outcome.summary().stream().anyMatch(l -> l.startsWith("weight bytes")),
        outcome.summary().toString());
    assertEquals(Map.of(), outcome.after().latencyMicros());
  }

  /** Of the original and the result, also where the summary shall not. */
  @Test
  void aLimitOfTimeIsChecked() {
    CompileException e =
        assertThrows(
            CompileException.class,
            () -> run("limits: {max-latency: 0us}\nsteps: [{method: merge}]", out));
    assertTrue(e.getMessage().contains("latency: "), e.getMessage());
  }

  @Test
  void whatExceedsALimitIsNotWrittenButItsStepsAreKept() {
    CompileException e =
        assertThrows(
            CompileException.class,
            () -> run("limits: {max-macs: 1}\nsteps: [{method: prune-weights, amount: 0.5}]", out));
    assertTrue(
        e.getMessage()
            .contains("exceeds the limits and is not written: operations: 192 of at most 1"),
        e.getMessage());
    assertFalse(Files.exists(out));
    assertTrue(Files.isDirectory(folder.resolve("out/.small.onnx.steps")));
  }

  @Test
  void aLimitOnAccuracyNeedsDataToJudgeBy() {
    CompileException e =
        assertThrows(
            CompileException.class,
            () ->
                run(
                    "limits: {max-accuracy-drop: 1}\nsteps: [{method: prune-weights, amount: 0.5}]",
                    out));
    assertTrue(e.getMessage().contains("needs evaluation data"), e.getMessage());
  }

  @Test
  void refusesToReplaceWhatItReads() {
    CompileException e =
        assertThrows(
            CompileException.class,
            () -> run("steps: [{method: prune-weights, amount: 0.5}]", model));
    assertTrue(e.getMessage().contains("would replace the file it is made from"), e.getMessage());
  }
}
