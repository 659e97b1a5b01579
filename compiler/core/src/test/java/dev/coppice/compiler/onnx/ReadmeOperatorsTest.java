package dev.coppice.compiler.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The list of operators in the README is the table's; {@code -Dgolden.update=true} rewrites it. */
class ReadmeOperatorsTest {
  private static final String BEGIN = "<!-- operators -->\n";
  private static final String END = "<!-- /operators -->";
  private static final int WIDTH = 100;

  @Test
  void readmeListsWhatTheTableSupports() throws IOException {
    Path readme = Path.of("").toAbsolutePath().resolve("../../README.md").normalize();
    String text = Files.readString(readme);
    int from = text.indexOf(BEGIN) + BEGIN.length();
    int to = text.indexOf(END);
    String expected =
        OperatorDomains.domains().stream()
            .map(d -> "`" + d + "`\n\n" + wrap(OperatorDomains.names(d)))
            .collect(Collectors.joining("\n"));
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(readme, text.substring(0, from) + expected + text.substring(to));
      return;
    }
    assertEquals(expected, text.substring(from, to));
  }

  private static String wrap(List<String> names) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < names.size(); i++) {
      String word = names.get(i) + (i + 1 < names.size() ? "," : ".");
      if (line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return String.join("\n", lines) + "\n";
  }
}
