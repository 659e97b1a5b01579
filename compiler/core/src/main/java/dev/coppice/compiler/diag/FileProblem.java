package dev.coppice.compiler.diag;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why a file cannot be read or written, in words for users. */
public final class FileProblem {
  private FileProblem() {}

  /**
   * What {@code e} says as a clause: the file, where it names one, and the reason. The exceptions
   * of {@code java.nio.file} tell the reason by their class; their message is the path alone.
   */
  public static String of(IOException e) {
    if (e instanceof FileSystemException f && f.getFile() != null && f.getReason() == null) {
      return f.getFile() + ": " + reason(f);
    }
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private static String reason(FileSystemException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "something else is there";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return "is a folder that is not empty";
    }
    if (e instanceof NotDirectoryException) {
      return "is no folder";
    }
    return e.getClass().getSimpleName();
  }
}
