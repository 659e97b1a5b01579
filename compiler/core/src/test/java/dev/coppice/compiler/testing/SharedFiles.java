package dev.coppice.compiler.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * Models and data that tests may use where they are present; they are no part of the repository.
 */
public final class SharedFiles {
  private static final Path ROOT = root();

  private SharedFiles() {}

  /**
   * A file or folder of the shared folder, which is {@code ../shared} seen from the repository or
   * the system property {@code coppice.shared}. The test is skipped if it is absent.
   */
  public static Path shared(String path) {
    return present(
        Path.of(System.getProperty("coppice.shared", ROOT.resolve("../shared").toString())), path);
  }

  /**
   * A file or folder of the unpacked ONNX backend test data, which is {@code onnx-backend} in the
   * repository or the system property {@code coppice.onnxBackend}. The test is skipped if it is
   * absent.
   */
  public static Path onnxBackend(String path) {
    return present(
        Path.of(System.getProperty("coppice.onnxBackend", ROOT.resolve("onnx-backend").toString())),
        path);
  }

  private static Path present(Path folder, String path) {
    Path file = folder.resolve(path).normalize();
    Assumptions.assumeTrue(Files.exists(file), () -> file + " is absent");
    return file;
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder.getParent() != null && !Files.exists(folder.resolve("CONTRIBUTING.md"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
