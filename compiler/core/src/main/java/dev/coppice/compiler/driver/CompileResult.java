package dev.coppice.compiler.driver;

import dev.coppice.compiler.diag.Diagnostic;
import dev.coppice.compiler.emit.GeneratedModel;
import java.util.List;

/**
 * A compiled model.
 *
 * @param generated source files and resources
 * @param report what the model costs
 * @param notes warnings and notes for the user
 */
public record CompileResult(
    GeneratedModel generated, CompileReport report, List<Diagnostic> notes) {
  public CompileResult {
    notes = List.copyOf(notes);
  }
}
