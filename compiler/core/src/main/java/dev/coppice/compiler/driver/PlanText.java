package dev.coppice.compiler.driver;

import dev.coppice.compiler.ir.Prediction;
import dev.coppice.compiler.ir.ScheduleChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How the nodes of a model are computed and how else they could have been, for people. */
public final class PlanText {
  private PlanText() {}

  /**
   * Predicted time and the costs that it is predicted by, then for each choice a line that names
   * the node and what is known of it and one for each candidate, the chosen one first: with a star,
   * or an {@code r} where it was recorded when schedules were measured.
   */
  public static List<String> lines(List<ScheduleChoice> choices) {
    List<String> lines = new ArrayList<>();
    double nanos = choices.stream().mapToDouble(c -> c.chosen().nanos()).sum();
    lines.add(
        InspectionText.row(
            "plan",
            String.format(
                Locale.ROOT,
                "predicted %,.1f us in %d nodes with schedules",
                nanos / 1000,
                choices.size())));
    choices.stream()
        .map(c -> c.costs().source())
        .distinct()
        .forEach(source -> lines.add(InspectionText.row("costs", source)));
    for (ScheduleChoice choice : choices) {
      String facts = choice.facts().isEmpty() ? "" : ": " + String.join("; ", choice.facts());
      lines.add("  " + choice.node() + facts);
      choice.ranked().forEach(p -> lines.add(candidate(choice, p)));
    }
    return lines;
  }

  private static String candidate(ScheduleChoice choice, Prediction p) {
    return String.format(
        Locale.ROOT,
        "  %s %-28s %,11.1f us %,9d B code %,13d B weights%s",
        p == choice.chosen() ? choice.recorded() ? "r" : "*" : " ",
        p.schedule(),
        p.nanos() / 1000,
        p.codeBytes(),
        p.weightBytes(),
        p.fits(choice.costs()) ? "" : "  too much code");
  }
}
