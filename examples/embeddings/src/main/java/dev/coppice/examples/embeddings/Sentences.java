package dev.coppice.examples.embeddings;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Short sentences about a dozen topics, written for this example. */
final class Sentences {
  private Sentences() {}

  /** All of them. */
  static List<String> all() {
    try (InputStream in =
        Objects.requireNonNull(Sentences.class.getResourceAsStream("sentences.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(l -> !l.isBlank() && !l.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
