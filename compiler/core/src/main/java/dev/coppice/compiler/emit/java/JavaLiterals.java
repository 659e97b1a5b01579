package dev.coppice.compiler.emit.java;

import java.util.Locale;

/** Java literals that denote exactly the given value. */
public final class JavaLiterals {
  private JavaLiterals() {}

  /** An int literal; negative ones start with a minus sign. */
  public static String of(int v) {
    return Integer.toString(v);
  }

  /** A long literal. */
  public static String of(long v) {
    return v + "L";
  }

  /**
   * A float literal, or {@code Float.NaN} and the infinities by name. A NaN's payload is not kept:
   * Java has no literal for it.
   *
   * @param floatClass how the code names {@link Float}
   */
  public static String of(float v, String floatClass) {
    if (Float.isNaN(v)) {
      return floatClass + ".NaN";
    }
    if (Float.isInfinite(v)) {
      return floatClass + (v > 0 ? ".POSITIVE_INFINITY" : ".NEGATIVE_INFINITY");
    }
    return trimmed(Float.toString(v)) + "f";
  }

  /**
   * A double literal, or {@code Double.NaN} and the infinities by name.
   *
   * @param doubleClass how the code names {@link Double}
   */
  public static String of(double v, String doubleClass) {
    if (Double.isNaN(v)) {
      return doubleClass + ".NaN";
    }
    if (Double.isInfinite(v)) {
      return doubleClass + (v > 0 ? ".POSITIVE_INFINITY" : ".NEGATIVE_INFINITY");
    }
    return trimmed(Double.toString(v)) + "d";
  }

  /** A string literal in ASCII. */
  public static String of(String s) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c >= 0x20 && c < 0x7F) {
            text.append(c);
          } else {
            text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          }
        }
      }
    }
    return text.append('"').toString();
  }

  private static String trimmed(String decimal) {
    return decimal.endsWith(".0") ? decimal.substring(0, decimal.length() - 2) : decimal;
  }
}
