package dev.coppice.compiler.compress.report;

import dev.coppice.compiler.compress.evaluate.Measurement;
import dev.coppice.compiler.compress.evaluate.Metric;
import dev.coppice.compiler.compress.recipe.Curve;
import dev.coppice.compiler.compress.recipe.Decision;
import dev.coppice.compiler.compress.recipe.Sensitivity;
import dev.coppice.compiler.compress.report.Figures.Figure;
import dev.coppice.compiler.compress.report.RunReport.Layer;
import dev.coppice.compiler.compress.report.RunReport.Step;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The tables of the page. Cells of class {@code measured} alone may differ in equal runs. */
final class ReportTables {
  private static final String NUMBER = "number";
  private static final String MEASURED = "number measured";

  /** Columns of text. */
  private static final List<String> TEXTS =
      List.of("Decision", "Reason", "Operator", "Stored as", "Tried", "Metric");

  /** More decisions of one step are folded up. */
  private static final int MANY_DECISIONS = 12;

  private final RunReport report;
  private final Markup out;

  ReportTables(RunReport report, Markup out) {
    this.report = report;
    this.out = out;
  }

  private void begin(String id, String... heads) {
    out.open("div", "class", "scroll tall", "tabindex", "0").open("table", "id", id);
    out.open("thead").open("tr");
    for (int i = 0; i < heads.length; i++) {
      out.element("th", heads[i], "scope", "col", "class", i == 0 ? "name" : type(heads[i]));
    }
    out.close().close().open("tbody").text("\n");
  }

  private static String type(String head) {
    return TEXTS.contains(head) ? "text" : NUMBER;
  }

  private void end() {
    out.close().close().closeLine();
  }

  private void cell(String type, String text) {
    out.element("td", text, "class", type.strip());
  }

  /** Backends that any version was timed on. */
  private Set<String> timed() {
    Set<String> backends = new LinkedHashSet<>(report.before().latencyMicros().keySet());
    report.steps().forEach(s -> backends.addAll(s.after().latencyMicros().keySet()));
    return backends;
  }

  /** A row for each quantity: before, after, change. */
  void beforeAfter() {
    Measurement before = report.before();
    Measurement after = report.after();
    begin("before-after", "", "Before", "After", "Change");
    if (before.score().isPresent() || after.score().isPresent()) {
      row(report.metric().name());
      cell(NUMBER, score(before));
      cell(NUMBER, score(after));
      scoreChange(before.score(), after.score());
      out.closeLine();
    }
    for (Figure f : Figures.COUNTED) {
      row(f.label());
      long a = f.of().applyAsLong(before);
      long b = f.of().applyAsLong(after);
      cell(NUMBER, Figures.count(a));
      cell(NUMBER, Figures.count(b));
      cell(NUMBER + " " + Figures.tone(a, b), Figures.ratio(a, b));
      out.closeLine();
    }
    for (String backend : timed()) {
      row("Latency, " + backend);
      Optional<Double> a = Optional.ofNullable(before.latencyMicros().get(backend));
      Optional<Double> b = Optional.ofNullable(after.latencyMicros().get(backend));
      cell(MEASURED, a.map(Figures::micros).orElse("–"));
      cell(MEASURED, b.map(Figures::micros).orElse("–"));
      boolean both = a.isPresent() && b.isPresent();
      cell(MEASURED, both ? Figures.ratio(a.get(), b.get()) : "–");
      out.closeLine();
    }
    end();
  }

  private void row(String name) {
    out.open("tr").element("th", name, "scope", "row", "class", "name");
  }

  private String score(Measurement m) {
    return m.score().map(report.metric()::text).orElse("–");
  }

  private void scoreChange(Optional<Double> before, Optional<Double> after) {
    if (before.isEmpty() || after.isEmpty()) {
      cell(NUMBER, "–");
      return;
    }
    Metric metric = report.metric();
    String tone = Figures.tone(0, metric.drop(before.get(), after.get()));
    cell(NUMBER + " " + tone, Figures.points(before.get(), after.get()));
  }

  /** A row for the original and each step, a column for each quantity. */
  void steps() {
    Set<String> timed = timed();
    boolean scored = report.before().score().isPresent();
    String[] heads = new String[1 + (scored ? 1 : 0) + Figures.COUNTED.size() + timed.size()];
    int at = 0;
    heads[at++] = "Step";
    if (scored) {
      heads[at++] = report.metric().name();
    }
    for (Figure f : Figures.COUNTED) {
      heads[at++] = f.label();
    }
    for (String backend : timed) {
      heads[at++] = "Latency, " + backend;
    }
    begin("steps", heads);
    Measurement last = report.before();
    step("original", last, last, timed);
    int number = 1;
    for (Step s : report.steps()) {
      step(number++ + " " + s.method(), last, s.after(), timed);
      last = s.after();
    }
    end();
  }

  private void step(String name, Measurement last, Measurement now, Set<String> timed) {
    row(name);
    if (report.before().score().isPresent()) {
      out.open("td", "class", NUMBER).text(score(now));
      if (last.score().isPresent() && now.score().isPresent() && last != now) {
        change(Figures.points(last.score().get(), now.score().get()));
      }
      out.close();
    }
    for (Figure f : Figures.COUNTED) {
      long a = f.of().applyAsLong(last);
      long b = f.of().applyAsLong(now);
      out.open("td", "class", NUMBER).text(Figures.count(b));
      if (last != now) {
        change(Figures.ratio(a, b));
      }
      out.close();
    }
    for (String backend : timed) {
      Optional<Double> micros = Optional.ofNullable(now.latencyMicros().get(backend));
      cell(MEASURED, micros.map(Figures::micros).orElse("–"));
    }
    out.closeLine();
  }

  private void change(String text) {
    out.element("small", text.equals("=") ? "" : text);
  }

  /** What each step decided, folded up where it is much. */
  void decisions() {
    int number = 1;
    for (Step s : report.steps()) {
      int n = s.findings().decisions().size();
      String count = n == 1 ? "1 decision" : n + " decisions";
      if (n <= MANY_DECISIONS) {
        out.open("details", "open", "");
      } else {
        out.open("details");
      }
      out.element("summary", number + " " + s.method() + ": " + count);
      if (n > 0) {
        begin("decisions-" + number, "Layer", "Decision", "Reason");
        for (Decision d : s.findings().decisions()) {
          out.open("tr");
          cell("name", d.layer().isEmpty() ? "whole model" : d.layer());
          cell("text why", d.what());
          cell("text why", d.why());
          out.closeLine();
        }
        end();
      }
      out.closeLine();
      number++;
    }
  }

  /** A row for each layer. */
  void layers() {
    begin(
        "layers",
        "Layer",
        "Operator",
        "Output",
        "Weights",
        "Elements",
        "Zero",
        "Bytes",
        "MACs",
        "Stored as",
        "Error");
    for (Layer l : report.layers()) {
      row(l.name());
      both(l, "text", LayerState::op);
      both(l, NUMBER, s -> s.outputShape().toString());
      both(l, NUMBER, s -> s.weightShape().toString());
      both(l, NUMBER, s -> Figures.count(s.weights()));
      both(l, NUMBER, s -> Figures.percent(s.zeros() / (double) Math.max(1, s.weights())));
      both(l, NUMBER, s -> Figures.count(s.bytes()));
      both(l, NUMBER, s -> Figures.count(s.macs()));
      both(l, "text", LayerState::storage);
      error(l);
      out.closeLine();
    }
    end();
  }

  private void error(Layer layer) {
    out.open("td", "class", NUMBER);
    out.text(layer.error().map(e -> Figures.percent(e.relative())).orElse("–"));
    layer
        .error()
        .filter(e -> !e.compared().equals(Counterparts.OWN))
        .ifPresent(e -> out.element("small", "of " + e.compared()));
    out.close();
  }

  private void both(Layer layer, String type, Function<LayerState, String> what) {
    String before = layer.before().map(what).orElse("new");
    String after = layer.after().map(what).orElse("gone");
    out.open("td", "class", type).text(after);
    if (!before.equals(after)) {
      out.element("small", before.equals("new") ? before : "was " + before);
    }
    out.close();
  }

  /** Everything that a curve was drawn through, for those who cannot see it. */
  void curves(List<Curve> curves, String id) {
    begin(id, "Layer", "Amount", "Value");
    for (Curve c : curves) {
      for (Curve.Point p : c.points()) {
        out.open("tr");
        cell("name", c.layer().isEmpty() ? "whole model" : c.layer());
        cell(NUMBER, Figures.number(p.amount()));
        cell(NUMBER, Figures.number(p.value()));
        out.closeLine();
      }
    }
    end();
  }

  /** What changes to single layers cost. */
  void sensitivities(List<Sensitivity> sensitivities, String id) {
    begin(id, "Layer", "Tried", "Drop", "Metric");
    for (Sensitivity s : sensitivities) {
      out.open("tr");
      cell("name", s.layer());
      cell("text", s.amount());
      cell(NUMBER, Figures.number(s.drop()));
      cell("text", s.metric());
      out.closeLine();
    }
    end();
  }

  /** A row for each model that a search looked at. */
  void pareto() {
    Set<String> costs = new LinkedHashSet<>();
    report.pareto().forEach(p -> costs.addAll(p.cost().keySet()));
    List<String> heads = new ArrayList<>(List.of("Model", report.metric().name()));
    heads.addAll(costs);
    begin("pareto", heads.toArray(String[]::new));
    for (RunReport.ParetoPoint p : report.pareto()) {
      row((p.chosen() ? "chosen: " : "") + p.what());
      cell(NUMBER, report.metric().text(p.score()));
      for (String cost : costs) {
        Optional<Double> value = Optional.ofNullable(p.cost().get(cost));
        cell(NUMBER, value.map(v -> Figures.count(Math.round(v))).orElse("–"));
      }
      out.closeLine();
    }
    end();
  }
}
