package dev.coppice.compiler.driver;

import java.util.Collection;
import java.util.Iterator;
import java.util.Map;

/** Writes JSON: maps, collections, strings, numbers, booleans. */
public final class Json {
  private Json() {}

  /** {@code value} with line breaks and two spaces a level. */
  public static String pretty(Object value) {
    StringBuilder text = new StringBuilder();
    write(value, text, "\n");
    return text.toString();
  }

  /** {@code value} on one line. */
  public static String line(Object value) {
    StringBuilder text = new StringBuilder();
    write(value, text, "");
    return text.toString();
  }

  private static void write(Object value, StringBuilder text, String newline) {
    if (value instanceof Map<?, ?> map) {
      writeMap(map, text, newline);
    } else if (value instanceof Collection<?> list) {
      writeList(list, text, newline);
    } else if (value instanceof Double || value instanceof Float) {
      double d = ((Number) value).doubleValue();
      boolean finite = !Double.isNaN(d) && !Double.isInfinite(d);
      text.append(finite ? value.toString() : "\"" + value + "\"");
    } else if (value instanceof Number || value instanceof Boolean) {
      text.append(value);
    } else {
      quote(String.valueOf(value), text);
    }
  }

  private static void writeMap(Map<?, ?> map, StringBuilder text, String newline) {
    String inner = newline.isEmpty() ? "" : newline + "  ";
    text.append('{');
    Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<?, ?> e = entries.next();
      text.append(inner);
      quote(String.valueOf(e.getKey()), text);
      text.append(": ");
      write(e.getValue(), text, inner);
      text.append(entries.hasNext() ? (inner.isEmpty() ? ", " : ",") : newline);
    }
    text.append('}');
  }

  /** A list of plain values stays on one line. */
  private static void writeList(Collection<?> list, StringBuilder text, String newline) {
    boolean nested = list.stream().anyMatch(v -> v instanceof Map || v instanceof Collection);
    String inner = newline.isEmpty() || !nested ? "" : newline + "  ";
    text.append('[');
    Iterator<?> values = list.iterator();
    while (values.hasNext()) {
      text.append(inner);
      write(values.next(), text, inner);
      text.append(
          values.hasNext() ? (inner.isEmpty() ? ", " : ",") : inner.isEmpty() ? "" : newline);
    }
    text.append(']');
  }

  private static void quote(String s, StringBuilder text) {
    text.append('"');
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        default -> {
          if (c < 0x20) {
            text.append("\\u00").append(Character.forDigit(c >> 4, 16));
            text.append(Character.forDigit(c & 15, 16));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
