package dev.coppice.examples.benchmarks;

import dev.coppice.compiler.cli.against.SideBySide.Durations;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.testing.Shared;
import dev.coppice.examples.benchmarks.Networks.Folders;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures networks and writes a table, a picture and all figures. */
@Command(
    name = "benchmarks",
    description = "Measures compiled networks side by side with ONNX Runtime in one process.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:All were measured.",
      "1:Outputs of some differ from ONNX Runtime's.",
      "2:The request cannot be met."
    })
public final class Main implements Callable<Integer> {
  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "NETWORK",
      description =
          "Part of the name of a known network, or FILE[@DIMENSION=SIZE]... (default: all known).")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description = "Folder of folders with model.onnx (default: ../shared/models or beside it).")
  private @Nullable Path models;

  @Option(
      names = "--light",
      paramLabel = "DIR",
      description = "Folder of light_*.onnx of the ONNX backend tests.")
  private @Nullable Path light;

  @Option(
      names = "--minilm",
      paramLabel = "FILE",
      description = "all-minilm-l6-v2.onnx (default: where examples/embeddings puts it).")
  private Path minilm = Path.of("examples/embeddings/target/models/all-minilm-l6-v2.onnx");

  @Option(
      names = "--backends",
      split = ",",
      paramLabel = "NAME",
      defaultValue = "portable,vector",
      description =
          "Backends to measure (default: ${DEFAULT-VALUE}); vector:2 is vector on two threads.")
  private List<String> backends = new ArrayList<>();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "6",
      description =
          "Time to measure each network, after a warm-up as long (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--default-threads",
      description = "Measure ONNX Runtime also on as many threads as it takes of its own accord.")
  private boolean defaultThreads;

  @Option(
      names = "--compile-time",
      description = "Measure how long compiling takes, and nothing else.")
  private boolean compileTime;

  @Option(
      names = "--start-up",
      paramLabel = "N",
      description =
          "Measure N starts of each network in a JVM of its own, and nothing else; 0 for none"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  private int starts;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "examples/benchmarks/target/results",
      description = "Where the results go (default: ${DEFAULT-VALUE}).")
  private Path out;

  /** Runs the command. */
  public static void main(String[] args) {
    System.setProperty("java.awt.headless", "true");
    System.exit(
        execute(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
  }

  /** Runs the command and gives its exit code. */
  static int execute(PrintWriter out, PrintWriter err, String... args) {
    return new CommandLine(new Main())
        .setOut(out)
        .setErr(err)
        .setExecutionExceptionHandler(
            (e, commandLine, parsed) -> {
              if (e instanceof CompileException c) {
                c.diagnostics().forEach(d -> err.println(d.text()));
              } else if (e instanceof UnsupportedOperationException || e instanceof IOException) {
                err.println(e.getMessage());
              } else {
                e.printStackTrace(err);
              }
              return 2;
            })
        .execute(args);
  }

  @Override
  public Integer call() throws IOException {
    if (!(seconds > 0 && seconds < 1e6)) {
      throw new ParameterException(spec.commandLine(), "--seconds must be positive");
    }
    if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "the core's peak needs: java --add-modules " + VECTOR_MODULE);
    }
    List<Network> networks = networks();
    if (starts > 0) {
      return startTimes(networks);
    }
    return compileTime ? compileTimes(networks) : measure(networks);
  }

  private List<Network> networks() {
    Folders folders =
        new Folders(
            Optional.ofNullable(models).or(() -> Shared.folder().map(f -> f.resolve("models"))),
            Optional.ofNullable(light).or(() -> Shared.onnxBackend().map(f -> f.resolve("light"))),
            Optional.of(minilm));
    PrintWriter err = spec.commandLine().getErr();
    List<Network> known = Networks.in(folders, names.isEmpty() ? err::println : text -> {});
    if (names.isEmpty()) {
      return known;
    }
    List<Network> chosen = new ArrayList<>();
    for (String name : names) {
      String part = name.toLowerCase(Locale.ROOT);
      Predicate<Network> named = n -> n.name().toLowerCase(Locale.ROOT).contains(part);
      List<Network> found = known.stream().filter(named).toList();
      chosen.addAll(found.isEmpty() ? List.of(named(name)) : found);
    }
    return chosen;
  }

  private Network named(String name) {
    try {
      return Networks.named(name);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private int measure(List<Network> networks) throws IOException {
    PrintWriter progress = spec.commandLine().getErr();
    useRegisters();
    CorePeak peak = CorePeak.measure();
    long nanos = (long) (seconds * 1e9);
    Runner runner =
        new Runner(backends, new Durations(nanos, nanos, 2_000_000), defaultThreads, peak);
    List<Measurement> measurements = new ArrayList<>();
    for (Network network : networks) {
      Measurement m = runner.measure(network);
      measurements.add(m);
      progress.println(network.name() + ": " + ratios(m));
    }
    Session session =
        new Session(Session.thisMachine(), Runner.peerVersion(), backends, peak, measurements);
    new Results(out).write(session, "jdk" + Runtime.version().feature());
    spec.commandLine().getOut().print(SessionTable.markdown(session));
    spec.commandLine().getOut().flush();
    return measurements.stream().allMatch(m -> m.wrong().isEmpty()) ? 0 : 1;
  }

  /**
   * Runs a class of the vector backend before anything else uses registers, as in a program that
   * has no other use for them: HotSpot 17 remembers the first uses ({@code VectorProfiles}).
   */
  private static void useRegisters() {
    byte[] chain = CompileTimes.chain(2);
    ModelSource model = ModelSource.bytes("chain.onnx", chain);
    Network network = Network.of("chain", Network.Group.LARGE, () -> model);
    Entrant.of(network, model, "vector").run().run();
  }

  private String ratios(Measurement m) {
    List<String> ratios = new ArrayList<>();
    for (String b : backends) {
      ratios.add(String.format(Locale.ROOT, "%s %.2f", b, m.ratio(b)));
    }
    return String.join(", ", ratios)
        + (m.wrong().isEmpty() ? "" : "; outputs differ: " + m.wrong());
  }

  private int compileTimes(List<Network> networks) throws IOException {
    PrintWriter progress = spec.commandLine().getErr();
    return write("compile-time", CompileTimes.markdown(networks, backends, progress::println));
  }

  private int startTimes(List<Network> networks) throws IOException {
    PrintWriter progress = spec.commandLine().getErr();
    return write("start-up", StartTimes.markdown(networks, backends, starts, progress::println));
  }

  private int write(String name, String table) throws IOException {
    new Results(out).write(name + "-jdk" + Runtime.version().feature() + ".md", table);
    spec.commandLine().getOut().print(table);
    spec.commandLine().getOut().flush();
    return 0;
  }
}
