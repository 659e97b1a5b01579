package dev.coppice.compiler.compress.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A headless Chromium, driven by its DevTools protocol: unlike its command line, that gives windows
 * of any width, both colour schemes, and what a script evaluates to.
 */
public final class Browser implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final Path profile;
  private final WebSocket socket;
  private final BlockingQueue<String> messages;
  private String session = "";
  private int last;

  private Browser(Process process, Path profile, WebSocket socket, BlockingQueue<String> messages) {
    this.process = process;
    this.profile = profile;
    this.socket = socket;
    this.messages = messages;
  }

  /** The browser of this machine; empty if none is on the path. */
  public static Optional<Path> installed() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    for (String name : NAMES) {
      for (String folder : path.split(java.io.File.pathSeparator)) {
        Path program = Path.of(folder, name);
        if (Files.isExecutable(program)) {
          return Optional.of(program);
        }
      }
    }
    return Optional.empty();
  }

  /** Starts {@code program} with an empty page. */
  public static Browser start(Path program) throws IOException {
    Path profile = Files.createTempDirectory("browser");
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .start();
    BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(address(process)), new Listener(messages))
            .join();
    Browser browser = new Browser(process, profile, socket, messages);
    Map<?, ?> target = browser.call("Target.createTarget", "\"url\": \"about:blank\"");
    browser.session =
        String.valueOf(
            browser
                .call(
                    "Target.attachToTarget",
                    "\"flatten\": true, \"targetId\": \"" + target.get("targetId") + "\"")
                .get("sessionId"));
    browser.call("Page.enable", "");
    return browser;
  }

  /** What the browser says where it listens. */
  private static String address(Process process) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    List<String> said = new ArrayList<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.contains("ws://")) {
        Thread rest = new Thread(() -> lines.lines().forEach(l -> {}));
        rest.setDaemon(true);
        rest.start();
        return line.substring(line.indexOf("ws://")).strip();
      }
      said.add(line);
    }
    throw new IOException("the browser ended: " + said);
  }

  private record Listener(BlockingQueue<String> messages, StringBuilder part)
      implements WebSocket.Listener {
    Listener(BlockingQueue<String> messages) {
      this(messages, new StringBuilder());
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      part.append(text);
      if (last) {
        messages.add(part.toString());
        part.setLength(0);
      }
      socket.request(1);
      return null;
    }
  }

  /** Opens {@code page} in a window of this width, and waits until it is loaded. */
  public void open(Path page, int width, boolean dark) throws IOException {
    window(width, 800);
    call(
        "Emulation.setEmulatedMedia",
        "\"features\": [{\"name\": \"prefers-color-scheme\", \"value\": \""
            + (dark ? "dark" : "light")
            + "\"}]");
    call("Page.navigate", "\"url\": \"" + page.toUri() + "\"");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!evaluate("location.protocol + document.readyState").equals("file:complete")) {
      if (System.nanoTime() > end) {
        throw new IOException(page + " is not loaded");
      }
    }
  }

  private void window(int width, int height) throws IOException {
    call(
        "Emulation.setDeviceMetricsOverride",
        "\"width\": "
            + width
            + ", \"height\": "
            + height
            + ", \"deviceScaleFactor\": 1, \"mobile\": false");
  }

  /** What {@code script} evaluates to, as text. */
  public String evaluate(String script) throws IOException {
    Map<?, ?> reply =
        call(
            "Runtime.evaluate", "\"expression\": \"String(" + script.replace("\"", "\\\"") + ")\"");
    if (reply.containsKey("exceptionDetails")) {
      throw new IOException(script + ": " + reply.get("exceptionDetails"));
    }
    return String.valueOf(((Map<?, ?>) reply.get("result")).get("value"));
  }

  /** Writes a picture of the whole page to {@code png}. */
  public void screenshot(Path png) throws IOException {
    Map<?, ?> reply =
        call(
            "Page.captureScreenshot",
            "\"captureBeyondViewport\": true, \"clip\": "
                + "{\"x\": 0, \"y\": 0, \"scale\": 1, \"width\": "
                + evaluate("innerWidth")
                + ", \"height\": "
                + evaluate("document.documentElement.scrollHeight")
                + "}");
    Files.write(png, Base64.getDecoder().decode(String.valueOf(reply.get("data"))));
  }

  /** Prints the page to {@code pdf}. */
  public void print(Path pdf) throws IOException {
    Map<?, ?> reply = call("Page.printToPDF", "\"printBackground\": true");
    Files.write(pdf, Base64.getDecoder().decode(String.valueOf(reply.get("data"))));
  }

  private Map<?, ?> call(String method, String parameters) throws IOException {
    int id = ++last;
    String to = session.isEmpty() ? "" : ", \"sessionId\": \"" + session + "\"";
    socket
        .sendText(
            "{\"id\": "
                + id
                + ", \"method\": \""
                + method
                + "\", \"params\": {"
                + parameters
                + "}"
                + to
                + "}",
            true)
        .join();
    try {
      while (true) {
        String message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (message == null) {
          throw new IOException("no answer to " + method);
        }
        if (message.startsWith("{\"id\":" + id + ",")) {
          Map<?, ?> reply = json(message);
          if (reply.containsKey("error")) {
            throw new IOException(method + ": " + reply.get("error"));
          }
          return (Map<?, ?>) reply.get("result");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** JSON is YAML. */
  private static Map<?, ?> json(String text) {
    LoadSettings settings = LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build();
    return new LinkedHashMap<>((Map<?, ?>) new Load(settings).loadFromString(text));
  }

  @Override
  public void close() throws IOException {
    socket.abort();
    process.destroy();
    try {
      process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // Helpers of the browser may still write for a moment.
    for (int attempt = 0; attempt < 20 && !deleted(profile); attempt++) {
      java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
    }
  }

  private static boolean deleted(Path folder) {
    try (java.util.stream.Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
      return true;
    } catch (IOException | java.io.UncheckedIOException e) {
      return false;
    }
  }
}
