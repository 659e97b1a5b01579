package dev.coppice.compiler.driver;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.FileProblem;
import dev.coppice.compiler.diag.SourceRef;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Files that commands write, and that are there whole or not at all. */
public final class OutputFile {
  private OutputFile() {}

  /**
   * Refuses a place where no file can be written, before long work for it begins. Nothing is left
   * there: in the folder, or the nearest one above that exists, an empty file is made and removed.
   *
   * @param file where the file will be; null for none
   * @throws CompileException if a folder is there, or no file can be made
   */
  public static void check(@Nullable Path file) {
    if (file == null) {
      return;
    }
    if (Files.isDirectory(file)) {
      throw refused(file, "it is a folder, expected a file");
    }
    Path above = file.toAbsolutePath().getParent();
    while (above != null && !Files.exists(above)) {
      above = above.getParent();
    }
    if (above == null || !Files.isDirectory(above)) {
      throw refused(file, above + " is no folder");
    }
    try {
      Files.delete(Files.createTempFile(above, ".coppice", null));
    } catch (IOException e) {
      throw refused(file, "no file can be made in " + above);
    }
  }

  /**
   * Writes {@code text} to {@code file}: first to a new file in the same folder, which is made when
   * needed, and which then takes the name at once.
   *
   * @throws CompileException if it cannot be written
   */
  public static void write(Path file, String text) {
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
    Path part = folder.resolve("." + file.getFileName() + ".part");
    try {
      Files.createDirectories(folder);
      try {
        Files.writeString(part, text);
        move(part, file);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw refused(file, FileProblem.of(e));
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static CompileException refused(Path file, String problem) {
    return new CompileException(DiagnosticCode.OUTPUT_FAILED, SourceRef.NONE, file, problem);
  }
}
