package dev.coppice.compiler.compress;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Progress;
import dev.coppice.compiler.compress.recipe.Recipe;
import dev.coppice.compiler.compress.recipe.RecipeReader;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compression from file to file. */
public final class CompressedFile {
  private CompressedFile() {}

  /**
   * Writes {@code model} compressed by {@code recipe} to {@code out}, at once when it is complete.
   *
   * @param sink receives what the user may want to know
   * @return what was done, a line a decision
   * @throws CompileException with every problem of the recipe, or of the files
   */
  public static List<String> write(Path model, Path recipe, Path out, DiagnosticSink sink) {
    if (isSame(model, out) || isSame(recipe, out)) {
      throw new CompileException(
          DiagnosticCode.OPTION_INVALID,
          SourceRef.file(out.toString()),
          "the result would replace the file it is made from; give another name");
    }
    Optional<Recipe> steps = RecipeReader.read(recipe, Methods.ALL, sink);
    sink.throwIfErrors();
    OnnxGraph original =
        OnnxGraph.of(
            OnnxFile.load(model, ImportLimits.defaults()), ImportOptions.of(model.toString()));
    Compressor.Result result =
        Compressor.compress(original, steps.orElseThrow(), sink, Progress.NONE);
    OnnxFile.save(result.compressed().toProto(), out);
    List<String> lines = new ArrayList<>();
    for (Compressor.StepResult step : result.steps()) {
      lines.add(step.method());
      step.decisions().forEach(d -> lines.add("  " + d.text()));
    }
    return lines;
  }

  private static boolean isSame(Path a, Path b) {
    if (a.toAbsolutePath().normalize().equals(b.toAbsolutePath().normalize())) {
      return true;
    }
    try {
      return Files.exists(a) && Files.exists(b) && Files.isSameFile(a, b);
    } catch (IOException e) {
      // What cannot be compared cannot be written to either, which is told then.
      return false;
    }
  }
}
