package dev.coppice.compiler.compress.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.Measurement;
import dev.coppice.compiler.compress.testing.Browser;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
  private static final Pattern MEASURED =
      Pattern.compile("<td class=\"number measured\">[^<]*</td>");

  @Test
  void browsersDrawAllOfItInAnyWidth(@TempDir Path folder) throws IOException {
    Optional<Path> program = Browser.installed();
    Assumptions.assumeTrue(program.isPresent(), "skipped: there is no Chromium on the path");
    Path page = folder.resolve("report.html");
    HtmlReport.write(Reports.report(), page);
    try (Browser browser = Browser.start(program.orElseThrow())) {
      for (int width : List.of(360, 1400)) {
        for (boolean dark : List.of(false, true)) {
          browser.open(page, width, dark);
          check(browser, width, dark);
        }
      }
      browser.print(folder.resolve("report.pdf"));
      assertTrue(Files.size(folder.resolve("report.pdf")) > 10_000);
      assertEquals("undefined", browser.evaluate("document.documentElement.dataset.problems"));
    }
  }

  private static void check(Browser browser, int width, boolean dark) throws IOException {
    String root = "document.documentElement.";
    assertEquals("undefined", browser.evaluate(root + "dataset.problems"));
    assertEquals(
        browser.evaluate("document.querySelectorAll('.chart').length"),
        browser.evaluate(root + "dataset.charts"));
    assertEquals(
        browser.evaluate("document.querySelectorAll('.chart').length"),
        browser.evaluate("document.querySelectorAll('.chart canvas').length"));
    assertEquals(width, Integer.parseInt(browser.evaluate("innerWidth")));
    int needed = Integer.parseInt(browser.evaluate(root + "scrollWidth"));
    assertTrue(needed <= width, "scrolls sideways: " + needed + " in " + width);
    for (String table :
        List.of(
            "before-after",
            "steps",
            "decisions-1",
            "layers",
            "curves-1",
            "sensitivities-1",
            "pareto")) {
      int rows =
          Integer.parseInt(
              browser.evaluate("document.querySelectorAll('#" + table + " tbody tr').length"));
      assertTrue(rows > 0, table);
    }
    assertEquals("2", browser.evaluate("document.querySelectorAll('svg.graph').length"));
    assertEquals("2", browser.evaluate("document.querySelectorAll('svg.memory').length"));
    assertEquals(
        width < 500 ? "false" : "true",
        browser.evaluate(
            "document.querySelectorAll('svg.graph')[0].getBoundingClientRect().top =="
                + " document.querySelectorAll('svg.graph')[1].getBoundingClientRect().top"));
    // What the model calls itself is text and nothing else.
    assertEquals("undefined", browser.evaluate("window.hacked"));
    assertEquals("0", browser.evaluate("document.images.length"));
    assertTrue(browser.evaluate("document.title").contains("<img"));
    assertTrue(browser.evaluate("document.querySelector('h1').textContent").contains("</script>"));
    int red =
        Integer.parseInt(
            browser
                .evaluate("getComputedStyle(document.documentElement).backgroundColor")
                .replaceAll("rgb\\((\\d+),.*", "$1"));
    assertTrue(dark ? red < 64 : red > 200, "background of red " + red);
  }

  @Test
  void namesAreText() {
    String page = HtmlReport.of(Reports.report());
    assertFalse(page.contains("<img"));
    assertFalse(page.contains("window.hacked=1\""));
    assertEquals(3, page.split("</script>", -1).length - 1);
    assertEquals(1, page.split("</style>", -1).length - 1);
  }

  @Test
  void nothingIsLoaded() {
    String page = HtmlReport.of(Reports.report());
    String own = page.substring(0, page.indexOf("<script>"));
    assertTrue(own.contains("default-src &#39;none&#39;"));
    assertFalse(Pattern.compile("\\s(src|href)=\"|@import|url\\(").matcher(own).find());
    assertFalse(page.contains("sourceMappingURL"));
    assertTrue(page.contains("The MIT License"));
    assertTrue(page.contains("Chart.js Contributors"));
  }

  @Test
  void equalRunsGiveEqualPagesButForMeasuredCells() {
    Measurement.Plan timed = new Measurement.Plan("portable", List.of("portable"), 0.01);
    String first = HtmlReport.of(Reports.run(Reports::halve, timed));
    String second = HtmlReport.of(Reports.run(Reports::halve, timed));
    assertNotEquals(first, MEASURED.matcher(first).replaceAll(""));
    assertEquals(MEASURED.matcher(first).replaceAll(""), MEASURED.matcher(second).replaceAll(""));
  }

  @Test
  void tablesHaveTheNumbers() {
    RunReport report = Reports.report();
    String page = HtmlReport.of(report);
    for (Measurement m : List.of(report.before(), report.after())) {
      assertTrue(page.contains(">" + Figures.count(m.weightBytes()) + "<"));
      assertTrue(page.contains(">" + Figures.count(m.arenaBytes()) + "<"));
      assertTrue(page.contains(">" + Figures.count(m.macs()) + "<"));
    }
    assertTrue(page.contains("every second weight is zero"));
    assertTrue(page.contains("<small>was 0.00 %</small>"));
  }

  @Test
  void aFileThatCannotBeWrittenIsTold(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    RunReport report = Reports.report();
    CompileException e =
        assertThrows(
            CompileException.class, () -> HtmlReport.write(report, file.resolve("r.html")));
    assertEquals(DiagnosticCode.OUTPUT_FAILED, e.diagnostics().get(0).code());
  }
}
