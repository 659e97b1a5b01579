package dev.coppice.compiler.emit.java;

import java.util.LinkedHashSet;
import java.util.Set;
import javax.lang.model.SourceVersion;

/**
 * Gives out Java identifiers, each once: {@code input.1} becomes {@code input_1}, {@code int}
 * becomes {@code int_}, and a second {@code conv} becomes {@code conv2}.
 */
public final class JavaNames {
  private final Set<String> taken = new LinkedHashSet<>();

  /** A fresh name like {@code wish}. */
  public String fresh(String wish) {
    String base = legal(wish);
    String name = base;
    boolean digit = Character.isDigit(base.charAt(base.length() - 1));
    for (int i = 2; !taken.add(name); i++) {
      name = base + (digit ? "_" : "") + i;
    }
    return name;
  }

  /** Whether {@code name} was given out. */
  public boolean isTaken(String name) {
    return taken.contains(name);
  }

  /**
   * {@code wish} with characters that no ASCII identifier has replaced, and changed if it is a
   * keyword.
   */
  public static String legal(String wish) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < wish.length(); i++) {
      char c = wish.charAt(i);
      boolean part =
          c < 0x80
              && c != '$'
              && Character.isJavaIdentifierPart(c)
              && !Character.isIdentifierIgnorable(c);
      name.append(part ? c : '_');
    }
    if (name.length() == 0 || Character.isDigit(name.charAt(0))) {
      name.insert(0, 'v');
    }
    String text = name.toString();
    return SourceVersion.isKeyword(text) ? text + "_" : text;
  }

  /**
   * {@code text} as it can stand in a Javadoc comment: ASCII, one line, no markup and no end of the
   * comment.
   */
  public static String javadoc(String text) {
    return comment(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace("@", "&#64;")
        .replace("*/", "*&#47;");
  }

  /** {@code text} as it can stand behind {@code //}: ASCII, one line, no Unicode escape. */
  public static String comment(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(c == '\\' ? '/' : c >= 0x20 && c < 0x7F ? c : c < 0x20 ? ' ' : '?');
    }
    return out.toString();
  }
}
