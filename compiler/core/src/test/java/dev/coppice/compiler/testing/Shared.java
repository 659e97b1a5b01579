package dev.coppice.compiler.testing;

import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.OnnxImporter;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.onnx.wire.TensorFile;
import dev.coppice.compiler.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Real models and data, which live in a folder beside the repository or where {@code
 * -Dcoppice.shared} points.
 */
public final class Shared {
  private Shared() {}

  /** The folder, if it is there. */
  public static Optional<Path> folder() {
    String named = System.getProperty("coppice.shared");
    if (named != null) {
      return Optional.of(Path.of(named)).filter(Files::isDirectory);
    }
    for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
      Path candidate = p.resolveSibling("shared");
      if (Files.isDirectory(candidate.resolve("models"))) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /**
   * The unpacked ONNX backend test data, if it is there: the folder {@code onnx-backend} in the
   * repository or the system property {@code coppice.onnxBackend}.
   */
  public static Optional<Path> onnxBackend() {
    String named = System.getProperty("coppice.onnxBackend");
    if (named != null) {
      return Optional.of(Path.of(named)).filter(Files::isDirectory);
    }
    for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
      Path candidate = p.resolve("onnx-backend");
      if (Files.isDirectory(candidate.resolve("node"))) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** A model as imported, with default options. */
  public static Graph model(Path file) {
    return OnnxImporter.importModel(
        OnnxFile.load(file, ImportLimits.defaults()),
        ImportOptions.of(file.getFileName().toString()),
        new DiagnosticSink());
  }

  /** Tensors {@code kind_0.pb}, {@code kind_1.pb} ... of a test set. */
  public static List<Tensor> tensors(Path set, String kind) {
    List<Tensor> tensors = new ArrayList<>();
    for (int j = 0; Files.exists(set.resolve(kind + "_" + j + ".pb")); j++) {
      tensors.add(TensorFile.load(set.resolve(kind + "_" + j + ".pb")));
    }
    return tensors;
  }

  /** Folders {@code test_data_set_*} of a model, sorted. */
  public static List<Path> testSets(Path model) {
    try (Stream<Path> all = Files.list(model.getParent())) {
      return all.filter(p -> p.getFileName().toString().startsWith("test_data_set_"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
