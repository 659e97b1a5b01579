package dev.coppice.compiler.driver.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What kernels are run on. */
public final class Machine {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Machine() {}

  /** The JVM and the processor, a line each. */
  public static List<String> lines() {
    return List.of(
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
        processor() + ", " + System.getProperty("os.arch") + ", " + System.getProperty("os.name"));
  }

  /** Its name where the system tells, as Linux does. */
  private static String processor() {
    if (Files.isReadable(CPU_INFO)) {
      try (Stream<String> lines = Files.lines(CPU_INFO)) {
        return lines
            .filter(line -> line.startsWith("model name") || line.startsWith("Hardware"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse("unknown processor");
      } catch (IOException e) {
        return "unknown processor";
      }
    }
    return "unknown processor";
  }
}
