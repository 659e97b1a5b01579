package dev.coppice.compiler.cli;

import dev.coppice.compiler.compress.CompressedFile;
import dev.coppice.compiler.diag.DiagnosticSink;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code coppice compress}: a smaller model by recipe. */
@Command(
    name = "compress",
    description = {
      "Prunes and quantizes the weights of a model as a recipe says and writes standard ONNX, "
          + "which 'coppice compile' and other runtimes take. The original stays as it is."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {
      "  coppice compress kws.onnx --recipe small.yaml --out kws-small.onnx",
      "",
      "with small.yaml:",
      "",
      "  steps:",
      "    - method: prune",
      "      kind: magnitude       # the smallest weights become zero",
      "      amount: 0.8           # fraction removed",
      "      scope: global         # counted over all layers, or in each: layer",
      "      layers: [\"conv*\"]     # optional: names of nodes or initializers",
      "      exclude: [conv1]      # optional: likewise",
      "    - method: quantize",
      "      kind: int8            # symmetric, weights only",
      "      granularity: channel  # a scale per output channel, or one: tensor",
      "",
      "Weights are what Conv, ConvTranspose, Gemm and MatMul multiply with; biases stay."
    })
final class CompressCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "The ONNX file.")
  private Path model;

  @Option(
      names = "--recipe",
      required = true,
      paramLabel = "FILE",
      description = "What to do, in YAML; see the example.")
  private Path recipe;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The compressed model; replaced if it is there.")
  private Path out;

  @Override
  public Integer call() {
    DiagnosticSink sink = new DiagnosticSink();
    List<String> lines = CompressedFile.write(model, recipe, out, sink);
    Failures.print(sink.diagnostics(), spec.commandLine().getErr());
    lines.forEach(spec.commandLine().getOut()::println);
    spec.commandLine().getOut().flush();
    return 0;
  }
}
