package dev.coppice.compiler.cli.against;

import dev.coppice.compiler.driver.CompileRequest;
import dev.coppice.compiler.driver.load.LoadedModel;
import dev.coppice.compiler.emit.GeneratedModel;
import dev.coppice.runtime.Weights;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.OptionalLong;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Starts JVMs that each run a model once, and measures them until its result is there: the JVM's
 * own start, classes, weights, the run. The program writes a byte then, and waits.
 */
public final class NewJvm {
  /** One start is not measured: files are read for the first time. */
  private static final int UNMEASURED = 1;

  private NewJvm() {}

  /**
   * What was measured.
   *
   * @param medianMillis median time from the start of the process to the result, in milliseconds
   * @param peakBytes median of the most resident memory until then; empty where the system does not
   *     tell
   */
  public record Result(double medianMillis, OptionalLong peakBytes) {
    private static Result of(List<Start> starts) {
      double[] millis = starts.stream().mapToDouble(Start::millis).sorted().toArray();
      long[] peaks = starts.stream().mapToLong(s -> s.peakBytes.orElse(-1)).sorted().toArray();
      int middle = starts.size() / 2;
      return new Result(
          millis[middle], peaks[0] < 0 ? OptionalLong.empty() : OptionalLong.of(peaks[middle]));
    }
  }

  /** Starts {@code model} so often in JVMs like this, without its options. */
  public static Result measure(LoadedModel model, int times, Runnable step) throws IOException {
    Path folder = Files.createTempDirectory("coppice");
    try {
      return measure(List.of(command(model, folder, List.of())), times, step).get(0);
    } finally {
      delete(folder);
    }
  }

  /**
   * Starts commands in turns, each so often.
   *
   * @param step told of each start of the last command
   */
  public static List<Result> measure(List<List<String>> commands, int times, Runnable step)
      throws IOException {
    List<List<Start>> starts = new ArrayList<>();
    commands.forEach(c -> starts.add(new ArrayList<>()));
    for (int i = -UNMEASURED; i < times; i++) {
      for (int c = 0; c < commands.size(); c++) {
        Start start = start(commands.get(c));
        if (i >= 0) {
          starts.get(c).add(start);
        }
      }
      if (i >= 0) {
        step.run();
      }
    }
    return starts.stream().map(Result::of).toList();
  }

  /**
   * A command that starts {@code model}.
   *
   * @param folder takes its classes
   * @param options of the JVM
   */
  public static List<String> command(LoadedModel model, Path folder, List<String> options)
      throws IOException {
    String program = model.writeProgram(folder);
    List<String> command = new ArrayList<>(List.of(java()));
    if (!model.backend().equals(CompileRequest.PORTABLE)) {
      command.addAll(List.of("--add-modules", GeneratedModel.VECTOR_MODULE));
    }
    command.addAll(options);
    command.addAll(List.of("-cp", folder + File.pathSeparator + runtime(folder), program));
    return command;
  }

  /** The program that starts JVMs like this. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private record Start(double millis, OptionalLong peakBytes) {}

  private static Start start(List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    long begin = System.nanoTime();
    Process process = builder.start();
    try (InputStream out = process.getInputStream()) {
      int first = out.read();
      double millis = (System.nanoTime() - begin) / 1e6;
      if (first < 0) {
        throw new IOException("a new JVM ended without a result: " + String.join(" ", command));
      }
      return new Start(millis, peakBytes(process.pid()));
    } finally {
      process.destroyForcibly();
    }
  }

  /** {@code VmHWM} of Linux. */
  private static OptionalLong peakBytes(long pid) throws IOException {
    Path status = Path.of("/proc", String.valueOf(pid), "status");
    if (!Files.isReadable(status)) {
      return OptionalLong.empty();
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst();
    }
  }

  /** A folder with the runtime's classes: this command's jar would be slower to open. */
  private static Path runtime(Path folder) throws IOException {
    Path location;
    try {
      location = Path.of(Weights.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException("the runtime has no location", e);
    }
    if (Files.isDirectory(location)) {
      return location;
    }
    String classes = Weights.class.getPackageName().replace('.', '/') + "/";
    try (JarFile jar = new JarFile(location.toFile())) {
      for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
        JarEntry entry = entries.nextElement();
        if (entry.getName().startsWith(classes) && !entry.isDirectory()) {
          Path file = folder.resolve(entry.getName());
          Files.createDirectories(folder.resolve(classes));
          try (InputStream in = jar.getInputStream(entry)) {
            Files.copy(in, file);
          }
        }
      }
    }
    return folder;
  }

  /** Deletes a folder with all that is in it. */
  public static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
