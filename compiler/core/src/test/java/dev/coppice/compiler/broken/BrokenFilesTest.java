package dev.coppice.compiler.broken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * In a JVM with a heap of 512 MiB, every broken file is refused with one diagnostic in less than
 * five seconds.
 */
final class BrokenFilesTest {
  private static final int MOST_MILLIS = 5000;
  private static final int LEAST_FILES = 200;

  @TempDir Path folder;

  @Test
  void everyBrokenFileIsRefusedSoonAndInLittleMemory() throws IOException, InterruptedException {
    Path log = folder.resolve("log.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                BrokenFiles.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = process.waitFor(4, TimeUnit.MINUTES);
    process.destroyForcibly();
    List<String> lines = Files.readAllLines(log);
    assertTrue(ended, () -> "still running after " + lines.get(lines.size() - 1));
    assertEquals(0, process.exitValue(), () -> String.join("\n", lines));
    check(lines.stream().filter(line -> line.contains("\t")).toList());
  }

  private static void check(List<String> lines) {
    List<BrokenFile> files = BrokenFiles.all();
    assertEquals(files.size(), lines.size());
    List<String> bad = new ArrayList<>();
    int refused = 0;
    for (int i = 0; i < lines.size(); i++) {
      String[] cells = lines.get(i).split("\t", -1);
      boolean valid = cells[0].equals("accepted") && files.get(i).mayBeValid();
      boolean clear =
          cells[0].equals("refused")
              && !cells[4].isEmpty()
              && (files.get(i).mayBeValid() || cells[2].equals("1"));
      refused += clear ? 1 : 0;
      if (!valid && !clear || Integer.parseInt(cells[1]) >= MOST_MILLIS) {
        bad.add(lines.get(i));
      }
    }
    assertEquals("", String.join("\n", bad));
    assertTrue(refused >= LEAST_FILES, refused + " refused");
  }
}
