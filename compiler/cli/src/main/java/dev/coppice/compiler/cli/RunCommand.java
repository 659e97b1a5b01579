package dev.coppice.compiler.cli;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.InspectionText;
import dev.coppice.compiler.driver.Json;
import dev.coppice.compiler.driver.data.DataSpec;
import dev.coppice.compiler.driver.data.Dataset;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.Tensor;
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

/** {@code coppice run}: outputs or accuracy of the compiled class on data. */
@Command(
    name = "run",
    description = {
      "Compiles a model in memory and runs it on data: prints the outputs of each sample, or the "
          + "accuracy of the largest element of the first output if there are labels.",
      "",
      "Stored values x become ((x + offset) * scale - mean) / std."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  coppice run mnist.onnx --data t10k-images-idx3-ubyte.gz \\",
      "      --labels t10k-labels-idx1-ubyte.gz \\",
      "      --scale 1/255 --mean 0.1307 --std 0.3081",
      "  coppice run squeezenet.onnx --data photos --resize 256 --crop --channels bgr \\",
      "      --mean 103.939,116.779,123.68",
      "  coppice run digits.onnx --data digits.csv.gz --label-column last \\",
      "      --samples 1000..",
      "  coppice run voice.onnx --data talk.wav --rate 16000 --hop 512",
      "  coppice run kws.onnx --data features.npy --json"
    })
final class RunCommand implements Callable<Integer> {
  private static final int SHOWN = 16;

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;
  @Mixin private DataOptions dataOptions;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "2147483647",
      description = "Run no more than N samples.")
  private int limit;

  @Option(names = "--json", description = "Print JSON, one line a sample; all elements.")
  private boolean json;

  @Override
  public Integer call() {
    if (limit < 0) {
      throw new ParameterException(
          spec.commandLine(), "--limit must not be negative, but is " + limit);
    }
    DataSpec data = dataOptions.required();
    ModelOptions.Loaded loaded = model.load();
    Failures.print(loaded.result().notes(), spec.commandLine().getErr());
    Dataset samples = data.open(loaded.result().report().inputs()).take(limit);
    if (samples.hasLabels()) {
      checkLabels(data, samples, loaded.result().report().outputs().get(0));
    }
    int count = samples.count();
    Consumer<Object[]> instance = loaded.model().newInstance();
    int right = 0;
    try (Progress progress = new Progress("run", count)) {
      for (int i = 0; i < count; i++) {
        Object[] arrays = loaded.model().arrays(samples.inputs(i));
        instance.accept(arrays);
        List<Tensor> outputs = loaded.model().outputs(arrays);
        if (samples.hasLabels()) {
          right += argmax(outputs.get(0)) == samples.label(i).getAsInt() ? 1 : 0;
        } else {
          print(i, loaded.result().report().outputs(), outputs);
        }
        progress.step();
      }
    }
    if (samples.hasLabels()) {
      printAccuracy(right, count);
    }
    return 0;
  }

  private static void checkLabels(DataSpec data, Dataset samples, Port output) {
    SourceRef where = SourceRef.file(data.labels().orElse(data.path()).toString());
    int size = output.shape().size();
    for (int i = 0; i < samples.count(); i++) {
      int label = samples.label(i).getAsInt();
      if (label < 0 || label >= size) {
        throw new CompileException(
            DiagnosticCode.DATA_INVALID,
            where,
            "sample %d has class %d, but output %s has %d classes"
                .formatted(i, label, InspectionText.port(output), size));
      }
    }
    if (size < 2) {
      throw new CompileException(
          DiagnosticCode.DATA_INVALID,
          where,
          "output " + InspectionText.port(output) + " has no element for each class");
    }
  }

  private static int argmax(Tensor output) {
    int best = 0;
    for (int i = 1; i < output.size(); i++) {
      if (output.doubleAt(i) > output.doubleAt(best)) {
        best = i;
      }
    }
    return best;
  }

  private void printAccuracy(int right, int count) {
    PrintWriter out = spec.commandLine().getOut();
    double percent = count == 0 ? 0 : 100.0 * right / count;
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("model", model.model().toString());
      all.put("samples", count);
      all.put("right", right);
      all.put("accuracy", percent / 100);
      out.println(Json.line(all));
    } else {
      out.println(String.format(Locale.ROOT, "accuracy %.2f %% (%d of %d)", percent, right, count));
    }
  }

  private void print(int sample, List<Port> ports, List<Tensor> outputs) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("sample", sample);
      for (int j = 0; j < ports.size(); j++) {
        all.put(ports.get(j).name(), values(outputs.get(j), Integer.MAX_VALUE));
      }
      out.println(Json.line(all));
      return;
    }
    for (int j = 0; j < ports.size(); j++) {
      Tensor output = outputs.get(j);
      String more = output.size() > SHOWN ? " ... (" + output.size() + " elements)" : "";
      out.println(sample + "  " + InspectionText.port(ports.get(j)) + "  " + text(output) + more);
    }
  }

  private static String text(Tensor output) {
    return String.join(" ", values(output, SHOWN).stream().map(String::valueOf).toList());
  }

  private static List<Object> values(Tensor output, int most) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < Math.min(most, output.size()); i++) {
      if (output.dtype().isFloat()) {
        values.add(output.floatAt(i));
      } else {
        values.add(output.longAt(i));
      }
    }
    return values;
  }
}
