package dev.coppice.compiler.cli;

import dev.coppice.compiler.driver.InspectionText;
import dev.coppice.compiler.driver.Json;
import dev.coppice.compiler.driver.ModelInspector;
import dev.coppice.compiler.driver.PlanText;
import dev.coppice.compiler.driver.StorageText;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code coppice inspect}: what a model is and what it would cost. */
@Command(
    name = "inspect",
    description = {
      "Shows inputs, outputs, operators, parameters, multiply-accumulates, weight bytes and the "
          + "planned arena of a model, or why it cannot be compiled."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {
      "  coppice inspect kws.onnx --json",
      "  coppice inspect kws.onnx --plan",
      "  coppice inspect kws.onnx --weights"
    })
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(
      names = "--plan",
      description =
          "Also list the schedules that each layer could be computed by, with their predicted time,"
              + " code and weights, and the one chosen.")
  private boolean plan;

  @Option(
      names = "--weights",
      description =
          "Also list how each tensor of weights is stored, and what its bytes are spent on.")
  private boolean weights;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    ModelInspector.Inspection inspection = ModelInspector.inspect(model.request());
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("model", model.model().toString());
      all.putAll(ReportJson.json(inspection));
      if (plan) {
        inspection.report().ifPresent(r -> all.put("plan", ReportJson.plan(r)));
      }
      if (weights) {
        inspection.report().ifPresent(r -> all.put("storage", ReportJson.storage(r)));
      }
      out.println(Json.pretty(all));
    } else {
      out.println(model.model());
      InspectionText.lines(inspection).forEach(out::println);
      if (plan) {
        inspection.report().ifPresent(r -> PlanText.lines(r.choices()).forEach(out::println));
      }
      if (weights) {
        inspection.report().ifPresent(r -> StorageText.lines(r.stored()).forEach(out::println));
      }
    }
    Failures.print(inspection.problems(), spec.commandLine().getErr());
    return inspection.report().isPresent() ? 0 : Failures.REFUSED;
  }
}
