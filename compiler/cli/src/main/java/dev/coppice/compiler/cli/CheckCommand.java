package dev.coppice.compiler.cli;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.InspectionText;
import dev.coppice.compiler.driver.Json;
import dev.coppice.compiler.driver.ModelCompiler;
import dev.coppice.compiler.driver.data.DataSpec;
import dev.coppice.compiler.driver.data.Dataset;
import dev.coppice.compiler.driver.data.TestDataSet;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.Tolerance;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code coppice check}: compares the compiled class with reference outputs. */
@Command(
    name = "check",
    description = {
      "Runs the compiled class on data and compares its outputs: with those stored in ONNX test "
          + "data, or else with those that the model's operators have when they are interpreted, "
          + "which is slow."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:All outputs are within tolerance.",
      "1:Some are not.",
      "2:The model or the data is refused."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  coppice check resnet8/model.onnx --data resnet8",
      "",
      "where resnet8 holds test_data_set_0/input_0.pb, test_data_set_0/output_0.pb, ...",
      "",
      "  coppice check resnet8/model.onnx --data photos --resize 32x32 --samples 0..2"
    })
final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;
  @Mixin private DataOptions dataOptions;

  @Option(
      names = "--rtol",
      paramLabel = "X",
      defaultValue = "1e-3",
      description = "Relative tolerance (default: ${DEFAULT-VALUE}).")
  private double rtol;

  @Option(
      names = "--atol",
      paramLabel = "X",
      defaultValue = "1e-5",
      description = "Absolute tolerance (default: ${DEFAULT-VALUE}).")
  private double atol;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    if (!(rtol >= 0 && atol >= 0)) {
      throw new ParameterException(
          spec.commandLine(), "--rtol and --atol must be 0 or more, but are " + rtol + ", " + atol);
    }
    DataSpec data = dataOptions.required();
    List<TestDataSet> stored = TestDataSet.isIn(data.path()) ? stored(data) : List.of();
    ModelOptions.Loaded loaded = model.load();
    Failures.print(loaded.result().notes(), spec.commandLine().getErr());
    List<OutputError> errors = new ArrayList<>();
    if (stored.isEmpty()) {
      interpreted(data, loaded, errors);
    } else {
      stored(data, stored, loaded, errors);
    }
    boolean passed = errors.stream().allMatch(e -> e.outside == 0);
    print(errors, passed);
    return passed ? 0 : Failures.WRONG;
  }

  private List<TestDataSet> stored(DataSpec data) {
    if (!data.equals(DataSpec.of(data.path()))) {
      throw new ParameterException(
          spec.commandLine(), "ONNX test data is taken as it is, without further options for data");
    }
    return TestDataSet.read(
        data.path(), OnnxFile.load(model.model(), ImportLimits.defaults()).getGraph());
  }

  private void stored(
      DataSpec data, List<TestDataSet> sets, ModelOptions.Loaded loaded, List<OutputError> errors) {
    for (TestDataSet set : sets) {
      fits(data, set, "input", loaded.result().report().inputs(), set.inputs());
      fits(data, set, "output", loaded.result().report().outputs(), set.outputs());
    }
    try (Progress progress = new Progress("check", sets.size())) {
      Consumer<Object[]> instance = loaded.model().newInstance();
      for (TestDataSet set : sets) {
        compare(set.name(), set.inputs(), set.outputs(), loaded, instance, errors);
        progress.step();
      }
    }
  }

  private void interpreted(DataSpec data, ModelOptions.Loaded loaded, List<OutputError> errors) {
    Dataset samples = data.open(loaded.result().report().inputs());
    ReferenceInterpreter interpreter =
        new ReferenceInterpreter(ModelCompiler.load(model.request()).graph());
    Consumer<Object[]> instance = loaded.model().newInstance();
    try (Progress progress = new Progress("check", samples.count())) {
      for (int i = 0; i < samples.count(); i++) {
        List<Tensor> inputs = samples.inputs(i);
        compare("sample " + i, inputs, interpreter.run(inputs), loaded, instance, errors);
        progress.step();
      }
    }
  }

  private void compare(
      String set,
      List<Tensor> inputs,
      List<Tensor> expected,
      ModelOptions.Loaded loaded,
      Consumer<Object[]> instance,
      List<OutputError> errors) {
    Object[] arrays = loaded.model().arrays(inputs);
    instance.accept(arrays);
    List<Tensor> actual = loaded.model().outputs(arrays);
    List<Port> outputs = loaded.result().report().outputs();
    for (int j = 0; j < outputs.size(); j++) {
      errors.add(error(set, outputs.get(j), expected.get(j), actual.get(j)));
    }
  }

  private static void fits(
      DataSpec data, TestDataSet set, String kind, List<Port> ports, List<Tensor> tensors) {
    if (tensors.size() != ports.size()) {
      throw refused(
          data,
          "%s has %d %ss, the model has %d"
              .formatted(set.name(), tensors.size(), kind, ports.size()));
    }
    for (int j = 0; j < ports.size(); j++) {
      Port port = ports.get(j);
      Tensor tensor = tensors.get(j);
      if (tensor.dtype() != port.dtype() || tensor.size() != port.shape().size()) {
        throw refused(
            data,
            "%s, %s_%d.pb is %s, but the model has %s"
                .formatted(set.name(), kind, j, tensor.type(), InspectionText.port(port)));
      }
    }
  }

  private static CompileException refused(DataSpec data, String message) {
    return new CompileException(
        DiagnosticCode.DATA_INVALID, SourceRef.file(data.path().toString()), message);
  }

  /**
   * How far an output is off.
   *
   * @param absolute largest absolute error
   * @param relative largest error relative to the expected value, or to atol where that is smaller
   * @param outside number of elements outside the tolerance
   * @param worst index of the element with the largest absolute error
   */
  private record OutputError(
      String set, Port output, double absolute, double relative, int outside, int worst) {}

  private OutputError error(String set, Port output, Tensor expected, Tensor actual) {
    Tolerance tolerance = new Tolerance(rtol, atol);
    double absolute = 0;
    double relative = 0;
    int outside = 0;
    int worst = 0;
    for (int i = 0; i < expected.size(); i++) {
      double e = expected.doubleAt(i);
      double a = actual.doubleAt(i);
      boolean accepted = tolerance.accepts(e, a);
      double error = e == a || Double.isNaN(e) && Double.isNaN(a) ? 0 : Math.abs(a - e);
      error = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
      if (error > absolute) {
        absolute = error;
        worst = i;
      }
      relative = Math.max(relative, error == 0 ? 0 : error / Math.max(Math.abs(e), atol));
      outside += accepted ? 0 : 1;
    }
    return new OutputError(set, output, absolute, relative, outside, worst);
  }

  private void print(List<OutputError> errors, boolean passed) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("model", model.model().toString());
      all.put("passed", passed);
      all.put("outputs", errors.stream().map(CheckCommand::json).toList());
      out.println(Json.pretty(all));
      return;
    }
    for (OutputError e : errors) {
      out.println(
          String.format(
              Locale.ROOT,
              "%s  %s  largest error: absolute %.3g, relative %.3g  %s",
              e.set,
              InspectionText.port(e.output),
              e.absolute,
              e.relative,
              e.outside == 0
                  ? "ok"
                  : "FAILED: " + e.outside + " elements outside, worst at " + e.worst));
    }
    out.println(passed ? "passed" : "FAILED");
  }

  private static Map<String, Object> json(OutputError e) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("set", e.set);
    json.put("output", e.output.name());
    json.put("absolute", e.absolute);
    json.put("relative", e.relative);
    json.put("outside", e.outside);
    return json;
  }
}
