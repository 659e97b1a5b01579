package dev.coppice.compiler.driver.choice;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.Suggestion;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.loop.CostFigure;
import dev.coppice.compiler.loop.Costs;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What things cost on a machine, as a file: a line {@code backend.figure = value} for each {@link
 * CostFigure}; figures that it lacks keep their defaults.
 *
 * <pre>
 * version = 1
 * vector.step = 0.4167   # ns: two multiply-adds or loads of registers
 * </pre>
 *
 * @param name what diagnostics call it
 * @param figures values by backend
 */
public record CostFile(String name, Map<String, Map<CostFigure, Double>> figures) {
  private static final String VERSION = "1";

  public CostFile {
    Map<String, Map<CostFigure, Double>> copy = new TreeMap<>();
    figures.forEach((backend, own) -> copy.put(backend, Collections.unmodifiableMap(own)));
    figures = Collections.unmodifiableMap(copy);
  }

  /**
   * Reads a file.
   *
   * @throws CompileException with every line that is wrong
   */
  public static CostFile parse(TextFile text) {
    DiagnosticSink problems = new DiagnosticSink();
    Map<String, Map<CostFigure, Double>> figures = new TreeMap<>();
    boolean versioned = false;
    for (int i = 0; i < text.lines().size(); i++) {
      String line = text.content(i);
      if (line.isEmpty()) {
        continue;
      }
      int equals = line.indexOf('=');
      String key = line.substring(0, Math.max(0, equals)).strip();
      String value = line.substring(equals + 1).strip();
      String problem;
      if (equals < 1) {
        problem = "'" + line + "' is not of the form vector.step = 0.4";
      } else if (key.equals("version")) {
        versioned = true;
        problem = value.equals(VERSION) ? "" : "version is " + value + ", expected " + VERSION;
      } else {
        problem = put(key, value, figures);
      }
      if (!problem.isEmpty()) {
        problems.report(DiagnosticCode.COSTS_INVALID, text.at(i), problem);
      }
    }
    if (!versioned) {
      problems.report(
          DiagnosticCode.COSTS_INVALID, text.at(0), "there is no line 'version = " + VERSION + "'");
    }
    problems.throwIfErrors();
    return new CostFile(text.name(), figures);
  }

  /** Puts one figure; returns what is wrong with it, or nothing. */
  private static String put(
      String key, String value, Map<String, Map<CostFigure, Double>> figures) {
    List<String> known = new ArrayList<>();
    for (Emitter e : Emitters.all()) {
      for (CostFigure f : figures(e)) {
        known.add(e.name() + "." + f.label());
        if (key.equals(known.get(known.size() - 1))) {
          double number = number(value);
          Map<CostFigure, Double> own =
              figures.computeIfAbsent(e.name(), name -> new EnumMap<>(CostFigure.class));
          if (!(number > 0 && number <= Integer.MAX_VALUE)) {
            return key + " is '" + value + "', expected a positive number (" + f.unit() + ")";
          }
          return own.put(f, number) == null ? "" : key + " is given twice";
        }
      }
    }
    return "there is no figure '" + key + "'" + Suggestion.of(key, known);
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** The figures that a backend's predictions depend on. */
  private static List<CostFigure> figures(Emitter emitter) {
    return Arrays.stream(CostFigure.values())
        .filter(f -> f.appliesTo(emitter.target().vectorApi()))
        .toList();
  }

  /** The costs of a backend whose own are {@code defaults}. */
  public Costs costs(String backend, Costs defaults) {
    Map<CostFigure, Double> own = figures.getOrDefault(backend, Map.of());
    return own.isEmpty() ? defaults : defaults.with(name, own);
  }

  /**
   * The text of a file with these costs.
   *
   * @param costs by backend
   * @param origin what they were measured with, a line each
   */
  public static String text(Map<String, Costs> costs, List<String> origin) {
    StringBuilder text = new StringBuilder();
    text.append("# What things cost on one machine, for the option --costs of coppice.\n");
    origin.forEach(line -> text.append("# ").append(line).append('\n'));
    text.append("# A step is the time of two multiply-adds, or loads, of registers.\n");
    text.append("version = ").append(VERSION).append('\n');
    for (Emitter e : Emitters.all()) {
      Costs own = costs.get(e.name());
      if (own == null) {
        continue;
      }
      text.append('\n');
      for (CostFigure f : figures(e)) {
        String line = e.name() + "." + f.label() + " = " + number(own.get(f));
        text.append(
            String.format(Locale.ROOT, "%-31s # %s: %s%s\n", line, f.unit(), f.what(), note(f)));
      }
    }
    return text.toString();
  }

  private static String note(CostFigure f) {
    return f.isChosen() ? " (chosen, not measured)" : "";
  }

  /** Four digits are more than measurements are worth. */
  private static String number(double value) {
    if (value == Math.rint(value) && value < 1e9) {
      return String.valueOf((long) value);
    }
    return new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toPlainString();
  }
}
