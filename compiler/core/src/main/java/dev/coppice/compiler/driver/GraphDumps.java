package dev.coppice.compiler.driver;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.FileProblem;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.TextPrinter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.BiConsumer;

/** Writes the text of a graph before and after passes, one numbered file each. */
final class GraphDumps implements BiConsumer<String, String> {
  private final Path folder;
  private int count;

  private GraphDumps(Path folder) {
    this.folder = folder;
  }

  /** Dumps to {@code folder}, {@code imported} first. */
  static GraphDumps to(Path folder, Graph imported) {
    GraphDumps dumps = new GraphDumps(folder);
    dumps.accept("import", TextPrinter.print(imported));
    return dumps;
  }

  @Override
  public void accept(String pass, String text) {
    Path file = folder.resolve(String.format(Locale.ROOT, "%02d-%s.txt", count++, pass));
    try {
      Files.createDirectories(folder);
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new CompileException(
          DiagnosticCode.OUTPUT_FAILED, SourceRef.NONE, file, FileProblem.of(e));
    }
  }
}
