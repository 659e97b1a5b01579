package dev.coppice.compiler.diag;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Gathers diagnostics until a sync point, so that one run shows every error. Not thread-safe. */
public final class DiagnosticSink {
  private final Set<Diagnostic> diagnostics = new LinkedHashSet<>();

  /** Records a diagnostic, once, and goes on. */
  public void report(Diagnostic diagnostic) {
    diagnostics.add(diagnostic);
  }

  /** Records {@code code} at {@code where}, its format filled with {@code args}. */
  public void report(DiagnosticCode code, SourceRef where, Object... args) {
    report(Diagnostic.of(code, where, args));
  }

  /** Everything reported so far, in order. */
  public List<Diagnostic> diagnostics() {
    return List.copyOf(diagnostics);
  }

  /** Whether an error was reported. */
  public boolean hasErrors() {
    return diagnostics.stream().anyMatch(d -> d.severity() == Severity.ERROR);
  }

  /**
   * A sync point.
   *
   * @throws CompileException with everything reported so far if one of it is an error
   */
  public void throwIfErrors() {
    if (hasErrors()) {
      throw new CompileException(diagnostics());
    }
  }
}
