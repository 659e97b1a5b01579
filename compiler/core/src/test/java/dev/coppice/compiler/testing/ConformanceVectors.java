package dev.coppice.compiler.testing;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.OnnxImporter;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.onnx.wire.TensorFile;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.TensorShapeProto.Dimension;
import dev.coppice.compiler.onnx.wire.proto.ValueInfoProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The operator cases of the ONNX backend test data: a model, inputs and expected outputs each. */
public final class ConformanceVectors {
  private static final int MAX_BOUND = 64;

  private ConformanceVectors() {}

  /**
   * One case as imported. Symbolic dimensions have the sizes of the inputs; inputs that must be
   * constants are bound to the test's values.
   */
  public record Vector(String name, Graph graph, List<Tensor> inputs, List<Tensor> expected) {}

  /** Names of all cases below {@code folder}, sorted. */
  public static List<String> names(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(d -> Files.exists(d.resolve("model.onnx")))
          .map(d -> d.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The case {@code name} below {@code folder}; empty when its model or its data is refused. */
  public static Optional<Vector> load(Path folder, String name) {
    try {
      return Optional.of(loadOrThrow(folder, name));
    } catch (CompileException e) {
      return Optional.empty();
    }
  }

  /**
   * The case {@code name} below {@code folder}.
   *
   * @throws CompileException if its model or its data is refused
   */
  public static Vector loadOrThrow(Path folder, String name) {
    Path set = folder.resolve(name).resolve("test_data_set_0");
    ModelProto model =
        OnnxFile.load(folder.resolve(name).resolve("model.onnx"), ImportLimits.defaults());
    Map<String, Tensor> inputs = inputs(model, set);
    Map<String, Integer> dims = dims(model, inputs);
    Graph graph;
    try {
      graph = graph(model, new ImportOptions(dims, Map.of(), name));
    } catch (CompileException e) {
      graph = graph(model, new ImportOptions(dims, binds(inputs), name));
    }
    List<Tensor> used = graph.inputs().stream().map(Value::name).map(inputs::get).toList();
    return new Vector(name, graph, used, Shared.tensors(set, "output"));
  }

  private static Graph graph(ModelProto model, ImportOptions options) {
    return OnnxImporter.importModel(model, options, new DiagnosticSink());
  }

  private static Map<String, Tensor> inputs(ModelProto model, Path set) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (int i = 0; Files.exists(set.resolve("input_" + i + ".pb")); i++) {
      inputs.put(
          model.getGraph().getInput(i).getName(),
          TensorFile.load(set.resolve("input_" + i + ".pb")));
    }
    return inputs;
  }

  private static Map<String, Integer> dims(ModelProto model, Map<String, Tensor> inputs) {
    Map<String, Integer> dims = new LinkedHashMap<>();
    for (ValueInfoProto input : model.getGraph().getInputList()) {
      List<Dimension> shape = input.getType().getTensorType().getShape().getDimList();
      Tensor data = inputs.get(input.getName());
      for (int axis = 0; data != null && axis < shape.size(); axis++) {
        if (!shape.get(axis).hasDimValue()) {
          String symbol = shape.get(axis).getDimParam();
          dims.put(
              symbol.isEmpty() ? input.getName() + ":" + axis : symbol, data.shape().dim(axis));
        }
      }
    }
    return dims;
  }

  private static Map<String, String> binds(Map<String, Tensor> inputs) {
    Map<String, String> binds = new LinkedHashMap<>();
    boolean first = true;
    for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
      Tensor t = input.getValue();
      boolean control = !first || t.dtype() == DType.INT64 || t.dtype() == DType.BOOL;
      if (control && t.size() > 0 && t.size() <= MAX_BOUND) {
        binds.put(input.getKey(), literal(t));
      }
      first = false;
    }
    return binds;
  }

  private static String literal(Tensor t) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < t.size(); i++) {
      parts.add(
          t.dtype().isFloat()
              ? Double.toString(t.doubleAt(i))
              : t.dtype() == DType.UINT64
                  ? Long.toUnsignedString(t.longAt(i))
                  : Long.toString(t.longAt(i)));
    }
    return String.join(",", parts);
  }
}
