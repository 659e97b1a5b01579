package dev.coppice.compiler.compress;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Curve;
import dev.coppice.compiler.compress.recipe.Decision;
import dev.coppice.compiler.compress.recipe.ExampleSource;
import dev.coppice.compiler.compress.recipe.Recipe;
import dev.coppice.compiler.compress.recipe.Sensitivity;
import dev.coppice.compiler.compress.recipe.Settings;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
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
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The models between the steps of a run, in a folder: a run that was interrupted goes on behind the
 * last step that was finished. A checkpoint is found by all that it depends on: the model, the
 * settings, the state of the data files, the text of the steps, and the compiler's version.
 */
public final class Checkpoints {
  private static final String SEPARATOR = "\t";
  private static final String DECISION = "decision";
  private static final String CURVE = "curve";

  private final Path folder;

  /** Checkpoints in {@code folder}, which is made when the first one is written. */
  public Checkpoints(Path folder) {
    this.folder = folder;
  }

  /**
   * What a step left.
   *
   * @param graph the model after it
   * @param decisions what it decided
   * @param sensitivities what changes to single layers cost
   * @param curves what it measured before it decided
   */
  public record Checkpoint(
      OnnxGraph graph,
      List<Decision> decisions,
      List<Sensitivity> sensitivities,
      List<Curve> curves) {
    public Checkpoint {
      decisions = List.copyOf(decisions);
      sensitivities = List.copyOf(sensitivities);
      curves = List.copyOf(curves);
    }
  }

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
      List<Decision> decisions = new ArrayList<>();
      List<Sensitivity> sensitivities = new ArrayList<>();
      List<Curve> curves = new ArrayList<>();
      for (String line : Files.readAllLines(log)) {
        String[] parts = line.split(SEPARATOR, -1);
        if (parts[0].equals(DECISION)) {
          decisions.add(new Decision(parts[1], parts[2], parts[3]));
        } else if (parts[0].equals(CURVE)) {
          curves.add(curve(parts));
        } else {
          sensitivities.add(
              new Sensitivity(parts[1], parts[2], parts[3], Double.parseDouble(parts[4])));
        }
      }
      OnnxGraph graph = OnnxGraph.of(OnnxFile.load(model, ImportLimits.defaults()), options);
      return Optional.of(new Checkpoint(graph, decisions, sensitivities, curves));
    } catch (IOException | ArrayIndexOutOfBoundsException | NumberFormatException e) {
      // A damaged log means that the step is done again.
      return Optional.empty();
    }
  }

  /** Writes a checkpoint; the log comes last, so that it is there only if the model is. */
  void write(String key, Checkpoint checkpoint) {
    OnnxFile.save(checkpoint.graph().toProto(), folder.resolve(key + ".onnx"));
    StringBuilder text = new StringBuilder();
    for (Decision d : checkpoint.decisions()) {
      text.append(line(DECISION, d.layer(), d.what(), d.why()));
    }
    for (Sensitivity s : checkpoint.sensitivities()) {
      text.append(line("sensitivity", s.layer(), s.amount(), s.metric(), String.valueOf(s.drop())));
    }
    for (Curve c : checkpoint.curves()) {
      List<String> fields = new ArrayList<>(List.of(CURVE, c.layer(), c.amount(), c.measure()));
      c.points().forEach(p -> fields.addAll(List.of(p.amount() + "", p.value() + "")));
      text.append(line(fields.toArray(String[]::new)));
    }
    Path part = folder.resolve(key + ".part");
    try {
      Files.writeString(part, text);
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
        String.valueOf(e.getMessage()));
  }

  private static Curve curve(String[] parts) {
    List<Curve.Point> points = new ArrayList<>();
    for (int i = 4; i < parts.length; i += 2) {
      points.add(new Curve.Point(Double.parseDouble(parts[i]), Double.parseDouble(parts[i + 1])));
    }
    return new Curve(parts[1], parts[2], parts[3], points);
  }

  private static String line(String... fields) {
    return Arrays.stream(fields).map(Checkpoints::plain).collect(Collectors.joining(SEPARATOR))
        + "\n";
  }

  private static String plain(String text) {
    return text.replace('\t', ' ').replace('\n', ' ').replace('\r', ' ');
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
