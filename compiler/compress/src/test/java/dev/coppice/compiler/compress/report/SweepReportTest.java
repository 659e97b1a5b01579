package dev.coppice.compiler.compress.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.recipe.Curve;
import dev.coppice.compiler.compress.testing.Browser;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepReportTest {
  private static final List<String> TEXT = List.of("original: 98 %", "", "  0.5  <97> %");

  private static final List<Curve> CURVES =
      List.of(
          curve("{method: a}", "top-1", 97.5),
          curve("{method: a}", "weight bytes", 4321),
          curve(Reports.HOSTILE, "top-1", 12.25));

  private static Curve curve(String step, String measure, double value) {
    return new Curve(
        step, "amount", measure, List.of(new Curve.Point(0.25, 99), new Curve.Point(0.5, value)));
  }

  @Test
  void hasTheTablesAsTheyAre() {
    String page = SweepReport.of("net.onnx", TEXT, CURVES);
    assertTrue(page.contains("<title>Sweeps of net.onnx</title>"));
    assertTrue(page.contains(">original: 98 %\n\n  0.5  &lt;97&gt; %</pre>"));
  }

  /** Steps of one measure share a chart. */
  @Test
  void drawsAChartForEachMeasure() {
    String page = SweepReport.of("net.onnx", TEXT, CURVES);
    assertEquals(2, page.split("class=\"chart\"", -1).length - 1);
    assertTrue(page.contains("<figcaption>top-1 over amount</figcaption>"));
    assertTrue(page.contains("<figcaption>weight bytes over amount</figcaption>"));
    Matcher charts = Pattern.compile("id=\"charts\">(.*?)</script>", Pattern.DOTALL).matcher(page);
    assertTrue(charts.find());
    String data = charts.group(1).replaceAll("\\s", "");
    assertTrue(
        data.contains(
            "\"name\":\"{method:a}\",\"values\":[{\"x\":0.25,\"y\":99.0},{\"x\":0.5,\"y\":97.5}]"),
        data);
    assertTrue(data.contains("4321"), data);
    assertTrue(data.indexOf("12.25") < data.indexOf("4321"), data);
  }

  @Test
  void namesAreText() {
    String page = SweepReport.of(Reports.HOSTILE, List.of(Reports.HOSTILE), CURVES);
    assertFalse(page.contains("<img"));
    assertEquals(3, page.split("</script>", -1).length - 1);
    assertEquals(1, page.split("</style>", -1).length - 1);
  }

  @Test
  void browsersDrawAllOfIt(@TempDir Path folder) throws IOException {
    Optional<Path> program = Browser.installed();
    Assumptions.assumeTrue(program.isPresent(), "skipped: there is no Chromium on the path");
    Path page = folder.resolve("sweep.html");
    SweepReport.write(Reports.HOSTILE, TEXT, CURVES, page);
    try (Browser browser = Browser.start(program.orElseThrow())) {
      browser.open(page, 360, false);
      assertEquals("undefined", browser.evaluate("document.documentElement.dataset.problems"));
      assertEquals("2", browser.evaluate("document.documentElement.dataset.charts"));
      assertEquals("undefined", browser.evaluate("window.hacked"));
      int needed = Integer.parseInt(browser.evaluate("document.documentElement.scrollWidth"));
      assertTrue(needed <= 360, "scrolls sideways: " + needed);
    }
  }

  @Test
  void isWrittenWholeOrNotAtAll(@TempDir Path folder) throws IOException {
    Path page = folder.resolve("new/sweep.html");
    SweepReport.write("net.onnx", TEXT, CURVES, page);
    assertEquals(SweepReport.of("net.onnx", TEXT, CURVES), Files.readString(page));
    Path inTheWay = Files.createDirectories(folder.resolve("new/full.html/inside"));
    CompileException e =
        assertThrows(
            CompileException.class,
            () -> SweepReport.write("net.onnx", TEXT, CURVES, inTheWay.getParent()));
    assertEquals(DiagnosticCode.OUTPUT_FAILED, e.diagnostics().get(0).code());
    assertTrue(e.getMessage().contains("full.html cannot be written"), e.getMessage());
    try (Stream<Path> files = Files.list(page.getParent())) {
      assertEquals(2, files.count());
    }
  }
}
