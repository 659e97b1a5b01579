package dev.coppice.compiler.compress;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a recipe means for one model: decisions in the order in which they are carried out. {@link
 * #text()} has a line for each, and {@link #parse} reads them back.
 *
 * @param decisions the decisions
 */
public record CompressionPlan(List<Decision> decisions) {
  private static final String NAME = "\"((?:[^\"\\\\]|\\\\.)*)\"";
  private static final Pattern PRUNE =
      Pattern.compile("prune " + NAME + " zeros=(\\d+) of=(\\d+) upTo=(\\S+)");
  private static final Pattern QUANTIZE =
      Pattern.compile("quantize " + NAME + " int8 axis=(-?\\d+)");

  public CompressionPlan {
    decisions = List.copyOf(decisions);
  }

  /** The decisions for one tensor, in order. */
  public List<Decision> of(String tensor) {
    return decisions.stream().filter(d -> d.tensor().equals(tensor)).toList();
  }

  /** One line for each decision. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Decision decision : decisions) {
      if (decision instanceof Decision.Prune p) {
        text.append("prune ").append(quoted(p.tensor())).append(" zeros=").append(p.zeros());
        text.append(" of=").append(p.elements()).append(" upTo=").append(p.score());
      } else if (decision instanceof Decision.Quantize q) {
        text.append("quantize ").append(quoted(q.tensor())).append(" int8 axis=").append(q.axis());
      }
      text.append('\n');
    }
    return text.toString();
  }

  /**
   * The plan that {@link #text()} printed.
   *
   * @throws IllegalArgumentException with the first line that is no decision
   */
  public static CompressionPlan parse(String text) {
    List<Decision> decisions = new ArrayList<>();
    for (String line : text.lines().toList()) {
      Matcher prune = PRUNE.matcher(line);
      Matcher quantize = QUANTIZE.matcher(line);
      if (prune.matches()) {
        decisions.add(
            new Decision.Prune(
                unquoted(prune.group(1)),
                Long.parseLong(prune.group(2)),
                Long.parseLong(prune.group(3)),
                Float.parseFloat(prune.group(4))));
      } else if (quantize.matches()) {
        decisions.add(
            new Decision.Quantize(
                unquoted(quantize.group(1)), Integer.parseInt(quantize.group(2))));
      } else {
        throw new IllegalArgumentException("not a decision: " + line);
      }
    }
    return new CompressionPlan(decisions);
  }

  private static String quoted(String name) {
    return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  private static String unquoted(String text) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        c = text.charAt(++i);
        c = c == 'n' ? '\n' : c;
      }
      name.append(c);
    }
    return name.toString();
  }
}
