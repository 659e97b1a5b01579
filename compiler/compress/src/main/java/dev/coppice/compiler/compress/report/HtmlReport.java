package dev.coppice.compiler.compress.report;

import dev.coppice.compiler.compress.evaluate.Measurement;
import dev.coppice.compiler.compress.recipe.Findings;
import dev.coppice.compiler.compress.report.RunReport.Step;
import dev.coppice.compiler.driver.MemoryMap;
import dev.coppice.compiler.driver.OutputFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A report as one HTML page, in the frame of {@link HtmlPage}. */
public final class HtmlReport {
  private final RunReport report;
  private final Markup out = new Markup();
  private final ReportCharts charts = new ReportCharts();
  private final ReportTables tables;

  private HtmlReport(RunReport report) {
    this.report = report;
    this.tables = new ReportTables(report, out);
  }

  /**
   * Writes {@code report} to {@code file}, at once when it is complete.
   *
   * @throws dev.coppice.compiler.diag.CompileException if it cannot be written
   */
  public static void write(RunReport report, Path file) {
    OutputFile.write(file, of(report));
  }

  /** The page. */
  public static String of(RunReport report) {
    HtmlReport html = new HtmlReport(report);
    return HtmlPage.of("Compression of " + report.model(), html.out, html.charts, html::sections);
  }

  private void sections() {
    out.element("h1", "Compression of " + report.model()).element("p", summary(), "class", "lead");
    out.open("main").text("\n");
    section("Before and after");
    out.open("div", "class", "grid").open("div");
    tables.beforeAfter();
    measuredHint();
    out.close().open("div");
    charts.left(out, report);
    out.close().close().closeLine();
    steps();
    layers();
    sensitivity();
    if (!report.pareto().isEmpty()) {
      section("Search");
      out.open("div", "class", "grid");
      charts.pareto(out, report);
      out.closeLine();
      tables.pareto();
      out.closeLine();
    }
    graphs();
    memory();
    environment();
    out.closeLine();
  }

  private void section(String title) {
    out.open("section").element("h2", title).text("\n");
  }

  private void hint(String text) {
    out.element("p", text, "class", "hint");
  }

  private void measuredHint() {
    if (!report.before().latencyMicros().isEmpty()) {
      hint(
          "Hatched cells are median times measured on this machine on one thread; they differ from"
              + " run to run. All else is the same wherever the run is repeated.");
    }
  }

  private String summary() {
    Measurement before = report.before();
    Measurement after = report.after();
    List<String> parts = new ArrayList<>();
    if (before.score().isPresent() && after.score().isPresent()) {
      parts.add(
          report.metric().name()
              + " "
              + report.metric().text(before.score().get())
              + " → "
              + report.metric().text(after.score().get()));
    }
    parts.add(change("weights", before.weightBytes(), after.weightBytes()));
    parts.add(change("MACs", before.macs(), after.macs()));
    parts.add(change("arena", before.arenaBytes(), after.arenaBytes()));
    return String.join(", ", parts) + ".";
  }

  private static String change(String what, long before, long after) {
    return what + (before == after ? " unchanged" : " " + Figures.ratio(before, after));
  }

  private void steps() {
    section("Steps");
    tables.steps();
    if (!report.steps().isEmpty()) {
      charts.steps(out, report);
    }
    out.element("h3", "Decisions");
    tables.decisions();
    out.closeLine();
  }

  private void layers() {
    section("Layers");
    hint(
        "Bytes are those of the constants in the ONNX file, in the form in which it stores them."
            + " The error is the relative L2 difference to the original on calibration examples: of"
            + " a layer's output, or of what is written beside it. Channels are those that are"
            + " left.");
    tables.layers();
    if (report.layers().size() > ReportCharts.MOST_LAYERS) {
      hint("Charts show the " + ReportCharts.MOST_LAYERS + " largest layers.");
    }
    out.open("div", "class", "grid");
    charts.layers(out, report);
    out.close().closeLine();
  }

  private void sensitivity() {
    if (report.steps().stream().noneMatch(s -> s.findings().hasMeasurements())) {
      return;
    }
    section("Sensitivity");
    int number = 1;
    for (Step s : report.steps()) {
      Findings found = s.findings();
      if (found.hasMeasurements()) {
        out.element("h3", number + " " + s.method());
      }
      if (!found.curves().isEmpty()) {
        charts.curves(out, found.curves());
        out.open("details").element("summary", "The same as a table");
        tables.curves(found.curves(), "curves-" + number);
        out.closeLine();
      }
      if (!found.sensitivities().isEmpty()) {
        charts.sensitivities(out, found.sensitivities());
        out.open("details").element("summary", "The same as a table");
        tables.sensitivities(found.sensitivities(), "sensitivities-" + number);
        out.closeLine();
      }
      number++;
    }
    out.closeLine();
  }

  private void graphs() {
    section("Graph");
    out.open("ul", "class", "key");
    key("removed", "−", "removed");
    key("changed", "~", "changed");
    key("added", "+", "added");
    out.closeLine();
    hint(
        "From the top to the bottom, with the shape of each result. Nodes that follow one another"
            + " without a branch form one block. What only decodes a constant is not drawn.");
    out.open("div", "class", "grid");
    graph("Before", report.graphs().before());
    graph("After", report.graphs().after());
    out.close().closeLine();
  }

  private void key(String type, String sign, String text) {
    out.open("li").element("span", sign, "class", type).text(text).close();
  }

  private void graph(String title, DrawnGraph graph) {
    int nodes = graph.nodes().size();
    out.open("figure");
    out.element("figcaption", title + ": " + Figures.count(nodes) + " nodes");
    if (nodes > GraphSvg.MOST_NODES) {
      hint("More than " + Figures.count(GraphSvg.MOST_NODES) + " nodes are not drawn.");
    } else {
      out.open("div", "class", "scroll tall drawing", "tabindex", "0");
      out.trusted(GraphSvg.of(graph, "Graph " + title)).close();
    }
    out.closeLine();
  }

  private void memory() {
    section("Memory over time");
    hint(
        "Arenas of the "
            + report.environment().backend()
            + " backend: kernel calls from left to right, each buffer from its first to its last"
            + " use. The line is the arena's size, the dashed one the largest sum of buffers that"
            + " hold something at one time: no arena is smaller.");
    List<MemoryMap.Arena> before = report.before().memory().arenas();
    List<MemoryMap.Arena> after = report.after().memory().arenas();
    List<String> storages = new ArrayList<>();
    before.forEach(a -> storages.add(a.storage()));
    after.stream()
        .map(MemoryMap.Arena::storage)
        .filter(s -> !storages.contains(s))
        .forEach(storages::add);
    if (storages.isEmpty()) {
      out.element("p", "There are no arenas.");
    }
    for (String storage : storages) {
      Optional<MemoryMap.Arena> a = of(before, storage);
      Optional<MemoryMap.Arena> b = of(after, storage);
      long scale =
          Math.max(
              a.map(MemoryMap.Arena::bytes).orElse(1L), b.map(MemoryMap.Arena::bytes).orElse(1L));
      out.element("h3", storage + "[]").open("div", "class", "grid");
      a.ifPresent(m -> memory("Before", m, report.before().memory().calls(), scale));
      b.ifPresent(m -> memory("After", m, report.after().memory().calls(), scale));
      out.closeLine();
    }
    out.closeLine();
  }

  private static Optional<MemoryMap.Arena> of(List<MemoryMap.Arena> arenas, String storage) {
    return arenas.stream().filter(a -> a.storage().equals(storage)).findFirst();
  }

  private void memory(String title, MemoryMap.Arena arena, List<String> calls, long scale) {
    out.open("figure");
    out.element(
        "figcaption",
        title
            + ": "
            + Figures.count(arena.bytes())
            + " bytes, lower bound "
            + Figures.count(arena.lowerBoundBytes())
            + ", "
            + Figures.count(calls.size())
            + " calls");
    out.trusted(MemorySvg.of(arena, calls, Math.max(1, scale), "Memory " + title));
    out.open("div", "class", "axis").element("span", "call 0");
    out.element("span", "call " + (calls.size() - 1)).close().closeLine();
  }

  private void environment() {
    section("Run");
    RunReport.Environment e = report.environment();
    out.open("p").text("Coppice " + e.coppice() + ", backend " + e.backend());
    out.text(", seed " + e.seed() + ".").close();
    e.machine().forEach(line -> out.element("p", line));
    out.element("h3", "Recipe").element("pre", report.recipe(), "tabindex", "0");
    if (!report.notes().isEmpty()) {
      out.element("h3", "Notes").open("ul");
      report.notes().forEach(n -> out.element("li", n));
      out.close();
    }
    out.closeLine();
  }
}
