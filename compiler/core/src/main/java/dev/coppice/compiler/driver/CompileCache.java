package dev.coppice.compiler.driver;

import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.ModelHash;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Remembers what was generated from what, so that a build need not do it again: one small text file
 * a class with the key of the request and the hash of every generated file.
 */
public final class CompileCache {
  private final Path folder;

  /** A cache in {@code folder}, which is made when needed. */
  public CompileCache(Path folder) {
    this.folder = folder;
  }

  /**
   * The key of {@code request}: it changes with anything that the output depends on.
   *
   * @throws dev.coppice.compiler.diag.CompileException if the model cannot be read
   * @throws IOException if the compiler's own files cannot be read
   */
  public static String key(CompileRequest request) throws IOException {
    String model = ModelHash.of(request.model().load(ImportLimits.defaults()));
    return RequestKey.sha256(List.of(RequestKey.of(model, request), compiler()));
  }

  /** Whether everything that was generated for {@code key} is still there and unchanged. */
  public boolean isFresh(String className, String key) throws IOException {
    List<String> lines = lines(className);
    if (lines.isEmpty() || !lines.get(0).equals(key)) {
      return false;
    }
    for (String line : lines.subList(1, lines.size())) {
      Path file = Path.of(line.substring(line.indexOf(' ') + 1));
      if (!Files.isRegularFile(file) || !line.startsWith(hash(file) + " ")) {
        return false;
      }
    }
    return true;
  }

  /**
   * Remembers that {@code files} were generated for {@code key}, and deletes what was generated for
   * the same class before and is not among them.
   */
  public void record(String className, String key, List<Path> files) throws IOException {
    List<String> lines = new ArrayList<>(List.of(key));
    for (Path file : files) {
      lines.add(hash(file) + " " + file.toAbsolutePath());
    }
    for (String line : lines(className)) {
      int space = line.indexOf(' ');
      Path old = Path.of(line.substring(space + 1));
      if (space > 0 && files.stream().noneMatch(f -> f.toAbsolutePath().equals(old))) {
        Files.deleteIfExists(old);
      }
    }
    Files.createDirectories(folder);
    Files.write(stamp(className), lines, StandardCharsets.UTF_8);
  }

  private List<String> lines(String className) throws IOException {
    try {
      return Files.readAllLines(stamp(className), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private Path stamp(String className) {
    return folder.resolve(className + ".coppice");
  }

  /** A version under development can change without changing its name: its files identify it. */
  private static String compiler() throws IOException {
    if (!CompilerVersion.get().endsWith("-SNAPSHOT")) {
      return "";
    }
    Path code;
    try {
      code =
          Path.of(CompileCache.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
    if (Files.isRegularFile(code)) {
      return hash(code);
    }
    List<String> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(code)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        files.add(file + " " + Files.getLastModifiedTime(file).toMillis());
      }
    }
    return RequestKey.sha256(files);
  }

  private static String hash(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] window = new byte[1 << 16];
      for (int n = in.read(window); n >= 0; n = in.read(window)) {
        digest.update(window, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("compiler bug: every JVM has SHA-256", e);
    }
  }
}
