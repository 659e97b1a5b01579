package dev.coppice.compiler.cli;

import dev.coppice.compiler.onnx.OperatorDomains;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
      spec.commandLine().getOut().println(Json.line(table()));
    } else {
      table()
          .forEach(
              (domain, names) ->
                  names.forEach(n -> spec.commandLine().getOut().println(domain + " " + n)));
    }
    return 0;
  }

  private static Map<String, List<String>> table() {
    Map<String, List<String>> table = new LinkedHashMap<>();
    OperatorDomains.domains().forEach(d -> table.put(d, OperatorDomains.names(d)));
    return table;
  }
}
