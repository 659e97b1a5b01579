package dev.coppice.compiler.onnx.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.FileProblem;
import dev.coppice.compiler.diag.SourceRef;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Reads and writes one protobuf message per file. Bytes fields of what is read are views of the
 * file's bytes.
 */
final class ProtoFile {
  private ProtoFile() {}

  /**
   * The message in {@code file}.
   *
   * @throws CompileException if the file cannot be read, is larger or nests deeper than {@code
   *     limits}, or is no such message
   */
  static <M extends MessageLite> M load(
      Path file, Parser<M> parser, String kind, ImportLimits limits) {
    SourceRef where = SourceRef.file(file.toString());
    byte[] bytes = bytes(file, limits, where);
    if (bytes.length == 0) {
      throw new CompileException(
          DiagnosticCode.FILE_MALFORMED, where, "the file is empty, expected " + kind);
    }
    return parse(bytes, parser, kind, limits, where);
  }

  /** The message in {@code bytes}; see {@link #load}. */
  static <M extends MessageLite> M parse(
      byte[] bytes, Parser<M> parser, String kind, ImportLimits limits, SourceRef where) {
    CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
    in.enableAliasing(true);
    in.setRecursionLimit(limits.depth());
    try {
      M message = parser.parseFrom(in, ExtensionRegistryLite.getEmptyRegistry());
      in.checkLastTagWas(0);
      return message;
    } catch (InvalidProtocolBufferException e) {
      throw new CompileException(
          DiagnosticCode.FILE_MALFORMED, where, "the bytes are not " + kind + ": " + reason(e));
    } catch (OutOfMemoryError e) {
      // A few bytes of protobuf can ask for many objects; nothing is lost by giving up here.
      throw new CompileException(
          DiagnosticCode.LIMIT_EXCEEDED, where, "reading it needs more memory than the JVM has");
    }
  }

  /** Protobuf's reason as a clause: one line, lower case, no full stop. */
  private static String reason(InvalidProtocolBufferException e) {
    String message = Optional.ofNullable(e.getMessage()).orElse("malformed");
    if (message.startsWith("While parsing a protocol message, the input ended unexpectedly")) {
      return "the input ends in the middle of a field";
    }
    String text = message.startsWith("Protocol message ") ? message.substring(17) : message;
    String line = text.lines().findFirst().orElse("malformed");
    int stop = line.indexOf(". ");
    line = stop < 0 ? line : line.substring(0, stop);
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }

  private static byte[] bytes(Path file, ImportLimits limits, SourceRef where) {
    try {
      if (Files.isDirectory(file)) {
        throw new CompileException(
            DiagnosticCode.FILE_UNREADABLE, where, "is a folder, expected a file");
      }
      if (!Files.exists(file)) {
        throw new CompileException(DiagnosticCode.FILE_UNREADABLE, where, "no such file");
      }
      long size = Files.size(file);
      if (size > limits.fileBytes()) {
        throw new CompileException(
            DiagnosticCode.LIMIT_EXCEEDED,
            where,
            "the file has " + size + " bytes, the limit is " + limits.fileBytes());
      }
      return Files.readAllBytes(file);
    } catch (AccessDeniedException e) {
      throw new CompileException(DiagnosticCode.FILE_UNREADABLE, where, "may not be read");
    } catch (IOException e) {
      throw new CompileException(
          DiagnosticCode.FILE_UNREADABLE, where, "cannot be read: " + FileProblem.of(e));
    } catch (OutOfMemoryError e) {
      throw new CompileException(
          DiagnosticCode.LIMIT_EXCEEDED, where, "reading it needs more memory than the JVM has");
    }
  }

  /**
   * Writes {@code message} to {@code file}: first to a new file in the same folder, which then
   * takes the name at once, so that readers see the old or the new bytes and never a part. Equal
   * messages give equal bytes.
   */
  static void save(MessageLite message, Path file) {
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
    try {
      Files.createDirectories(folder);
      Path part = folder.resolve("." + file.getFileName() + ".part");
      try {
        try (OutputStream out = Files.newOutputStream(part)) {
          CodedOutputStream coded = CodedOutputStream.newInstance(out, 1 << 16);
          coded.useDeterministicSerialization();
          message.writeTo(coded);
          coded.flush();
        }
        move(part, file);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new CompileException(
          DiagnosticCode.OUTPUT_FAILED, SourceRef.NONE, file, FileProblem.of(e));
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
