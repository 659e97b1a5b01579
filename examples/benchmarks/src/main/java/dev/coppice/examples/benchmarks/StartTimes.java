package dev.coppice.examples.benchmarks;

import ai.onnxruntime.OrtEnvironment;
import dev.coppice.compiler.cli.against.NewJvm;
import dev.coppice.compiler.driver.CompileRequest;
import dev.coppice.compiler.driver.CompileResult;
import dev.coppice.compiler.driver.ModelCompiler;
import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.driver.load.LoadedModel;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Time from the start of a JVM to the first result of a network, and the most memory resident until
 * then: of the class of each backend and of ONNX Runtime for Java, in turns.
 */
final class StartTimes {
  /** How JVMs are started. */
  enum Jvm {
    /** As they are. */
    DEFAULT("default JVM", true, Long.MAX_VALUE),
    /** With little memory for themselves, and without C2, which {@code vector} needs. */
    SMALL(
        "small JVM",
        false,
        6 << 20,
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx16m",
        "-Xss256k",
        "-XX:ReservedCodeCacheSize=8m",
        "-Xshare:off");

    private final String label;
    private final boolean hasC2;

    /** Weights and arena of the largest network that fits its heap while it is loaded. */
    private final long mostBytes;

    private final List<String> options;

    Jvm(String label, boolean hasC2, long mostBytes, String... options) {
      this.label = label;
      this.hasC2 = hasC2;
      this.mostBytes = mostBytes;
      this.options = List.of(options);
    }
  }

  private static final String PEER = "ONNX Runtime";

  private StartTimes() {}

  /**
   * The starts as a table.
   *
   * @param starts how often each is started
   * @param progress told of each network
   */
  static String markdown(
      List<Network> networks, List<String> backends, int starts, Consumer<String> progress)
      throws IOException {
    StringBuilder text =
        new StringBuilder(
            "Time from the start of the process to the first result, most resident memory until"
                + " then, and both relative to ONNX Runtime "
                + Runner.peerVersion()
                + ". Medians of "
                + starts
                + " starts in turns. "
                + Session.thisMachine()
                + ".\n\n\"small JVM\" is `"
                + String.join(" ", Jvm.SMALL.options)
                + "`.\n\n");
    text.append("| network | JVM | what | ms | relative | MB | relative |\n");
    text.append("|---|---|---|---:|---:|---:|---:|\n");
    for (Network network : networks) {
      progress.accept(network.name());
      for (Jvm jvm : Jvm.values()) {
        Path folder = Files.createTempDirectory("coppice");
        try {
          rows(network, backends, starts, jvm, folder, text);
        } finally {
          NewJvm.delete(folder);
        }
      }
    }
    return text.toString();
  }

  private static void rows(
      Network network, List<String> backends, int starts, Jvm jvm, Path folder, StringBuilder text)
      throws IOException {
    ModelSource model = network.source().get();
    List<String> names = new ArrayList<>(List.of(PEER));
    List<List<String>> commands = new ArrayList<>();
    for (String backend : backends) {
      CompileResult result = ModelCompiler.compile(network.request(model, "start.Model", backend));
      if (result.report().weightBytes() + result.report().arenaBytes() > jvm.mostBytes) {
        return;
      }
      if (commands.isEmpty()) {
        commands.add(peer(model, result, jvm, folder));
      }
      LoadedModel loaded =
          LoadedModel.load(result.generated(), result.report().inputs(), result.report().outputs());
      if (!jvm.hasC2 && !loaded.backend().equals(CompileRequest.PORTABLE)) {
        continue;
      }
      names.add(backend);
      Path classes = Files.createDirectory(folder.resolve(backend));
      commands.add(NewJvm.command(loaded, classes, jvm.options));
    }
    List<NewJvm.Result> results = NewJvm.measure(commands, starts, () -> {});
    NewJvm.Result peer = results.get(0);
    for (int i = 0; i < results.size(); i++) {
      NewJvm.Result r = results.get(i);
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %.0f | %.2f | %.0f | %.2f |\n",
              network.name(),
              jvm.label,
              names.get(i),
              r.medianMillis(),
              r.medianMillis() / peer.medianMillis(),
              megabytes(r),
              megabytes(r) / megabytes(peer)));
    }
  }

  /** NaN where the system does not tell. */
  private static double megabytes(NewJvm.Result r) {
    return r.peakBytes().isPresent() ? r.peakBytes().getAsLong() / 1e6 : Double.NaN;
  }

  private static List<String> peer(ModelSource model, CompileResult result, Jvm jvm, Path folder)
      throws IOException {
    Path file = folder.resolve("model.onnx");
    Files.write(file, model.load(ImportLimits.defaults()).toByteArray());
    List<String> command = new ArrayList<>(List.of(NewJvm.java()));
    command.addAll(jvm.options);
    command.addAll(
        List.of(
            "-cp",
            String.join(
                File.pathSeparator,
                location(OrtEnvironment.class),
                location(PeerStart.class),
                location(ModelSource.class)),
            PeerStart.class.getName()));
    command.addAll(PeerStart.arguments(file.toString(), result.report().inputs()));
    return command;
  }

  private static String location(Class<?> type) throws IOException {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IOException(type + " has no location", e);
    }
  }
}
