package dev.coppice.compiler.compress;

import dev.coppice.compiler.compress.recipe.Curve;
import dev.coppice.compiler.compress.recipe.Decision;
import dev.coppice.compiler.compress.recipe.Findings;
import dev.coppice.compiler.compress.recipe.Sensitivity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@link Findings} as text, a line each, with tabs between the fields. */
final class FindingsText {
  private static final String SEPARATOR = "\t";
  private static final String DECISION = "decision";
  private static final String SENSITIVITY = "sensitivity";
  private static final String CURVE = "curve";

  private FindingsText() {}

  /** The lines; tabs and line breaks within a field become spaces. */
  static String of(Findings findings) {
    StringBuilder text = new StringBuilder();
    for (Decision d : findings.decisions()) {
      text.append(line(DECISION, d.layer(), d.what(), d.why()));
    }
    for (Sensitivity s : findings.sensitivities()) {
      text.append(line(SENSITIVITY, s.layer(), s.amount(), s.metric(), s.drop() + ""));
    }
    for (Curve c : findings.curves()) {
      List<String> fields = new ArrayList<>(List.of(CURVE, c.layer(), c.amount(), c.measure()));
      c.points().forEach(p -> fields.addAll(List.of(p.amount() + "", p.value() + "")));
      text.append(line(fields.toArray(String[]::new)));
    }
    return text.toString();
  }

  /** What the lines say; empty if they are damaged. */
  static Optional<Findings> read(List<String> lines) {
    List<Decision> decisions = new ArrayList<>();
    List<Sensitivity> sensitivities = new ArrayList<>();
    List<Curve> curves = new ArrayList<>();
    try {
      for (String line : lines) {
        String[] parts = line.split(SEPARATOR, -1);
        if (parts[0].equals(DECISION)) {
          decisions.add(new Decision(parts[1], parts[2], parts[3]));
        } else if (parts[0].equals(CURVE)) {
          curves.add(curve(parts));
        } else {
          sensitivities.add(
              new Sensitivity(parts[1], parts[2], parts[3], Double.parseDouble(parts[4])));
        }
      }
    } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
      return Optional.empty();
    }
    return Optional.of(new Findings(decisions, sensitivities, curves));
  }

  private static Curve curve(String[] parts) {
    List<Curve.Point> points = new ArrayList<>();
    for (int i = 4; i < parts.length; i += 2) {
      points.add(new Curve.Point(Double.parseDouble(parts[i]), Double.parseDouble(parts[i + 1])));
    }
    return new Curve(parts[1], parts[2], parts[3], points);
  }

  private static String line(String... fields) {
    return Arrays.stream(fields).map(FindingsText::plain).collect(Collectors.joining(SEPARATOR))
        + "\n";
  }

  private static String plain(String text) {
    return text.replace('\t', ' ').replace('\n', ' ').replace('\r', ' ');
  }
}
