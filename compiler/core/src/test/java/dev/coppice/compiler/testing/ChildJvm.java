package dev.coppice.compiler.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program in a JVM of its own, of the version that runs the test. */
public final class ChildJvm {
  private ChildJvm() {}

  /**
   * How a program ended.
   *
   * @param exit its exit code
   * @param lines what it printed, errors among it
   */
  public record Ended(int exit, List<String> lines) {
    public Ended {
      lines = List.copyOf(lines);
    }

    /** What it printed. */
    public String text() {
      return String.join("\n", lines);
    }
  }

  /** The class path of this JVM. */
  public static String classPath() {
    return System.getProperty("java.class.path");
  }

  /**
   * Runs a program; one that takes more than four minutes fails the test.
   *
   * @param folder where its output is kept meanwhile
   * @param options of the JVM
   * @param classPath its class path
   * @param program its main class, then arguments
   */
  public static Ended run(Path folder, List<String> options, String classPath, String... program)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath));
    command.addAll(List.of(program));
    Path log = Files.createTempFile(folder, "jvm", ".txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    boolean ended = process.waitFor(4, TimeUnit.MINUTES);
    process.destroyForcibly();
    List<String> lines = Files.readAllLines(log);
    assertTrue(ended, () -> "still running after\n" + String.join("\n", lines));
    return new Ended(process.exitValue(), lines);
  }

  /** The lines with a tabulator that a program printed, which must end well. */
  public static List<String> table(
      Path folder, List<String> options, String classPath, String... program)
      throws IOException, InterruptedException {
    Ended ended = run(folder, options, classPath, program);
    assertEquals(0, ended.exit, ended::text);
    return ended.lines.stream().filter(line -> line.contains("\t")).toList();
  }
}
