package dev.coppice.examples.embeddings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordPieceTest {
  private static final Vocabulary VOCABULARY = Vocabulary.load();
  private final WordPiece tokenizer = new WordPiece(VOCABULARY);

  @Test
  void readsTheWholeVocabulary() {
    assertEquals(30522, VOCABULARY.size());
    assertEquals(101, VOCABULARY.require("[CLS]"));
    assertEquals(0, VOCABULARY.require("[PAD]"));
    assertEquals(1000, VOCABULARY.require("\""));
    assertEquals(1032, VOCABULARY.require("\\"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Numbers as the tokenizers library gives them.
        "Hello world|101 7592 2088 102",
        "Hello, World!|101 7592 1010 2088 999 102",
        "unaffable embeddings|101 14477 20961 3468 7861 8270 4667 2015 102",
        "Café naïve|101 7668 15743 102",
        "北京|101 1781 1755 102"
      })
  void splitsAsTheNetworkWasTrained(String text, String tokens) {
    assertArrayEquals(
        List.of(tokens.split(" ")).stream().mapToLong(Long::parseLong).toArray(),
        tokenizer.tokens(text, 128));
  }

  @Test
  void cutsLongTexts() {
    long[] tokens = tokenizer.tokens("a ".repeat(500), 128);
    assertEquals(128, tokens.length);
    assertEquals(102, tokens[127]);
  }

  @Test
  void aWordWithoutPiecesIsUnknown() {
    assertArrayEquals(new long[] {101, 100, 102}, tokenizer.tokens("\uD83E\uDD99", 128));
    assertArrayEquals(new long[] {101, 100, 102}, tokenizer.tokens("x".repeat(101), 128));
    assertArrayEquals(new long[] {101, 102}, tokenizer.tokens(" \t\u0000", 128));
  }
}
