package dev.coppice.compiler.diag;

/**
 * One message to the user.
 *
 * @param code stable name, severity and remedy
 * @param message what is wrong, with values, and what was expected; a sentence without the remedy
 * @param where where it is wrong
 */
public record Diagnostic(DiagnosticCode code, String message, SourceRef where) {

  /** A diagnostic whose message is {@code code}'s format filled with {@code args}. */
  public static Diagnostic of(DiagnosticCode code, SourceRef where, Object... args) {
    return new Diagnostic(code, code.format(args), where);
  }

  /** The severity of {@link #code}. */
  public Severity severity() {
    return code.severity();
  }

  /** {@code [Code] where: message Remedy.} */
  public String text() {
    String place = where.toString();
    return "["
        + code.label()
        + "] "
        + (place.isEmpty() ? "" : place + ": ")
        + message
        + (code.remedy().isEmpty() ? "" : " " + code.remedy());
  }

  @Override
  public String toString() {
    return text();
  }
}
