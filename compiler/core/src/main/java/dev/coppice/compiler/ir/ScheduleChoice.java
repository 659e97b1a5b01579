package dev.coppice.compiler.ir;

import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.loop.Costs;
import java.util.Comparator;
import java.util.List;

/**
 * How a node is computed, and how else it could have been.
 *
 * @param node the node and its operator
 * @param facts what is known of the node and bears on the choice
 * @param ranked the candidates' predictions, the chosen one first, the others by score
 * @param costs what the predictions were made by
 * @param recorded whether a {@link Chooser} named the schedule, and not its prediction
 */
public record ScheduleChoice(
    SourceRef node, List<String> facts, List<Prediction> ranked, Costs costs, boolean recorded) {
  public ScheduleChoice {
    facts = List.copyOf(facts);
    ranked = List.copyOf(ranked);
  }

  /** The choice with the best prediction. */
  public ScheduleChoice(SourceRef node, List<String> facts, List<Prediction> ranked, Costs costs) {
    this(node, facts, ranked, costs, false);
  }

  /** {@code candidates}, the best by {@code costs} first; of equals, the first stays first. */
  public static List<Candidate> rank(List<Candidate> candidates, Costs costs) {
    return candidates.stream()
        .sorted(Comparator.comparingDouble(c -> c.prediction().score(costs)))
        .toList();
  }

  /** What the chosen schedule is predicted to take. */
  public Prediction chosen() {
    return ranked.get(0);
  }

  /** The choice and its reasons on one line. */
  public String text() {
    StringBuilder text = new StringBuilder(node.toString()).append(": ");
    facts.forEach(f -> text.append(f).append("; "));
    text.append(recorded ? "recorded " : "chosen ").append(chosen().text());
    for (Prediction p : ranked.subList(1, ranked.size())) {
      text.append("; rejected ").append(p.text());
      if (!p.fits(costs)) {
        text.append(" (more code than the ")
            .append(costs.codeBytes())
            .append(" B a kernel may add)");
      }
    }
    return text.toString();
  }
}
