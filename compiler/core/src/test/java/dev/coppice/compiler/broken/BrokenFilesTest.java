package dev.coppice.compiler.broken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    check(
        ChildJvm.table(
            folder,
            List.of("-Xmx512m"),
            ChildJvm.classPath(),
            BrokenFiles.class.getName(),
            folder.toString()));
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
