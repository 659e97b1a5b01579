package dev.coppice.compiler.testing;

import dev.coppice.compiler.driver.conformance.CaseResult;
import dev.coppice.compiler.driver.conformance.ConformanceCase;
import dev.coppice.compiler.driver.conformance.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The checked-in list of the conformance cases that are refused: a line each with the case, the
 * diagnostic and its reason. {@code -Dgolden.update=true} writes it.
 */
public final class Refusals {
  private static final Path FILE = Path.of("src/test/resources/conformance/refused.txt");
  private static final int LONGEST_REASON = 100;
  private static final String HEADER =
      "# Cases of the ONNX backend test data that are refused: case, diagnostic, reason.\n"
          + "# All others pass. Written by ConformanceTest with -Dgolden.update=true.\n";

  private Refusals() {}

  /** Whether the list is to be written instead of compared. */
  public static boolean updating() {
    return Boolean.getBoolean("golden.update");
  }

  /** Writes the list for {@code results}, which are those of all cases. */
  public static void write(List<CaseResult> results) {
    String lines =
        refused(results).stream()
            .map(r -> key(r) + " " + reason(r) + "\n")
            .sorted()
            .collect(Collectors.joining());
    try {
      Files.createDirectories(FILE.getParent());
      Files.writeString(FILE, HEADER + lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Case and diagnostic of those of {@code cases} that the list has, a line each. */
  public static String listed(List<ConformanceCase> cases) {
    Set<String> ids = cases.stream().map(ConformanceCase::id).collect(Collectors.toSet());
    try {
      return Files.readAllLines(FILE).stream()
          .filter(line -> ids.contains(line.split(" ")[0]))
          .map(line -> line.split(" ")[0] + " " + line.split(" ")[1])
          .collect(Collectors.joining("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Case and diagnostic of those of {@code results} that are refused, a line each. */
  public static String found(List<CaseResult> results) {
    return String.join("\n", new TreeSet<>(refused(results).stream().map(Refusals::key).toList()));
  }

  private static List<CaseResult> refused(List<CaseResult> results) {
    return results.stream().filter(r -> r.verdict() == Verdict.REFUSED).toList();
  }

  private static String key(CaseResult r) {
    return r.testCase().id() + " " + r.code();
  }

  private static String reason(CaseResult r) {
    String line = r.detail().lines().findFirst().orElse("");
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "...";
  }
}
