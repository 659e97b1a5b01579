package dev.coppice.examples.embeddings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The example in a JVM of its own, with the classes and the runtime on its path. */
class NativeLibrariesTest {
  /** Encodes a sentence, then prints the libraries of the process. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] args) throws IOException {
      SentenceEncoder.quantized().encode("Nothing native here.");
      for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
        if (line.endsWith(".so")) {
          System.out.println(line.substring(line.indexOf('/')));
        }
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void areThoseOfJavaAlone() throws IOException, InterruptedException {
    String home = Path.of(System.getProperty("java.home")).toRealPath().toString();
    String runtime = path(dev.coppice.runtime.Weights.class);
    Process probe =
        new ProcessBuilder(
                home + "/bin/java",
                "-cp",
                String.join(":", path(Main.class), path(Probe.class), runtime),
                Probe.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, probe.waitFor());
    List<String> foreign =
        printed
            .lines()
            .distinct()
            .filter(l -> !l.startsWith(home) && !l.matches("(/usr)?/lib.*"))
            .collect(Collectors.toList());
    assertEquals(List.of(), foreign);
    assertEquals(true, printed.contains("libjvm.so"));
  }

  private static String path(Class<?> type) {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath()).toString();
  }
}
