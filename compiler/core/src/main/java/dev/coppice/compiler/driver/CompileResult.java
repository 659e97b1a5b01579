package dev.coppice.compiler.driver;

import dev.coppice.compiler.diag.Diagnostic;
import dev.coppice.compiler.emit.GeneratedModel;
import java.util.List;

/**
 * A compiled model.
 *
 * @param generated source files and resources
 * @param report what the model costs
 * @param javacOptions what javac needs for the source, e.g. {@code --release 8}
 * @param notes warnings and notes for the user
 */
public record CompileResult(
    GeneratedModel generated,
    CompileReport report,
    List<String> javacOptions,
    List<Diagnostic> notes) {
  public CompileResult {
    javacOptions = List.copyOf(javacOptions);
    notes = List.copyOf(notes);
  }
}
