package dev.coppice.compiler.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileProblemTest {
  @TempDir Path folder;

  @Test
  void saysWhatTheClassOfTheExceptionSays() throws IOException {
    Path absent = folder.resolve("absent");
    IOException e = assertThrows(IOException.class, () -> Files.readString(absent));
    assertEquals(absent + ": no such file or folder", FileProblem.of(e));

    Path file = Files.writeString(folder.resolve("file"), "");
    e = assertThrows(IOException.class, () -> Files.createDirectories(file));
    assertEquals(file + ": something else is there", FileProblem.of(e));

    e = assertThrows(IOException.class, () -> Files.delete(folder));
    assertEquals(folder + ": is a folder that is not empty", FileProblem.of(e));

    assertEquals("a: permission denied", FileProblem.of(new AccessDeniedException("a")));
    assertEquals("a: is no folder", FileProblem.of(new NotDirectoryException("a")));
    assertEquals("a: FileSystemLoopException", FileProblem.of(new FileSystemLoopException("a")));
  }

  @Test
  void keepsAReasonThatIsGiven() {
    assertEquals(
        "a: No space left on device",
        FileProblem.of(new FileSystemException("a", null, "No space left on device")));
    assertEquals("Connection reset", FileProblem.of(new IOException("Connection reset")));
    assertEquals("EOFException", FileProblem.of(new EOFException()));
  }
}
