package dev.coppice.examples.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A folder of results. Each file is written beside its place and then moved there, so that what is
 * there is whole.
 *
 * @param folder the folder, made when it is absent
 */
record Results(Path folder) {
  /** Writes table, picture and figures of {@code session} as {@code name.md, .svg, .json}. */
  void write(Session session, String name) throws IOException {
    write(name + ".md", SessionTable.markdown(session));
    write(name + ".svg", RatioChart.svg(session));
    write(name + ".json", SessionJson.text(session));
  }

  /** Writes one file. */
  void write(String name, String text) throws IOException {
    Files.createDirectories(folder);
    Path part = folder.resolve(name + ".part");
    try {
      Files.write(part, text.getBytes(StandardCharsets.UTF_8));
      Files.move(part, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
