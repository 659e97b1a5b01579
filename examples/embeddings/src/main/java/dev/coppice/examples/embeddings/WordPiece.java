package dev.coppice.examples.embeddings;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Splits text into the tokens of an uncased BERT: lower case without accents, split at white space,
 * punctuation and Chinese characters, then into the longest pieces that the vocabulary has (Wu et
 * al., "Google's Neural Machine Translation System", 2016).
 */
final class WordPiece {
  private static final int LONGEST_WORD = 100;

  private final Vocabulary vocabulary;
  private final int unknown;
  private final int first;
  private final int last;

  WordPiece(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    this.unknown = vocabulary.require("[UNK]");
    this.first = vocabulary.require("[CLS]");
    this.last = vocabulary.require("[SEP]");
  }

  /** The tokens of {@code text} between start and end, at most {@code most} with these. */
  long[] tokens(String text, int most) {
    List<Integer> ids = new ArrayList<>(List.of(first));
    for (String word : words(text)) {
      pieces(word, ids);
    }
    int n = Math.min(ids.size(), most - 1);
    long[] tokens = new long[n + 1];
    Arrays.setAll(tokens, i -> i < n ? ids.get(i) : last);
    return tokens;
  }

  static List<String> words(String text) {
    String plain = Normalizer.normalize(clean(text).toLowerCase(Locale.ROOT), Normalizer.Form.NFD);
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    plain
        .codePoints()
        .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
        .forEach(
            c -> {
              boolean alone = isPunctuation(c) || isChinese(c);
              if (alone || Character.isWhitespace(c)) {
                flush(word, words);
              }
              if (alone) {
                words.add(Character.toString(c));
              } else if (!Character.isWhitespace(c)) {
                word.appendCodePoint(c);
              }
            });
    flush(word, words);
    return words;
  }

  private static void flush(StringBuilder word, List<String> words) {
    if (word.length() > 0) {
      words.add(word.toString());
      word.setLength(0);
    }
  }

  /** Without control characters, all white space as spaces. */
  private static String clean(String text) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              int type = Character.getType(c);
              if (c == '\t' || c == '\n' || c == '\r' || type == Character.SPACE_SEPARATOR) {
                clean.append(' ');
              } else if (c != 0
                  && c != 0xFFFD
                  && type != Character.CONTROL
                  && type != Character.FORMAT
                  && type != Character.PRIVATE_USE
                  && type != Character.SURROGATE) {
                clean.appendCodePoint(c);
              }
            });
    return clean.toString();
  }

  private static boolean isPunctuation(int c) {
    if (c < 128) {
      return c > ' ' && c < 127 && !Character.isLetterOrDigit(c);
    }
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  private static boolean isChinese(int c) {
    return Character.isIdeographic(c)
        && Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN;
  }

  private void pieces(String word, List<Integer> ids) {
    List<Integer> found = new ArrayList<>();
    int start = 0;
    while (start < word.length() && word.codePointCount(0, word.length()) <= LONGEST_WORD) {
      int end = word.length();
      int id = -1;
      while (id < 0 && end > start) {
        String piece = word.substring(start, end);
        id = vocabulary.find(start > 0 ? "##" + piece : piece);
        end -= id < 0 ? Character.charCount(word.codePointBefore(end)) : 0;
      }
      if (id < 0) {
        break;
      }
      found.add(id);
      start = end;
    }
    if (start < word.length()) {
      ids.add(unknown);
    } else {
      ids.addAll(found);
    }
  }
}
