package dev.coppice.compiler.driver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The version of this compiler. */
public final class CompilerVersion {
  private static final String RESOURCE = "version.txt";

  private CompilerVersion() {}

  /** For example {@code 0.1.0}. */
  public static String get() {
    try (InputStream in = CompilerVersion.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("compiler bug: " + RESOURCE + " is not packaged");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).trim();
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE, e);
    }
  }
}
