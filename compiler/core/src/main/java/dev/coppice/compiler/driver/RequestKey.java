package dev.coppice.compiler.driver;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Identity of what a request generates: equal keys, equal bytes. */
final class RequestKey {
  private RequestKey() {}

  /** SHA-256 of model, options and compiler version, 64 hexadecimal digits. */
  static String of(String modelHash, CompileRequest request) {
    return sha256(
        List.of(
            CompilerVersion.get(),
            modelHash,
            request.className(),
            request.backend(),
            Integer.toString(request.threads()),
            request.weights().name(),
            Boolean.toString(request.codedWeights()),
            request.dims().toString(),
            request.binds().toString(),
            request.implemented().toString(),
            request.planning().identity()));
  }

  static String sha256(List<String> parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("compiler bug: every JVM has SHA-256", e);
    }
  }
}
