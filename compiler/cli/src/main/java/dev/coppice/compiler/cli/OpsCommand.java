package dev.coppice.compiler.cli;

import dev.coppice.compiler.onnx.OnnxOperators;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code coppice ops}: which ONNX operators are supported. */
@Command(
    name = "ops",
    description = "Lists the supported ONNX operators.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {"  coppice ops --json"})
final class OpsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    if (json) {
      spec.commandLine().getOut().println(Json.line(OnnxOperators.names()));
    } else {
      OnnxOperators.names().forEach(spec.commandLine().getOut()::println);
    }
    return 0;
  }
}
