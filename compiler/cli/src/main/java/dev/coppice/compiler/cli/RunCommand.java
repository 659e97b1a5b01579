package dev.coppice.compiler.cli;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.InspectionText;
import dev.coppice.compiler.driver.Json;
import dev.coppice.compiler.driver.data.Labels;
import dev.coppice.compiler.driver.data.Samples;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.Tensor;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code coppice run}: outputs or accuracy of the compiled class on data. */
@Command(
    name = "run",
    description = {
      "Compiles a model in memory and runs it on data: prints the outputs of each sample, or the "
          + "accuracy if there are labels.",
      "",
      "Stored values x become ((x + offset) * scale - mean) / std."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  coppice run mnist.onnx --data t10k-images-idx3-ubyte.gz \\",
      "      --labels t10k-labels-idx1-ubyte.gz --scale 1/255 --mean 0.1307 --std 0.3081",
      "  coppice run photos.onnx --data photos.npz --layout nhwc --scale 1/255",
      "  coppice run kws.onnx --data features.npy --json"
    })
final class RunCommand implements Callable<Integer> {
  private static final int SHOWN = 16;

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;
  @Mixin private DataOptions data;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "Class of each sample, counted from 0: an IDX or .npy file of integers, or text whose "
              + "last column is the class. Prints the accuracy of the largest element of the "
              + "first output.")
  private @Nullable Path labels;

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
    ModelOptions.Loaded loaded = model.load();
    Failures.print(loaded.result().notes(), spec.commandLine().getErr());
    List<Port> inputs = loaded.result().report().inputs();
    Samples samples = Samples.read(data.data(), inputs, data.scaling());
    int[] classes = labels == null ? null : Labels.read(labels);
    if (classes != null) {
      checkLabels(classes, samples, loaded.result().report().outputs().get(0));
    }
    int count = Math.min(limit, samples.count());
    Consumer<Object[]> instance = loaded.model().newInstance();
    int right = 0;
    try (Progress progress = new Progress("run", count)) {
      for (int i = 0; i < count; i++) {
        Object[] arrays = loaded.model().arrays(samples.sample(i));
        instance.accept(arrays);
        List<Tensor> outputs = loaded.model().outputs(arrays);
        if (classes == null) {
          print(i, loaded.result().report().outputs(), outputs);
        } else {
          right += argmax(outputs.get(0)) == classes[i] ? 1 : 0;
        }
        progress.step();
      }
    }
    if (classes != null) {
      printAccuracy(right, count);
    }
    return 0;
  }

  private void checkLabels(int[] classes, Samples samples, Port output) {
    if (classes.length != samples.count()) {
      throw refused(
          "%d labels for %d samples in %s".formatted(classes.length, samples.count(), data.data()));
    }
    int size = output.shape().size();
    for (int i = 0; i < classes.length; i++) {
      if (classes[i] < 0 || classes[i] >= size) {
        throw refused(
            "sample %d has class %d, but output %s has %d classes"
                .formatted(i, classes[i], InspectionText.port(output), size));
      }
    }
    if (size < 2) {
      throw refused("output " + InspectionText.port(output) + " has no element for each class");
    }
  }

  private CompileException refused(String message) {
    return new CompileException(
        DiagnosticCode.DATA_INVALID, SourceRef.file(String.valueOf(labels)), message);
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
