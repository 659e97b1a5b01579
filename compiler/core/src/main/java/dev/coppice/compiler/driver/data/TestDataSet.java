package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.onnx.wire.TensorFile;
import dev.coppice.compiler.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * ONNX test data: {@code input_J.pb} and {@code output_J.pb}, J in the order of the graph.
 *
 * @param name the folder's name
 * @param inputs in the order of the graph
 * @param outputs in the order of the graph; empty if the folder holds none
 */
public record TestDataSet(String name, List<Tensor> inputs, List<Tensor> outputs) {
  private static final String FOLDER = "test_data_set_";

  public TestDataSet {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * The sets in {@code folder}: those below {@code test_data_set_0}, {@code test_data_set_1} ... by
   * number, or the folder itself if it holds {@code input_0.pb}.
   *
   * @throws dev.coppice.compiler.diag.CompileException with one diagnostic if there is none or a
   *     file is no tensor
   */
  public static List<TestDataSet> read(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw DataFile.invalid(SourceRef.file(folder.toString()), "this is not a folder");
    }
    List<TestDataSet> sets = new ArrayList<>();
    folders(folder).forEach(f -> sets.add(readOne(f)));
    if (sets.isEmpty()) {
      throw DataFile.invalid(
          SourceRef.file(folder.toString()),
          "the folder holds neither input_0.pb nor folders test_data_set_0, test_data_set_1, ...");
    }
    return sets;
  }

  /** Whether {@link #read} finds a set in {@code folder}. */
  public static boolean isIn(Path folder) {
    return Files.isDirectory(folder) && !folders(folder).isEmpty();
  }

  private static List<Path> folders(Path folder) {
    if (hasTensors(folder)) {
      return List.of(folder);
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(p -> name(p).matches(FOLDER + "\\d{1,9}") && hasTensors(p))
          .sorted(
              Comparator.comparingInt(p -> Integer.parseInt(name(p).substring(FOLDER.length()))))
          .toList();
    } catch (IOException e) {
      throw DataFile.invalid(
          SourceRef.file(folder.toString()), "the folder cannot be read: " + e.getMessage());
    }
  }

  private static boolean hasTensors(Path folder) {
    return Files.exists(folder.resolve("input_0.pb"))
        || Files.exists(folder.resolve("output_0.pb"));
  }

  private static String name(Path path) {
    return path.getFileName() == null ? "" : path.getFileName().toString();
  }

  private static TestDataSet readOne(Path folder) {
    return new TestDataSet(name(folder), tensors(folder, "input_"), tensors(folder, "output_"));
  }

  private static List<Tensor> tensors(Path folder, String prefix) {
    List<Tensor> tensors = new ArrayList<>();
    for (int j = 0; Files.exists(folder.resolve(prefix + j + ".pb")); j++) {
      tensors.add(TensorFile.load(folder.resolve(prefix + j + ".pb")));
    }
    return tensors;
  }
}
