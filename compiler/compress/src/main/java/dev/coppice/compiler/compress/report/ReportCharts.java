package dev.coppice.compiler.compress.report;

import dev.coppice.compiler.compress.evaluate.Measurement;
import dev.coppice.compiler.compress.recipe.Curve;
import dev.coppice.compiler.compress.recipe.Sensitivity;
import dev.coppice.compiler.compress.report.Figures.Figure;
import dev.coppice.compiler.compress.report.RunReport.Layer;
import dev.coppice.compiler.compress.report.RunReport.ParetoPoint;
import dev.coppice.compiler.compress.report.RunReport.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * The charts of the page as the data that its script draws: kind, labels, axes, series. What is
 * measured with a clock is in none of them.
 */
final class ReportCharts {
  /** Charts of layers show so many of the largest. */
  static final int MOST_LAYERS = 100;

  private final List<Map<String, Object>> specs = new ArrayList<>();

  /** All charts so far, in order. */
  List<Map<String, Object>> specs() {
    return specs;
  }

  /** Where the script draws a chart of {@code spec}. */
  private void place(Markup out, String title, Map<String, Object> spec) {
    out.open("figure").element("figcaption", title);
    String index = Integer.toString(specs.size());
    out.open("div", "class", "chart", "data-chart", index, "data-label", title).close();
    out.closeLine();
    specs.add(spec);
  }

  private static Map<String, Object> spec(
      String kind, List<String> labels, String x, String y, List<Map<String, Object>> series) {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("kind", kind);
    if (!labels.isEmpty()) {
      spec.put("labels", labels);
    }
    spec.put("x", x);
    spec.put("y", y);
    spec.put("series", series);
    return spec;
  }

  private static Map<String, Object> series(String name, String colour, List<?> values) {
    Map<String, Object> series = new LinkedHashMap<>();
    series.put("name", name);
    if (!colour.isEmpty()) {
      series.put("colour", colour);
    }
    series.put("values", values);
    return series;
  }

  private static double percent(long part, long of) {
    return of == 0 ? 0 : Math.round(1e4 * part / of) / 1e2;
  }

  /** How much of each quantity is left. */
  void left(Markup out, RunReport report) {
    List<String> labels = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    for (Figure f : Figures.COUNTED) {
      long before = f.of().applyAsLong(report.before());
      if (before > 0) {
        labels.add(f.shortLabel());
        values.add(percent(f.of().applyAsLong(report.after()), before));
      }
    }
    place(
        out,
        "What is left, percent of the original",
        spec("bars", labels, "", "%", List.of(series("after", "after", values))));
  }

  /** What the steps left one after the other. */
  void steps(Markup out, RunReport report) {
    List<String> labels = new ArrayList<>(List.of("original"));
    List<Measurement> all = new ArrayList<>(List.of(report.before()));
    for (Step s : report.steps()) {
      labels.add(labels.size() + " " + s.method());
      all.add(s.after());
    }
    List<Map<String, Object>> series = new ArrayList<>();
    for (Figure f : Figures.COUNTED) {
      if (List.of("weights", "file", "MACs", "arena", "jar").contains(f.shortLabel())) {
        long before = f.of().applyAsLong(report.before());
        series.add(
            series(
                f.shortLabel(),
                "",
                all.stream().map(m -> percent(f.of().applyAsLong(m), before)).toList()));
      }
    }
    if (all.stream().allMatch(m -> m.score().isPresent()) && report.metric().isAccuracy()) {
      series.add(
          series(
              report.metric().name(),
              "ink",
              all.stream().map(m -> m.score().orElse(Double.NaN)).toList()));
    }
    place(
        out,
        "After each step, percent of the original; accuracy as it is",
        spec("lines", labels, "", "%", series));
  }

  /** Bars of the layers: bytes, operations, errors. */
  void layers(Markup out, RunReport report) {
    pair(out, report, "Bytes", LayerState::bytes);
    pair(out, report, "MACs", LayerState::macs);
    List<Layer> compared =
        report.layers().stream().filter(l -> l.error().isPresent()).limit(MOST_LAYERS).toList();
    if (!compared.isEmpty()) {
      place(
          out,
          "Relative error of the output on calibration examples, %",
          spec(
              "bars",
              compared.stream().map(Layer::name).toList(),
              "",
              "%",
              List.of(
                  series(
                      "error",
                      "worse",
                      compared.stream()
                          .map(l -> 100 * l.error().map(LayerError::relative).orElse(0.0))
                          .toList()))));
    }
  }

  private void pair(Markup out, RunReport report, String what, ToLongFunction<LayerState> of) {
    ToLongFunction<Layer> before = l -> l.before().map(of::applyAsLong).orElse(0L);
    ToLongFunction<Layer> after = l -> l.after().map(of::applyAsLong).orElse(0L);
    Set<Layer> largest = new LinkedHashSet<>();
    report.layers().stream()
        .sorted(
            Comparator.comparingLong(l -> -Math.max(before.applyAsLong(l), after.applyAsLong(l))))
        .limit(MOST_LAYERS)
        .forEach(largest::add);
    List<Layer> shown = report.layers().stream().filter(largest::contains).toList();
    if (!shown.isEmpty()) {
      place(
          out,
          what + " of each layer",
          spec(
              "bars",
              shown.stream().map(Layer::name).toList(),
              "",
              what,
              List.of(
                  series("before", "before", shown.stream().map(before::applyAsLong).toList()),
                  series("after", "after", shown.stream().map(after::applyAsLong).toList()))));
    }
  }

  /** The curves of one step; those of one amount and measure share a chart. */
  void curves(Markup out, List<Curve> curves) {
    Map<List<String>, List<Map<String, Object>>> groups = new LinkedHashMap<>();
    for (Curve c : curves) {
      List<Map<String, Object>> points = new ArrayList<>();
      for (Curve.Point p : c.points()) {
        points.add(point(p.amount(), p.value()));
      }
      groups
          .computeIfAbsent(List.of(c.measure(), c.amount()), k -> new ArrayList<>())
          .add(series(c.layer().isEmpty() ? "whole model" : c.layer(), "", points));
    }
    groups.forEach(
        (axes, series) ->
            place(
                out,
                axes.get(0) + " over " + axes.get(1),
                spec("curves", List.of(), axes.get(1), axes.get(0), series)));
  }

  /** What changes to single layers cost: a chart for each metric, a bar for each change. */
  void sensitivities(Markup out, List<Sensitivity> sensitivities) {
    Set<String> metrics = new LinkedHashSet<>();
    sensitivities.forEach(s -> metrics.add(s.metric()));
    for (String metric : metrics) {
      Map<String, Map<String, Double>> byAmount = new LinkedHashMap<>();
      Set<String> layers = new LinkedHashSet<>();
      for (Sensitivity s : sensitivities) {
        if (s.metric().equals(metric)) {
          layers.add(s.layer());
          byAmount.computeIfAbsent(s.amount(), k -> new LinkedHashMap<>()).put(s.layer(), s.drop());
        }
      }
      List<String> shown = layers.stream().limit(MOST_LAYERS).toList();
      List<Map<String, Object>> series = new ArrayList<>();
      byAmount.forEach(
          (amount, drops) ->
              series.add(
                  series(
                      amount,
                      "",
                      shown.stream().map(l -> drops.getOrDefault(l, Double.NaN)).toList())));
      place(
          out,
          "What a change to one layer alone costs: drop of " + metric + " on calibration data",
          spec("bars", shown, "", "drop of " + metric, series));
    }
  }

  /** The models that a search looked at, a chart for each cost. */
  void pareto(Markup out, RunReport report) {
    Set<String> costs = new LinkedHashSet<>();
    report.pareto().forEach(p -> costs.addAll(p.cost().keySet()));
    for (String cost : costs) {
      List<Map<String, Object>> series = new ArrayList<>();
      series.add(series("looked at", "before", points(report, cost, false)));
      Map<String, Object> chosen = series("chosen", "after", points(report, cost, true));
      chosen.put("mark", "rectRot");
      series.add(chosen);
      place(
          out,
          report.metric().name() + " over " + cost,
          spec("points", List.of(), cost, report.metric().name(), series));
    }
  }

  private static List<Map<String, Object>> points(RunReport report, String cost, boolean chosen) {
    List<Map<String, Object>> points = new ArrayList<>();
    for (ParetoPoint p : report.pareto()) {
      Double x = p.cost().get(cost);
      if (x != null && p.chosen() == chosen) {
        Map<String, Object> point = point(x, p.score());
        point.put("what", p.what());
        points.add(point);
      }
    }
    return points;
  }

  private static Map<String, Object> point(double x, double y) {
    Map<String, Object> point = new LinkedHashMap<>();
    point.put("x", x);
    point.put("y", y);
    return point;
  }
}
