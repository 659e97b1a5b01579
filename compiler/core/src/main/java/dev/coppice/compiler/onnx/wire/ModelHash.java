package dev.coppice.compiler.onnx.wire;

import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Identity of a model: its content, wherever its external data came from. */
public final class ModelHash {
  private ModelHash() {}

  /** SHA-256 of {@code model} as the file it would be saved to, 64 hexadecimal digits. */
  public static String of(ModelProto model) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("compiler bug: every JVM has SHA-256", e);
    }
    try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      model.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("a model cannot be written to nowhere", e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
