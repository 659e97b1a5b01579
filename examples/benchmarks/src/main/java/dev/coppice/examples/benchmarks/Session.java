package dev.coppice.examples.benchmarks;

import dev.coppice.compiler.cli.against.SideBySide;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * All that one process measured.
 *
 * @param machine processor and JVM
 * @param runtime version of ONNX Runtime
 * @param backends the backends measured, in order
 * @param peak what the core can do
 * @param measurements a measurement for each network
 */
record Session(
    String machine,
    String runtime,
    List<String> backends,
    CorePeak peak,
    List<Measurement> measurements) {
  Session {
    backends = List.copyOf(backends);
    measurements = List.copyOf(measurements);
  }

  /** Geometric mean of the dense networks' times relative to ONNX Runtime's; NaN without any. */
  double mean(String backend) {
    return SideBySide.geometricMean(
        measurements.stream()
            .filter(m -> m.group() == Network.Group.DENSE)
            .mapToDouble(m -> m.ratio(backend))
            .toArray());
  }

  /** Processor and JVM of this process. */
  static String thisMachine() {
    return String.format(
        Locale.ROOT,
        "%s, %s %s, Java %s",
        processor(),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        System.getProperty("java.version"));
  }

  /** What Linux calls the processor. */
  private static String processor() {
    Path cpuinfo = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(cpuinfo)) {
      return "unknown processor";
    }
    try (Stream<String> lines = Files.lines(cpuinfo)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown processor");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
