package dev.coppice.compiler.compress.search;

import dev.coppice.compiler.compress.recipe.Limits;
import dev.coppice.compiler.compress.recipe.Quantity;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.diag.Suggestion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Budgets as they are written on the command line: {@code latency<=0.5ms, weights<=64KiB,
 * drop<=0.5}.
 */
public final class Budget {
  private static final Pattern TERM = Pattern.compile("\\s*([a-z]+)\\s*<=\\s*(.+?)\\s*");
  private static final Quantity POINTS = new Quantity("drop", Map.of("", 1.0));
  private static final Map<String, Quantity> TERMS =
      Map.of(
          "drop", POINTS,
          "weights", Quantity.BYTES,
          "macs", Quantity.COUNT,
          "arena", Quantity.BYTES,
          "latency", Quantity.MICROS);

  private Budget() {}

  /**
   * The limits that {@code text} gives.
   *
   * @throws CompileException saying which term is wrong
   */
  public static Limits parse(String text) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (String term : text.split(",")) {
      Matcher form = TERM.matcher(term);
      if (!form.matches() || !TERMS.containsKey(form.group(1))) {
        String name = form.matches() ? form.group(1) : term.strip();
        throw refused(
            "'"
                + term.strip()
                + "' is no term; expected NAME<=VALUE with one of the names "
                + String.join(", ", names())
                + Suggestion.of(name, names()));
      }
      Quantity quantity = TERMS.get(form.group(1));
      OptionalDouble value = quantity.parse(form.group(2));
      if (value.isEmpty()) {
        throw refused("'" + term.strip() + "': expected " + quantity.expected());
      }
      if (values.put(form.group(1), value.getAsDouble()) != null) {
        throw refused("'" + form.group(1) + "' is limited twice");
      }
    }
    return new Limits(
        number(values, "drop"),
        count(values, "weights"),
        count(values, "macs"),
        count(values, "arena"),
        number(values, "latency"));
  }

  private static List<String> names() {
    return List.of("latency", "weights", "macs", "arena", "drop");
  }

  private static OptionalDouble number(Map<String, Double> values, String name) {
    Double value = values.get(name);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  private static OptionalLong count(Map<String, Double> values, String name) {
    Double value = values.get(name);
    return value == null ? OptionalLong.empty() : OptionalLong.of(Math.round(value));
  }

  private static CompileException refused(String problem) {
    return new CompileException(
        DiagnosticCode.OPTION_INVALID, SourceRef.NONE, "--budget: " + problem);
  }
}
