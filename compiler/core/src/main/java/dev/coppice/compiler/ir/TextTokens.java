package dev.coppice.compiler.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Tokens of the text form: words (names, numbers), quoted names, {@code ->}, and single punctuation
 * characters. {@code #} starts a comment that ends with the line.
 */
final class TextTokens {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./][A-Za-z0-9_./~-]*");

  /** One token; {@code quoted} tells {@code 'a'} from {@code a}. */
  private record Token(String text, boolean quoted, int line) {}

  private final List<Token> tokens = new ArrayList<>();
  private int next;

  TextTokens(String text) {
    int line = 1;
    for (int i = 0; i < text.length(); ) {
      char c = text.charAt(i);
      if (c == '\n') {
        line++;
        i++;
      } else if (Character.isWhitespace(c)) {
        i++;
      } else if (c == '#') {
        int end = text.indexOf('\n', i);
        i = end < 0 ? text.length() : end;
      } else if (c == '\'') {
        i = quoted(text, i + 1, line);
      } else if (text.startsWith("->", i)) {
        tokens.add(new Token("->", false, line));
        i += 2;
      } else {
        int end = i;
        while (end < text.length() && isWord(text.charAt(end))) {
          end++;
        }
        end = Math.max(end, i + 1);
        tokens.add(new Token(text.substring(i, end), false, line));
        i = end;
      }
    }
  }

  /** {@code name} as it is written: bare if it consists of word characters, else in quotes. */
  static String name(String name) {
    return PLAIN.matcher(name).matches() ? name : quote(name);
  }

  /** {@code text} in single quotes; quotes, backslashes and line ends are escaped. */
  static String quote(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'";
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || "_./~-+".indexOf(c) >= 0;
  }

  private int quoted(String text, int from, int line) {
    StringBuilder s = new StringBuilder();
    int i = from;
    while (i < text.length() && text.charAt(i) != '\'') {
      char c = text.charAt(i++);
      if (c == '\\' && i < text.length()) {
        char escaped = text.charAt(i++);
        c = escaped == 'n' ? '\n' : escaped;
      }
      s.append(c);
    }
    if (i == text.length()) {
      throw new IllegalArgumentException("line " + line + ": quote without end");
    }
    tokens.add(new Token(s.toString(), true, line));
    return i + 1;
  }

  boolean atEnd() {
    return next == tokens.size();
  }

  /** Whether the next token is the punctuation or word {@code text}, unquoted. */
  boolean peek(String text) {
    return !atEnd() && !tokens.get(next).quoted && tokens.get(next).text.equals(text);
  }

  /** Whether the next token is in quotes. */
  boolean peekQuoted() {
    return !atEnd() && tokens.get(next).quoted;
  }

  /** Takes the next token if it is {@code text}. */
  boolean accept(String text) {
    boolean found = peek(text);
    next += found ? 1 : 0;
    return found;
  }

  /** Takes the next token, which must be {@code text}. */
  void expect(String text) {
    if (!accept(text)) {
      throw error("expected '" + text + "'");
    }
  }

  /** Takes a word or a quoted name. */
  String word() {
    if (atEnd() || !tokens.get(next).quoted && !isWord(tokens.get(next).text.charAt(0))) {
      throw error("expected a name or number");
    }
    return tokens.get(next++).text;
  }

  /** An exception that names the line and the next token. */
  IllegalArgumentException error(String message) {
    String at =
        atEnd()
            ? "at the end"
            : "line " + tokens.get(next).line + " at '" + tokens.get(next).text + "'";
    return new IllegalArgumentException(at + ": " + message);
  }
}
