package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.diag.FileProblem;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.onnx.wire.TensorFile;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.TypeProto;
import dev.coppice.compiler.onnx.wire.proto.ValueInfoProto;
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
 * @param inputFiles the tensors of each input, in the order of the graph: one, but for a sequence
 *     or optional
 * @param outputFiles the tensors of each output; empty if the folder holds none
 */
public record TestDataSet(
    String name, List<List<Tensor>> inputFiles, List<List<Tensor>> outputFiles) {
  private static final String FOLDER = "test_data_set_";

  public TestDataSet {
    inputFiles = List.copyOf(inputFiles);
    outputFiles = List.copyOf(outputFiles);
  }

  /** The tensors of all inputs, in the order of the graph. */
  public List<Tensor> inputs() {
    return inputFiles.stream().flatMap(List::stream).toList();
  }

  /** The tensors of all outputs, in the order of the graph. */
  public List<Tensor> outputs() {
    return outputFiles.stream().flatMap(List::stream).toList();
  }

  /**
   * The sets in {@code folder}: those below {@code test_data_set_0}, {@code test_data_set_1} ... by
   * number, or the folder itself if it holds {@code input_0.pb}.
   *
   * @throws dev.coppice.compiler.diag.CompileException with one diagnostic if there is none or a
   *     file is no tensor
   */
  public static List<TestDataSet> read(Path folder) {
    return read(folder, GraphProto.getDefaultInstance());
  }

  /** As {@link #read(Path)}, for a model some of whose values may be sequences or optionals. */
  public static List<TestDataSet> read(Path folder, GraphProto graph) {
    if (!Files.isDirectory(folder)) {
      throw DataFile.invalid(SourceRef.file(folder.toString()), "this is not a folder");
    }
    List<TestDataSet> sets = new ArrayList<>();
    folders(folder).forEach(f -> sets.add(readOne(f, graph)));
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
          SourceRef.file(folder.toString()), "the folder cannot be read: " + FileProblem.of(e));
    }
  }

  private static boolean hasTensors(Path folder) {
    return Files.exists(folder.resolve("input_0.pb"))
        || Files.exists(folder.resolve("output_0.pb"));
  }

  private static String name(Path path) {
    return path.getFileName() == null ? "" : path.getFileName().toString();
  }

  private static TestDataSet readOne(Path folder, GraphProto graph) {
    return new TestDataSet(
        name(folder),
        files(folder, "input_", graph.getInputList()),
        files(folder, "output_", graph.getOutputList()));
  }

  private static List<List<Tensor>> files(
      Path folder, String prefix, List<ValueInfoProto> declared) {
    List<List<Tensor>> values = new ArrayList<>();
    for (int j = 0; Files.exists(folder.resolve(prefix + j + ".pb")); j++) {
      TypeProto type =
          j < declared.size() ? declared.get(j).getType() : TypeProto.getDefaultInstance();
      values.add(tensors(folder.resolve(prefix + j + ".pb"), type));
    }
    return values;
  }

  private static List<Tensor> tensors(Path file, TypeProto type) {
    if (type.hasSequenceType()) {
      return TensorFile.loadSequence(file);
    }
    return type.hasOptionalType() ? TensorFile.loadOptional(file) : List.of(TensorFile.load(file));
  }
}
