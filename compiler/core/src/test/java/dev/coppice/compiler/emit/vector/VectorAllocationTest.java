package dev.coppice.compiler.emit.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * In a JVM of their own, where nothing else has been compiled, register kernels allocate nothing
 * once HotSpot has compiled them. More vector operations in one method than it inlines would be
 * objects for ever.
 */
final class VectorAllocationTest {
  @TempDir Path folder;

  @Test
  void compiledKernelsAllocateNothing() throws IOException, InterruptedException {
    Path log = folder.resolve("log.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                VectorAllocation.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = process.waitFor(4, TimeUnit.MINUTES);
    process.destroyForcibly();
    List<String> lines = Files.readAllLines(log);
    assertTrue(ended, () -> "still running after " + lines.get(lines.size() - 1));
    assertEquals(0, process.exitValue(), () -> String.join("\n", lines));
    assertEquals(
        VectorAllocation.graphs().keySet().stream().map(name -> name + "\t0").toList(),
        lines.stream().filter(line -> line.contains("\t")).toList());
  }
}
