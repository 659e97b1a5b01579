package dev.coppice.compiler.compress.report;

import dev.coppice.compiler.driver.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The frame of an HTML page that needs nothing else: it loads nothing, is drawn light or dark as
 * the reader's system asks, and can be printed. Its content policy lets the two scripts run that
 * are part of it, told by their hashes, and nothing else. Tables, graphs and memory maps need no
 * script; charts are drawn by Chart.js, whose licence the page has.
 *
 * <p>When all charts are drawn, the root element has their number as {@code data-charts}; what went
 * wrong is in {@code data-problems}.
 */
final class HtmlPage {
  private HtmlPage() {}

  /**
   * A page.
   *
   * @param out what is written to; empty
   * @param charts the charts that {@code body} places
   * @param body writes what is in the page to {@code out}
   */
  static String of(String title, Markup out, ReportCharts charts, Runnable body) {
    String library = resource("chart.umd.js").replaceAll("(?m)^//# sourceMappingURL=.*$", "");
    String script = resource("report.js");
    out.trusted("<!doctype html>\n").open("html", "lang", "en").open("head").text("\n");
    out.empty("meta", "charset", "utf-8").text("\n");
    out.empty(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src '"
            + hash(library)
            + "' '"
            + hash(script)
            + "'");
    out.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    out.element("title", title).text("\n");
    out.open("style").trusted(resource("report.css")).closeLine();
    out.closeLine().open("body").text("\n");
    body.run();
    footer(out);
    // In JSON a less-than sign is only ever part of a string, where it can be written so.
    String data = Json.line(charts.specs()).replace("<", "\\u003c");
    out.open("script", "type", "application/json", "id", "charts").trusted(data).closeLine();
    out.open("script").trusted(library).closeLine();
    out.open("script").trusted(script).closeLine();
    return out.close().close().text("\n").toString();
  }

  private static void footer(Markup out) {
    out.open("footer").open("details").element("summary", "Charts by Chart.js, MIT licence");
    out.element("pre", resource("LICENSE.md")).close().closeLine();
  }

  /** As content policies name a script that may run. */
  private static String hash(String script) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] bytes = digest.digest(script.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("compiler bug: every Java has SHA-256", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = HtmlPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("compiler bug: " + name + " is not packaged");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }
}
