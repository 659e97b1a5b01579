package dev.coppice.compiler.driver;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.TextPrinter;
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
    OutputFile.write(file, text);
  }
}
