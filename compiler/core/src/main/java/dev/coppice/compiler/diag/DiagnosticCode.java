package dev.coppice.compiler.diag;

import java.util.Locale;

/** Every message the compiler can give: severity, {@link String#format} pattern and remedy. */
public enum DiagnosticCode {
  UNSUPPORTED_OPERATOR(
      Severity.ERROR,
      "operator '%s' of domain '%s' is not supported.",
      "Run 'coppice ops' for what is, and re-export the model without it."),
  UNSUPPORTED_ATTRIBUTE(
      Severity.ERROR, "attribute %s is not supported; %s.", "Re-export the model without it."),
  UNSUPPORTED_TYPE(
      Severity.ERROR,
      "element type %s is not supported here; %s.",
      "Convert the model to float32."),
  BAD_NODE(Severity.ERROR, "%s.", "The model is not valid ONNX; re-export it."),
  OPTION_INVALID(Severity.ERROR, "%s.", "");

  private final Severity severity;
  private final String format;
  private final String remedy;

  DiagnosticCode(Severity severity, String format, String remedy) {
    this.severity = severity;
    this.format = format;
    this.remedy = remedy;
  }

  /** How serious it is. */
  public Severity severity() {
    return severity;
  }

  /** What the user can do about it; empty when the message says it. */
  public String remedy() {
    return remedy;
  }

  /** The stable bracketed name: {@code UNSUPPORTED_OPERATOR} is {@code UnsupportedOperator}. */
  public String label() {
    StringBuilder label = new StringBuilder();
    for (String word : name().split("_")) {
      label.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return label.toString();
  }

  /** The message with {@code args} filled in. */
  public String format(Object... args) {
    return String.format(Locale.ROOT, format, args);
  }
}
