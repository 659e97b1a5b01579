package dev.coppice.compiler.compress;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.ExampleSource;
import dev.coppice.compiler.compress.recipe.Findings;
import dev.coppice.compiler.compress.recipe.Recipe;
import dev.coppice.compiler.compress.recipe.Settings;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.FileProblem;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.CompilerVersion;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.ModelHash;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The models between the steps of a run, in a folder: a run that was interrupted goes on behind the
 * last step that was finished. A checkpoint is found by all that it depends on: the model, the
 * settings, the state of the data files, the text of the steps, and the compiler's version.
 */
public final class Checkpoints {
  private final Path folder;

  /** Checkpoints in {@code folder}, which is made when the first one is written. */
  public Checkpoints(Path folder) {
    this.folder = folder;
  }

  /**
   * What a step left.
   *
   * @param graph the model after it
   * @param findings what it had to tell
   */
  public record Checkpoint(OnnxGraph graph, Findings findings) {}

  /** The names of the checkpoints behind each step of {@code recipe}. */
  static List<String> keys(OnnxGraph original, Recipe recipe) {
    Settings settings = recipe.settings();
    StringBuilder text =
        new StringBuilder()
            .append(CompilerVersion.get())
            .append(ModelHash.of(original.toProto()))
            .append(original.options().dims())
            .append(settings.seed())
            .append(settings.backend())
            .append(settings.metric())
            .append(settings.limits())
            .append(settings.calibration().map(ExampleSource::fingerprint))
            .append(settings.selection().map(ExampleSource::fingerprint))
            .append(settings.evaluation().map(ExampleSource::fingerprint));
    List<String> keys = new ArrayList<>();
    for (Recipe.Stage stage : recipe.steps()) {
      text.append('\n').append(stage.text());
      keys.add(hash(text.toString()));
    }
    return keys;
  }

  /** The checkpoint called {@code key}, if it is there whole. */
  Optional<Checkpoint> read(String key, ImportOptions options) {
    Path model = folder.resolve(key + ".onnx");
    Path log = folder.resolve(key + ".log");
    if (!Files.exists(model) || !Files.exists(log)) {
      return Optional.empty();
    }
    try {
      // A damaged log means that the step is done again.
      return FindingsText.read(Files.readAllLines(log))
          .map(
              f ->
                  new Checkpoint(
                      OnnxGraph.of(OnnxFile.load(model, ImportLimits.defaults()), options), f));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Writes a checkpoint; the log comes last, so that it is there only if the model is. */
  void write(String key, Checkpoint checkpoint) {
    OnnxFile.save(checkpoint.graph().toProto(), folder.resolve(key + ".onnx"));
    Path part = folder.resolve(key + ".part");
    try {
      Files.writeString(part, FindingsText.of(checkpoint.findings()));
      Files.move(part, folder.resolve(key + ".log"), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Removes everything. */
  void clear() {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private CompileException failed(IOException e) {
    return new CompileException(
        DiagnosticCode.OUTPUT_FAILED,
        SourceRef.NONE,
        "the folder of checkpoints " + folder,
        FileProblem.of(e));
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
