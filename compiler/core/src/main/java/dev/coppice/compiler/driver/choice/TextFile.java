package dev.coppice.compiler.driver.choice;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.FileProblem;
import dev.coppice.compiler.diag.SourceRef;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A small text file in UTF-8.
 *
 * @param name what diagnostics call it
 * @param lines its lines
 */
public record TextFile(String name, List<String> lines) {
  public TextFile {
    lines = List.copyOf(lines);
  }

  /**
   * Reads a file.
   *
   * @throws CompileException if it cannot be read or is no text
   */
  public static TextFile read(Path file) {
    try {
      return of(file.toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      String problem =
          Files.exists(file)
              ? "cannot be read: " + FileProblem.of(e)
              : "no such file; 'coppice calibrate' writes costs, 'coppice compile --tune'"
                  + " schedules";
      throw new CompileException(
          DiagnosticCode.FILE_UNREADABLE, SourceRef.file(file.toString()), problem);
    }
  }

  /**
   * The text that {@code bytes} are.
   *
   * @throws CompileException if they are none
   */
  public static TextFile of(String name, byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new TextFile(name, text.lines().toList());
    } catch (CharacterCodingException e) {
      throw new CompileException(
          DiagnosticCode.FILE_UNREADABLE, SourceRef.file(name), "the file is not UTF-8");
    }
  }

  /** Line {@code i} of this file, from 0, for diagnostics. */
  SourceRef at(int i) {
    return SourceRef.file(name).atLine(i + 1);
  }

  /** Line {@code i}, from 0, without a comment and blanks around. */
  String content(int i) {
    String line = lines.get(i).strip();
    int comment = line.startsWith("#") ? 0 : line.indexOf(" #");
    return comment < 0 ? line : line.substring(0, comment).strip();
  }
}
