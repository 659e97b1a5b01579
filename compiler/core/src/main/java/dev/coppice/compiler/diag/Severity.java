package dev.coppice.compiler.diag;

/** How serious a {@link Diagnostic} is. */
public enum Severity {
  /** The request cannot be carried out. */
  ERROR,
  /** The request was carried out, but the user probably wants to change something. */
  WARNING,
  /** A decision the user may want to know. */
  NOTE
}
