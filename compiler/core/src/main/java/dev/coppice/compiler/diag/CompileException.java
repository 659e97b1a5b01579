package dev.coppice.compiler.diag;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The user's request cannot be carried out; carries every diagnostic found. Never used for bugs.
 */
public final class CompileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Diagnostic> diagnostics;

  /** An exception that carries {@code diagnostics}, of which at least one is an error. */
  public CompileException(List<Diagnostic> diagnostics) {
    super(diagnostics.stream().map(Diagnostic::text).collect(Collectors.joining("\n")));
    this.diagnostics = List.copyOf(diagnostics);
  }

  /** An exception with one diagnostic. */
  public CompileException(DiagnosticCode code, SourceRef where, Object... args) {
    this(List.of(Diagnostic.of(code, where, args)));
  }

  /** Everything to tell the user, in order. */
  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }
}
