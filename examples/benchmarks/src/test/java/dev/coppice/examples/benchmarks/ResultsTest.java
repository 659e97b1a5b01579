package dev.coppice.examples.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.examples.benchmarks.Network.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResultsTest {
  @TempDir Path folder;

  @Test
  void writesWholeFilesAndNothingElse() throws IOException {
    Results results = new Results(folder.resolve("new"));
    Session session = Sessions.of(Sessions.measurement("net", Group.DENSE, 200, 50));
    results.write(session, "run");
    results.write(session, "run");
    try (Stream<Path> files = Files.list(folder.resolve("new"))) {
      assertEquals(
          List.of("run.json", "run.md", "run.svg"),
          files.map(f -> f.getFileName().toString()).sorted().toList());
    }
    assertEquals(SessionTable.markdown(session), Files.readString(folder.resolve("new/run.md")));
  }
}
