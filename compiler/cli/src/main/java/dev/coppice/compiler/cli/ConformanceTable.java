package dev.coppice.compiler.cli;

import dev.coppice.compiler.driver.conformance.CaseResult;
import dev.coppice.compiler.driver.conformance.Verdict;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Results of conformance cases, counted by operator; a case counts for every operator in its model.
 *
 * @param results each case
 * @param operators number of cases by operator and verdict, sorted by operator
 */
record ConformanceTable(List<CaseResult> results, Map<String, Map<Verdict, Integer>> operators) {
  ConformanceTable {
    results = List.copyOf(results);
    operators = Collections.unmodifiableMap(new TreeMap<>(operators));
  }

  static ConformanceTable of(List<CaseResult> results) {
    Map<String, Map<Verdict, Integer>> operators = new TreeMap<>();
    for (CaseResult r : results) {
      for (String operator : r.operators()) {
        operators
            .computeIfAbsent(operator, o -> new EnumMap<>(Verdict.class))
            .merge(r.verdict(), 1, Integer::sum);
      }
    }
    return new ConformanceTable(results, operators);
  }

  /** Number of cases with this result. */
  int count(Verdict verdict) {
    return (int) results.stream().filter(r -> r.verdict() == verdict).count();
  }

  /** Prints a line an operator, and the totals. */
  void print(PrintWriter out) {
    out.println(row("operator", "pass", "refused", "wrong", "crashed"));
    operators.forEach(
        (operator, counts) -> {
          List<Object> cells = new ArrayList<>(List.of(operator));
          for (Verdict v : Verdict.values()) {
            cells.add(counts.getOrDefault(v, 0));
          }
          out.println(row(cells.toArray()));
        });
    Map<Verdict, Integer> totals = totals();
    List<Object> cells = new ArrayList<>(List.of("all " + results.size() + " cases"));
    cells.addAll(totals.values());
    out.println(row(cells.toArray()));
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, "%-36s %6s %8s %6s %8s", cells);
  }

  private Map<Verdict, Integer> totals() {
    Map<Verdict, Integer> totals = new EnumMap<>(Verdict.class);
    for (Verdict v : Verdict.values()) {
      totals.put(v, count(v));
    }
    return totals;
  }

  /** Everything, for {@link Json}. */
  Map<String, Object> json(String backend) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("backend", backend);
    all.put("totals", labelled(totals()));
    Map<String, Object> byOperator = new LinkedHashMap<>();
    operators.forEach((operator, counts) -> byOperator.put(operator, labelled(counts)));
    all.put("operators", byOperator);
    all.put("cases", results.stream().map(ConformanceTable::json).toList());
    return all;
  }

  private static Map<String, Object> labelled(Map<Verdict, Integer> counts) {
    Map<String, Object> labelled = new LinkedHashMap<>();
    counts.forEach((verdict, n) -> labelled.put(verdict.label(), n));
    return labelled;
  }

  private static Map<String, Object> json(CaseResult r) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("case", r.testCase().id());
    json.put("result", r.verdict().label());
    if (!r.code().isEmpty()) {
      json.put("code", r.code());
    }
    if (!r.detail().isEmpty()) {
      json.put("detail", r.detail());
    }
    json.put("operators", r.operators());
    if (!r.bound().isEmpty()) {
      json.put("bound", r.bound());
    }
    return json;
  }
}
