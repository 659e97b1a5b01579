package dev.coppice.compiler.driver.conformance;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.FileProblem;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.data.TestDataSet;
import dev.coppice.compiler.onnx.wire.TensorFile;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A case of the ONNX backend test data: a folder with {@code model.onnx} and {@code
 * test_data_set_0}, {@code test_data_set_1} ..., or a model {@code X.onnx} beside {@code
 * X_output_0.pb}, as the folder {@code light} has them.
 *
 * @param folder name of the folder that the case is listed in, such as {@code node}
 * @param name name of the case, such as {@code test_relu}
 * @param model the ONNX file
 */
public record ConformanceCase(String folder, String name, Path model) {
  private static final String MODEL = "model.onnx";
  private static final String SUFFIX = ".onnx";
  private static final int DEPTH = 3;

  /**
   * All cases in {@code dir} and the folders below it, sorted by folder and name.
   *
   * @throws CompileException if there is none, or a folder cannot be read
   */
  public static List<ConformanceCase> below(Path dir) {
    if (!Files.isDirectory(dir)) {
      throw invalid(dir, "this is not a folder");
    }
    Path root = dir.toAbsolutePath().normalize();
    List<ConformanceCase> cases = new ArrayList<>();
    if (isCase(root)) {
      cases.add(ofFolder(root));
    } else {
      collect(root, DEPTH, cases);
    }
    if (cases.isEmpty()) {
      throw invalid(
          dir,
          "there is no case below it: neither a folder with model.onnx and test_data_set_0, nor"
              + " X.onnx beside X_output_0.pb");
    }
    return cases;
  }

  private static void collect(Path dir, int depth, List<ConformanceCase> cases) {
    for (Path entry : entries(dir)) {
      if (Files.isDirectory(entry)) {
        if (isCase(entry)) {
          cases.add(ofFolder(entry));
        } else if (depth > 1) {
          collect(entry, depth - 1, cases);
        }
      } else if (fileName(entry).endsWith(SUFFIX) && Files.exists(output(entry, 0))) {
        String file = fileName(entry);
        String name = file.substring(0, file.length() - SUFFIX.length());
        cases.add(new ConformanceCase(fileName(dir), name, entry));
      }
    }
  }

  private static boolean isCase(Path dir) {
    return Files.exists(dir.resolve(MODEL)) && TestDataSet.isIn(dir);
  }

  private static ConformanceCase ofFolder(Path dir) {
    Path parent = dir.getParent();
    String folder = parent == null ? "" : fileName(parent);
    return new ConformanceCase(folder, fileName(dir), dir.resolve(MODEL));
  }

  private static List<Path> entries(Path dir) {
    try (Stream<Path> all = Files.list(dir)) {
      return all.sorted().toList();
    } catch (IOException e) {
      throw invalid(dir, "the folder cannot be read: " + FileProblem.of(e));
    }
  }

  private static CompileException invalid(Path where, String message) {
    return new CompileException(
        DiagnosticCode.DATA_INVALID, SourceRef.file(where.toString()), message);
  }

  private static String fileName(Path path) {
    return path.getFileName() == null ? "" : path.getFileName().toString();
  }

  private static Path output(Path model, int j) {
    String file = fileName(model);
    return model.resolveSibling(
        file.substring(0, file.length() - SUFFIX.length()) + "_output_" + j + ".pb");
  }

  /** Folder and name, such as {@code node/test_relu}. */
  public String id() {
    return folder + "/" + name;
  }

  /**
   * All its data sets, for the values that {@code graph} declares; one of {@code light} has no
   * inputs.
   *
   * @throws CompileException with one diagnostic if a file is no tensor that is supported
   */
  List<TestDataSet> data(GraphProto graph) {
    if (fileName(model).equals(MODEL)) {
      return TestDataSet.read(Objects.requireNonNull(model.getParent()), graph);
    }
    List<List<Tensor>> outputs = new ArrayList<>();
    for (int j = 0; Files.exists(output(model, j)); j++) {
      outputs.add(List.of(TensorFile.load(output(model, j))));
    }
    return List.of(new TestDataSet(name, List.of(), outputs));
  }
}
