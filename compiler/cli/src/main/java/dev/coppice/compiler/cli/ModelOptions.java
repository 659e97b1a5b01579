package dev.coppice.compiler.cli;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.CompileRequest;
import dev.coppice.compiler.driver.CompileResult;
import dev.coppice.compiler.driver.DimensionSizes;
import dev.coppice.compiler.driver.ModelCompiler;
import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.driver.choice.Planning;
import dev.coppice.compiler.driver.load.LoadedModel;
import dev.coppice.compiler.emit.Emitters;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which model, and what is fixed about it: the options that all commands on a model share. */
final class ModelOptions {
  private static final String CLASS_NAME = "coppice.memory.Model";

  @Parameters(paramLabel = "MODEL", description = "The ONNX file.")
  private Path model;

  @Option(
      names = "--dim",
      paramLabel = "NAME=SIZE[,SIZE...]",
      description =
          "Size of a symbolic dimension, by its name, or by its place: INPUT:AXIS, or *:AXIS for"
              + " every input; may be repeated. A leading batch dimension is 1. With several sizes"
              + " 'compile' makes one class for all of them, which chooses by the lengths of the"
              + " arrays passed.")
  private Map<String, String> dims = new LinkedHashMap<>();

  @Option(
      names = "--bind",
      paramLabel = "INPUT=VALUE",
      description = "Value of an input that becomes a constant, such as sr=16000; may be repeated.")
  private Map<String, String> binds = new LinkedHashMap<>();

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = CompileRequest.PORTABLE,
      completionCandidates = Backends.class,
      description =
          "What kind of Java is generated: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})."
              + " vector needs a JVM with jdk.incubator.vector; auto has both and uses that where"
              + " the JVM has it and runs it fast.")
  private String backend;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Threads that share the work of a run, the calling one included; the results are the"
              + " same for any number (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--coded-weights",
      description =
          "Keep weights of few values (codebooks, few bits, mostly zeros) in memory as indices, and"
              + " decode each layer's when a run comes to it: several times less memory, longer"
              + " runs.")
  private boolean codedWeights;

  @Option(
      names = "--costs",
      paramLabel = "FILE",
      description =
          "What things cost on the machine that will run the class, as 'coppice calibrate' measured"
              + " it there; schedules are chosen by it. Without it, figures of an x86-64 core with"
              + " 512-bit vectors.")
  private @Nullable Path costs;

  @Option(
      names = "--schedules",
      paramLabel = "FILE",
      description =
          "Schedules that were the fastest when 'coppice compile --tune' measured them; they count"
              + " more than predictions.")
  private @Nullable Path schedules;

  /** The names that {@code --backend} takes. */
  static final class Backends implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Emitters.names().iterator();
    }
  }

  /** The model as the user named it. */
  Path model() {
    return model;
  }

  /** The file with schedules, if there is one. */
  Optional<Path> schedules() {
    return Optional.ofNullable(schedules);
  }

  /** A request to compile the model to {@code className}. */
  CompileRequest request(String className) {
    return request(className, Planning.read(costs, schedules));
  }

  /** The same without schedules that were measured. */
  CompileRequest predicted(String className) {
    return request(className, Planning.read(costs, null));
  }

  private CompileRequest request(String className, Planning planning) {
    return CompileRequest.of(ModelSource.file(model), className)
        .withBackend(backend)
        .withThreads(threads)
        .withCodedWeights(codedWeights)
        .binding(sizes(), binds)
        .planningBy(planning);
  }

  private Map<String, List<Integer>> sizes() {
    Map<String, List<Integer>> sizes = new LinkedHashMap<>();
    dims.forEach((name, text) -> sizes.put(name, DimensionSizes.parse("--dim " + name, text)));
    return sizes;
  }

  /** A request to compile the model to a class that is never written to a file. */
  CompileRequest request() {
    return request(CLASS_NAME);
  }

  /** Compiles the model and loads the class into this JVM. */
  Loaded load() {
    CompileRequest request = request();
    if (request.variants().size() > 1) {
      throw new CompileException(
          DiagnosticCode.OPTION_INVALID,
          SourceRef.NONE,
          "--dim gives several sizes, which only 'compile' takes; give one");
    }
    CompileResult result = ModelCompiler.compile(request);
    return new Loaded(
        result,
        LoadedModel.load(result.generated(), result.report().inputs(), result.report().outputs()));
  }

  /**
   * A model that can be run.
   *
   * @param result how it was compiled
   * @param model its classes
   */
  record Loaded(CompileResult result, LoadedModel model) {}
}
