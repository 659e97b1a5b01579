package dev.coppice.compiler.cli;

import dev.coppice.compiler.driver.Json;
import dev.coppice.compiler.onnx.OperatorDomains;
import dev.coppice.compiler.onnx.OperatorDomains.Entry;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code coppice ops}: which ONNX operators are supported. */
@Command(
    name = "ops",
    description = {
      "Lists the supported ONNX operators: the opsets of ai.onnx they are taken from, and how many"
          + " operands and results they have."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {"  coppice ops --json"})
final class OpsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    List<Entry> entries = OperatorDomains.entries();
    if (json) {
      out.println(Json.line(entries.stream().map(OpsCommand::fields).toList()));
      return 0;
    }
    int width = entries.stream().mapToInt(e -> name(e).length()).max().orElse(0);
    for (Entry e : entries) {
      out.printf(
          Locale.ROOT,
          "%-" + width + "s  opset %2d to %d  operands %-8s results %s%n",
          name(e),
          e.since(),
          e.until(),
          range(e.minInputs(), e.maxInputs()),
          range(1, e.maxOutputs()));
    }
    return 0;
  }

  private static String name(Entry e) {
    return e.domain() + " " + e.name();
  }

  private static String range(int least, int most) {
    return most == Integer.MAX_VALUE
        ? least + "..."
        : least == most ? "" + least : least + " to " + most;
  }

  private static Map<String, Object> fields(Entry e) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("domain", e.domain());
    fields.put("name", e.name());
    fields.put("since", e.since());
    fields.put("until", e.until());
    fields.put("min_operands", e.minInputs());
    fields.put("max_operands", e.maxInputs());
    fields.put("max_results", e.maxOutputs());
    return fields;
  }
}
