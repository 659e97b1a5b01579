package dev.coppice.examples.embeddings;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The tokens of a WordPiece model by number, from the {@code tokenizer.json} of its network. */
final class Vocabulary {
  private static final String RESOURCE = "all-minilm-l6-v2-q-tokenizer.json";

  private final Map<String, Integer> tokens = new HashMap<>();

  private Vocabulary() {}

  /** The vocabulary of all-MiniLM-L6-v2. */
  static Vocabulary load() {
    try (InputStream in =
        Objects.requireNonNull(Vocabulary.class.getResourceAsStream(RESOURCE), RESOURCE)) {
      Vocabulary vocabulary = new Vocabulary();
      vocabulary.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      return vocabulary;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Number of {@code token}, -1 if there is no such token. */
  int find(String token) {
    return tokens.getOrDefault(token, -1);
  }

  /** Number of {@code token}, which must be there. */
  int require(String token) {
    return Objects.requireNonNull(tokens.get(token), token);
  }

  int size() {
    return tokens.size();
  }

  /** Reads the object behind {@code "vocab":}, strings and numbers only. */
  private void read(String json) {
    int at = json.indexOf('{', json.indexOf("\"vocab\""));
    while (json.charAt(at) != '}') {
      int open = json.indexOf('"', at);
      StringBuilder token = new StringBuilder();
      int i = open + 1;
      for (; json.charAt(i) != '"'; i++) {
        i = character(json, i, token);
      }
      int start = json.indexOf(':', i) + 1;
      int end = start;
      while (json.charAt(end) != ',' && json.charAt(end) != '}') {
        end++;
      }
      tokens.put(token.toString(), Integer.parseInt(json.substring(start, end).strip()));
      at = end;
    }
  }

  /** Appends the character at {@code i}; the index of its last character. */
  private static int character(String json, int i, StringBuilder out) {
    char c = json.charAt(i);
    if (c != '\\') {
      out.append(c);
      return i;
    }
    char escaped = json.charAt(i + 1);
    if (escaped == 'u') {
      out.append((char) Integer.parseInt(json.substring(i + 2, i + 6), 16));
      return i + 5;
    }
    out.append(
        switch (escaped) {
          case 'n' -> '\n';
          case 't' -> '\t';
          case 'r' -> '\r';
          case 'b' -> '\b';
          case 'f' -> '\f';
          default -> escaped;
        });
    return i + 1;
  }
}
