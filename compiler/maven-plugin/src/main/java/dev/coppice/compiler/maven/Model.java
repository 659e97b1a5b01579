package dev.coppice.compiler.maven;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.CompileRequest;
import dev.coppice.compiler.driver.DimensionSizes;
import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.driver.choice.Planning;
import dev.coppice.compiler.emit.EmitOptions.WeightStorage;
import java.io.File;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** A {@code <model>} of the configuration. */
public final class Model {
  /** The ONNX file, relative to the project's folder. */
  @Parameter(required = true)
  private @Nullable File file;

  /** Fully qualified name of the generated class. */
  @Parameter(required = true)
  private @Nullable String className;

  /** What kind of Java is generated: {@code portable}, {@code vector} or {@code auto}. */
  @Parameter(defaultValue = CompileRequest.PORTABLE)
  private String backend = CompileRequest.PORTABLE;

  /** Threads that share the work of a run, the calling one included. */
  @Parameter(defaultValue = "1")
  private int threads = 1;

  /**
   * Where the weights go: {@code resource}, one binary file beside the class, or {@code source},
   * string constants.
   */
  @Parameter(defaultValue = "resource")
  private String weights = "resource";

  /**
   * Whether weights of few values stay coded in memory, and are decoded when a run comes to them.
   */
  @Parameter(defaultValue = "false")
  private boolean codedWeights;

  /** Sizes of symbolic dimensions by name. */
  @Parameter private Map<String, String> dims = new LinkedHashMap<>();

  /** Values of inputs that become constants, by input name. */
  @Parameter private Map<String, String> binds = new LinkedHashMap<>();

  /** What things cost on the machine that will run the class, as {@code calibrate} wrote it. */
  @Parameter private @Nullable File costs;

  /** The schedules that were the fastest when {@code tune} measured them. */
  @Parameter private @Nullable File schedules;

  /** Makes a model for {@code inspect}, which generates no class. */
  static Model of(File file) {
    Model model = new Model();
    model.file = file;
    model.className = "Inspected";
    return model;
  }

  /** What the user calls the generated class. */
  String className() {
    return String.valueOf(className);
  }

  /** What the user calls the file. */
  String fileName() {
    return file == null ? "model" : file.getName();
  }

  /** The file with schedules, if there is one. */
  Optional<Path> schedules() {
    return Optional.ofNullable(schedules).map(File::toPath);
  }

  /**
   * The request that this configuration means.
   *
   * @throws CompileException if it means none
   */
  CompileRequest request() {
    return request(schedules);
  }

  /**
   * The same without schedules that were measured.
   *
   * @throws CompileException if it means none
   */
  CompileRequest predicted() {
    return request(null);
  }

  private CompileRequest request(@Nullable File recorded) {
    if (file == null || className == null) {
      throw invalid("a <model> needs <file> and <className>");
    }
    Map<String, List<Integer>> sizes = new LinkedHashMap<>();
    dims.forEach(
        (name, size) ->
            sizes.put(
                name,
                DimensionSizes.parse(
                    "<dims> of " + className + ": '" + name + "'", String.valueOf(size))));
    return CompileRequest.of(ModelSource.file(file.toPath()), className)
        .withBackend(backend)
        .withThreads(threads)
        .withWeights(storage())
        .withCodedWeights(codedWeights)
        .binding(sizes, binds)
        .planningBy(
            Planning.read(
                costs == null ? null : costs.toPath(),
                recorded == null ? null : recorded.toPath()));
  }

  private WeightStorage storage() {
    for (WeightStorage s : WeightStorage.values()) {
      if (s.name().toLowerCase(Locale.ROOT).equals(weights)) {
        return s;
      }
    }
    throw invalid(
        "<weights> of " + className + " is '" + weights + "', expected resource or source");
  }

  private static CompileException invalid(String message) {
    return new CompileException(DiagnosticCode.OPTION_INVALID, SourceRef.NONE, message);
  }
}
