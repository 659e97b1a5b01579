package dev.coppice.compiler.emit.portable;

/**
 * Text of an expression and how tightly its outermost operator binds.
 *
 * @param text Java, with class names as {@link dev.coppice.compiler.emit.java.RuntimeTypes} says
 * @param precedence one of the constants, higher binds tighter
 */
record Rendered(String text, int precedence) {
  static final int PRIMARY = 15;
  static final int UNARY = 14;
  static final int MULTIPLICATIVE = 12;
  static final int ADDITIVE = 11;
  static final int SHIFT = 10;
  static final int RELATIONAL = 9;
  static final int EQUALITY = 8;
  static final int AND = 7;
  static final int XOR = 6;
  static final int OR = 5;
  static final int CONDITIONAL = 2;

  static Rendered primary(String text) {
    return new Rendered(text, PRIMARY);
  }

  /** The text, in parentheses if it binds less tightly than {@code least}. */
  String atLeast(int least) {
    return precedence >= least ? text : "(" + text + ")";
  }
}
