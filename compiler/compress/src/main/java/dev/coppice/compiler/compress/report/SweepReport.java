package dev.coppice.compiler.compress.report;

import dev.coppice.compiler.compress.recipe.Curve;
import dev.coppice.compiler.driver.OutputFile;
import java.nio.file.Path;
import java.util.List;

/** Curves of sweeps as one HTML page, in the frame of {@link HtmlPage}. */
public final class SweepReport {
  private SweepReport() {}

  /**
   * Writes the page to {@code file}, at once when it is complete.
   *
   * @param model what diagnostics call the model
   * @param text the tables, as text
   * @param curves a curve for each step and measure
   * @throws dev.coppice.compiler.diag.CompileException if it cannot be written
   */
  public static void write(String model, List<String> text, List<Curve> curves, Path file) {
    OutputFile.write(file, of(model, text, curves));
  }

  /** The page. */
  public static String of(String model, List<String> text, List<Curve> curves) {
    Markup out = new Markup();
    ReportCharts charts = new ReportCharts();
    String title = "Sweeps of " + model;
    return HtmlPage.of(
        title,
        out,
        charts,
        () -> {
          out.element("h1", title);
          out.open("main").open("section").element("h2", "Curves");
          charts.curves(out, curves);
          out.closeLine();
          out.open("section").element("h2", "Tables");
          out.element("pre", String.join("\n", text), "tabindex", "0");
          out.close().closeLine();
        });
  }
}
