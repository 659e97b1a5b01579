package dev.coppice.compiler.cli;

import dev.coppice.compiler.driver.OutputFile;
import dev.coppice.compiler.driver.choice.CostFile;
import dev.coppice.compiler.driver.choice.TextFile;
import dev.coppice.compiler.driver.measure.Calibration;
import dev.coppice.compiler.driver.measure.CalibrationText;
import dev.coppice.compiler.driver.measure.KernelTimer;
import dev.coppice.compiler.driver.measure.Machine;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.emit.GeneratedModel;
import dev.coppice.compiler.loop.Costs;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code coppice calibrate}: measures what things cost on this machine. */
@Command(
    name = "calibrate",
    description = {
      "Measures kernels on this machine and this JVM, fits what things cost to their times and"
          + " writes it to a file, which the option --costs of other commands takes. Shows how far"
          + " off predictions are before and after, also for kernels (+) that nothing was fitted"
          + " to. Takes about a minute."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {
      "  java --add-modules jdk.incubator.vector -jar coppice.jar \\",
      "      calibrate --out device.costs",
      "  coppice compile kws.onnx --costs device.costs \\",
      "      --class com.acme.Kws --out src/main/generated",
      "",
      "Run it on the machine that will run the class, with the same JVM, while nothing",
      "else runs. The file is text, with what each figure means; lines may be changed",
      "or left out."
    })
final class CalibrateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--out", paramLabel = "FILE", description = "The file to write.")
  private @Nullable Path out;

  @Option(
      names = "--verify",
      paramLabel = "FILE",
      description = "Fit nothing: show how far off predictions by this file are.")
  private @Nullable Path verified;

  @Option(
      names = "--kernels",
      paramLabel = "N",
      defaultValue = "1000",
      hidden = true,
      description = "Measure so many kernels at most.")
  private int kernels;

  @Override
  public Integer call() {
    if ((out == null) == (verified == null)) {
      throw new ParameterException(
          spec.commandLine(), "give either --out FILE, to write, or --verify FILE");
    }
    OutputFile.check(out);
    Optional<CostFile> given =
        Optional.ofNullable(verified).map(f -> CostFile.parse(TextFile.read(f)));
    Map<String, Costs> costs = new LinkedHashMap<>();
    PrintWriter text = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    for (Emitter emitter : runnable(err)) {
      Calibration measured =
          Calibration.measure(emitter, KernelTimer.of(System::nanoTime), kernels, err::println);
      Costs own =
          given
              .map(file -> file.costs(emitter.name(), emitter.target().costs()))
              .orElseGet(() -> measured.costs("what was measured"));
      costs.put(emitter.name(), own);
      text.println(emitter.name());
      CalibrationText.lines(measured.rows(own)).forEach(text::println);
    }
    if (out != null) {
      OutputFile.write(out, CostFile.text(costs, Machine.lines()));
      text.println("wrote " + out);
    }
    return 0;
  }

  /** The backends that this JVM runs. */
  private static List<Emitter> runnable(PrintWriter err) {
    List<Emitter> all = new ArrayList<>(Emitters.all());
    if (ModuleLayer.boot().findModule(GeneratedModel.VECTOR_MODULE).isEmpty()) {
      all.removeIf(e -> e.target().vectorApi());
      err.println(
          "The vector backend is left out: this JVM was started without --add-modules "
              + GeneratedModel.VECTOR_MODULE);
    }
    return all;
  }
}
