package dev.coppice.compiler.driver.conformance;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.CompileRequest;
import dev.coppice.compiler.driver.ImportedModel;
import dev.coppice.compiler.driver.ModelCompiler;
import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.driver.data.TestDataSet;
import dev.coppice.compiler.onnx.ContainerPorts;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import dev.coppice.compiler.onnx.wire.proto.ValueInfoProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A case with its model imported for one data set. Symbolic dimensions have the sizes of the data;
 * inputs that must be constants are bound to the data, if the model is refused otherwise.
 *
 * @param testCase the case
 * @param set name of the data set
 * @param model the model
 * @param request what the model was imported for
 * @param inputs in the order of the imported graph
 * @param expected outputs by name, in the order of the ONNX graph
 */
public record ImportedCase(
    ConformanceCase testCase,
    String set,
    ImportedModel model,
    CompileRequest request,
    List<Tensor> inputs,
    Map<String, Tensor> expected) {

  /**
   * {@code testCase} for each of its data sets.
   *
   * @throws CompileException if its model or its data is refused; if both are, then for what is
   *     wrong with the model
   */
  public static List<ImportedCase> of(ConformanceCase testCase) {
    ModelProto model = OnnxFile.load(testCase.model(), ImportLimits.defaults());
    List<TestDataSet> sets;
    try {
      sets = testCase.data(model.getGraph());
    } catch (CompileException e) {
      ModelCompiler.load(request(testCase, CaseBindings.sizes(Map.of(), Map.of())), model);
      throw e;
    }
    List<ImportedCase> all = new ArrayList<>();
    for (TestDataSet set : sets) {
      all.add(of(testCase, model, set));
    }
    return all;
  }

  private static ImportedCase of(ConformanceCase testCase, ModelProto model, TestDataSet set) {
    checkCount(testCase, set, "inputs", set.inputFiles(), model.getGraph().getInputList(), false);
    checkCount(testCase, set, "outputs", set.outputFiles(), model.getGraph().getOutputList(), true);
    Map<ValueInfoProto, Tensor> ports =
        set.inputFiles().isEmpty()
            ? ramps(model.getGraph())
            : ports(model.getGraph().getInputList(), set.inputFiles());
    Map<String, Tensor> inputs = byName(ports);
    CaseBindings sizes = CaseBindings.sizes(ports, lengths(model.getGraph(), set));
    CompileRequest request = request(testCase, sizes);
    ImportedModel imported;
    try {
      imported = ModelCompiler.load(request, model);
    } catch (CompileException e) {
      request = request(testCase, sizes.withConstants(inputs));
      imported = loadBound(request, model, e);
    }
    List<Tensor> used = imported.inputs().stream().map(p -> inputs.get(p.name())).toList();
    Map<String, Tensor> expected =
        byName(ports(model.getGraph().getOutputList(), set.outputFiles()));
    return new ImportedCase(testCase, set.name(), imported, request, used, expected);
  }

  /** A refusal to bind says nothing about the model: then the reasons are those without bounds. */
  private static ImportedModel loadBound(
      CompileRequest request, ModelProto model, CompileException unbound) {
    if (request.binds().isEmpty()) {
      throw unbound;
    }
    try {
      return ModelCompiler.load(request, model);
    } catch (CompileException e) {
      boolean binding =
          e.diagnostics().stream().anyMatch(d -> d.code() == DiagnosticCode.OPTION_INVALID);
      throw binding ? unbound : e;
    }
  }

  private static CompileRequest request(ConformanceCase testCase, CaseBindings bindings) {
    return CompileRequest.of(ModelSource.file(testCase.model()), "Model")
        .binding(Map.of(), bindings.binds())
        .with(bindings.dims());
  }

  /** What each tensor is for: elements of sequences and optionals are ports of their own. */
  private static Map<ValueInfoProto, Tensor> ports(
      List<ValueInfoProto> declared, List<List<Tensor>> files) {
    Map<ValueInfoProto, Tensor> ports = new LinkedHashMap<>();
    for (int i = 0; i < files.size(); i++) {
      ValueInfoProto value = declared.get(i);
      List<Tensor> tensors = files.get(i);
      List<ValueInfoProto> names =
          ContainerPorts.isContainer(value)
              ? ContainerPorts.ports(value, tensors.size())
              : List.of(value);
      for (int j = 0; j < tensors.size(); j++) {
        ports.put(names.get(j), tensors.get(j));
      }
    }
    return ports;
  }

  private static Map<String, Tensor> byName(Map<ValueInfoProto, Tensor> ports) {
    Map<String, Tensor> byName = new LinkedHashMap<>();
    ports.forEach((port, tensor) -> byName.put(port.getName(), tensor));
    return byName;
  }

  /** Number of tensors in each input that is a sequence or optional. */
  private static Map<ValueInfoProto, Integer> lengths(GraphProto graph, TestDataSet set) {
    Map<ValueInfoProto, Integer> lengths = new LinkedHashMap<>();
    for (int i = 0; i < set.inputFiles().size(); i++) {
      if (ContainerPorts.isContainer(graph.getInput(i))) {
        lengths.put(graph.getInput(i), set.inputFiles().get(i).size());
      }
    }
    return lengths;
  }

  /** What the ONNX backend runner makes for a model without data: {@code 0/n, 1/n, ... (n-1)/n}. */
  private static Map<ValueInfoProto, Tensor> ramps(GraphProto graph) {
    Set<String> initialized =
        graph.getInitializerList().stream().map(TensorProto::getName).collect(Collectors.toSet());
    Map<ValueInfoProto, Tensor> inputs = new LinkedHashMap<>();
    for (ValueInfoProto input : graph.getInputList()) {
      if (!initialized.contains(input.getName()) && input.getType().hasTensorType()) {
        int[] dims =
            input.getType().getTensorType().getShape().getDimList().stream()
                .mapToInt(d -> d.hasDimValue() ? Math.toIntExact(d.getDimValue()) : 1)
                .toArray();
        TensorType type = new TensorType(DType.FLOAT32, Shape.of(dims));
        double n = type.shape().size();
        inputs.put(input, Tensor.fromDoubles(type, i -> i / n));
      }
    }
    return inputs;
  }

  private static void checkCount(
      ConformanceCase testCase,
      TestDataSet set,
      String kind,
      List<List<Tensor>> files,
      List<ValueInfoProto> declared,
      boolean all) {
    if (files.size() > declared.size() || all && files.size() < declared.size()) {
      throw invalid(testCase, set, kind, files.size(), declared.size());
    }
  }

  private static CompileException invalid(
      ConformanceCase testCase, TestDataSet set, String kind, int found, int expected) {
    return new CompileException(
        DiagnosticCode.DATA_INVALID,
        SourceRef.file(testCase.model().toString()),
        set.name() + " has " + found + " " + kind + ", the model has " + expected);
  }
}
