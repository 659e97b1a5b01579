package dev.coppice.compiler.compress.report;

import java.util.ArrayList;
import java.util.List;

/**
 * HTML that is being written. Whatever is not a tag or an attribute name goes through {@link
 * #escape}, so that names from a model remain text.
 */
final class Markup {
  private final StringBuilder out = new StringBuilder();
  private final List<String> open = new ArrayList<>();

  /** {@code text} as text or as the value of an attribute in quotes. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        case '\n', '\t' -> escaped.append(c);
        // Control characters are no characters of HTML.
        default -> escaped.append(c < ' ' || c == 0x7f ? '\ufffd' : c);
      }
    }
    return escaped.toString();
  }

  /** Opens an element; names and values of its attributes alternate. */
  Markup open(String tag, String... attributes) {
    tag(tag, attributes);
    open.add(tag);
    return this;
  }

  /** An element without content. */
  Markup empty(String tag, String... attributes) {
    tag(tag, attributes);
    return this;
  }

  private void tag(String tag, String... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      out.append(escape(attributes[i + 1])).append('"');
    }
    out.append('>');
  }

  /** Closes the element that was opened last. */
  Markup close() {
    out.append("</").append(open.remove(open.size() - 1)).append('>');
    return this;
  }

  /** Closes the element and ends the line. */
  Markup closeLine() {
    close();
    out.append('\n');
    return this;
  }

  /** Adds text. */
  Markup text(String text) {
    out.append(escape(text));
    return this;
  }

  /** An element with text. */
  Markup element(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close();
  }

  /** Adds what was written by another one of these, or comes with the program. */
  Markup trusted(String html) {
    out.append(html);
    return this;
  }

  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("compiler bug: not closed: " + open);
    }
    return out.toString();
  }
}
