package dev.coppice.compiler.driver.conformance;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.CompileRequest;
import dev.coppice.compiler.driver.ImportedModel;
import dev.coppice.compiler.driver.ModelCompiler;
import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.driver.data.TestDataSet;
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
      sets = testCase.data();
    } catch (CompileException e) {
      ModelCompiler.load(request(testCase, CaseBindings.sizes(model, Map.of())), model);
      throw e;
    }
    List<ImportedCase> all = new ArrayList<>();
    for (TestDataSet set : sets) {
      all.add(of(testCase, model, set));
    }
    return all;
  }

  private static ImportedCase of(ConformanceCase testCase, ModelProto model, TestDataSet set) {
    Map<String, Tensor> inputs = inputs(testCase, model, set);
    CaseBindings sizes = CaseBindings.sizes(model, inputs);
    CompileRequest request = request(testCase, sizes);
    ImportedModel imported;
    try {
      imported = ModelCompiler.load(request, model);
    } catch (CompileException e) {
      request = request(testCase, sizes.withConstants(inputs));
      imported = loadBound(request, model, e);
    }
    List<Tensor> used = imported.inputs().stream().map(p -> inputs.get(p.name())).toList();
    return new ImportedCase(
        testCase, set.name(), imported, request, used, outputs(testCase, model, set));
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

  private static Map<String, Tensor> inputs(
      ConformanceCase testCase, ModelProto model, TestDataSet set) {
    List<ValueInfoProto> declared = model.getGraph().getInputList();
    if (set.inputs().isEmpty()) {
      return ramps(model.getGraph());
    }
    if (set.inputs().size() > declared.size()) {
      throw invalid(testCase, set, "inputs", set.inputs().size(), declared.size());
    }
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (int i = 0; i < set.inputs().size(); i++) {
      inputs.put(declared.get(i).getName(), set.inputs().get(i));
    }
    return inputs;
  }

  /** What the ONNX backend runner makes for a model without data: {@code 0/n, 1/n, ... (n-1)/n}. */
  private static Map<String, Tensor> ramps(GraphProto graph) {
    Set<String> initialized =
        graph.getInitializerList().stream().map(TensorProto::getName).collect(Collectors.toSet());
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (ValueInfoProto input : graph.getInputList()) {
      if (!initialized.contains(input.getName()) && input.getType().hasTensorType()) {
        int[] dims =
            input.getType().getTensorType().getShape().getDimList().stream()
                .mapToInt(d -> d.hasDimValue() ? Math.toIntExact(d.getDimValue()) : 1)
                .toArray();
        TensorType type = new TensorType(DType.FLOAT32, Shape.of(dims));
        double n = type.shape().size();
        inputs.put(input.getName(), Tensor.fromDoubles(type, i -> i / n));
      }
    }
    return inputs;
  }

  private static Map<String, Tensor> outputs(
      ConformanceCase testCase, ModelProto model, TestDataSet set) {
    List<ValueInfoProto> declared = model.getGraph().getOutputList();
    if (set.outputs().size() != declared.size()) {
      throw invalid(testCase, set, "outputs", set.outputs().size(), declared.size());
    }
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (int j = 0; j < declared.size(); j++) {
      outputs.put(declared.get(j).getName(), set.outputs().get(j));
    }
    return outputs;
  }

  private static CompileException invalid(
      ConformanceCase testCase, TestDataSet set, String kind, int found, int expected) {
    return new CompileException(
        DiagnosticCode.DATA_INVALID,
        SourceRef.file(testCase.model().toString()),
        set.name() + " has " + found + " " + kind + ", the model has " + expected);
  }
}
