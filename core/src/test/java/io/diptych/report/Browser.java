package io.diptych.report;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real browser without a window, steered through its DevTools protocol. */
final class Browser implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final Path profile;
  private final WebSocket socket;
  private final BlockingQueue<JsonNode> incoming = new LinkedBlockingQueue<>();
  private final List<String> complaints = new ArrayList<>();
  private String session = "";
  private int sent;

  /** The browser's program, if there is one on the path. */
  static Optional<Path> program() {
    return Stream.of(
            Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator, -1))
        .flatMap(
            folder ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(n -> Path.of(folder, n)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  Browser(Path program) throws IOException {
    profile = Files.createTempDirectory("diptych-browser");
    process =
        new ProcessBuilder(
                program.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .start();
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(address()), new Listener())
            .join();
    String target =
        send("Target.createTarget", Map.of("url", "about:blank")).get("targetId").stringValue();
    session =
        send("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .get("sessionId")
            .stringValue();
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      send(domain + ".enable", Map.of());
    }
  }

  private String address() throws IOException {
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    String mark = "DevTools listening on ";
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(mark)) {
        Thread drain = new Thread(() -> output.lines().forEach(rest -> {}), "browser output");
        drain.setDaemon(true);
        drain.start();
        return line.substring(mark.length());
      }
      said.append(line).append('\n');
    }
    throw new IOException("the browser ended without opening its DevTools port: " + said);
  }

  /** Opens a file at a window width, in light or dark, and waits until it is loaded. */
  void open(Path page, int width, boolean dark) throws IOException {
    send(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 800, "deviceScaleFactor", 1, "mobile", width < 600));
    Map<String, String> scheme =
        Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
    send("Emulation.setEmulatedMedia", Map.of("features", List.of(scheme)));
    send("Page.navigate", Map.of("url", page.toUri().toString()));
    await("Page.loadEventFired");
    evaluate("document.fonts.ready.then(() => true)");
  }

  /** The value of a script's expression, as JSON. */
  JsonNode evaluate(String expression) throws IOException {
    JsonNode answer =
        send(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (answer.has("exceptionDetails")) {
      throw new IOException(expression + ": " + answer.get("exceptionDetails"));
    }
    return answer.get("result").get("value");
  }

  /** Presses and releases a key, as a keyboard does. */
  void press(String key) throws IOException {
    for (String type : List.of("keyDown", "keyUp")) {
      send("Input.dispatchKeyEvent", Map.of("type", type, "key", key));
    }
  }

  /** Moves the mouse to a place of the window. */
  void moveTo(double x, double y) throws IOException {
    mouse("mouseMoved", x, y, Map.of());
  }

  void click(double x, double y) throws IOException {
    for (String type : List.of("mousePressed", "mouseReleased")) {
      mouse(type, x, y, Map.of("button", "left", "clickCount", 1));
    }
  }

  /** Turns the mouse's wheel; away from the user is negative. */
  void scroll(double x, double y, double distance) throws IOException {
    mouse("mouseWheel", x, y, Map.of("deltaX", 0, "deltaY", distance));
  }

  private void mouse(String type, double x, double y, Map<String, Object> more) throws IOException {
    Map<String, Object> parameters = new LinkedHashMap<>(more);
    parameters.putAll(Map.of("type", type, "x", x, "y", y));
    send("Input.dispatchMouseEvent", parameters);
  }

  /** Whether the pages that are opened next may run scripts; {@link #evaluate} always may. */
  void allowScripts(boolean allowed) throws IOException {
    send("Emulation.setScriptExecutionDisabled", Map.of("value", !allowed));
  }

  /** A picture of the whole page. */
  void screenshot(Path file) throws IOException {
    double height = evaluate("document.documentElement.scrollHeight").doubleValue();
    double width = evaluate("window.innerWidth").doubleValue();
    JsonNode shot =
        send(
            "Page.captureScreenshot",
            Map.of(
                "captureBeyondViewport",
                true,
                "clip",
                Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", 1)));
    Files.createDirectories(file.getParent());
    Files.write(file, Base64.getDecoder().decode(shot.get("data").stringValue()));
  }

  void pdf(Path file) throws IOException {
    JsonNode pdf = send("Page.printToPDF", Map.of("printBackground", true));
    Files.createDirectories(file.getParent());
    Files.write(file, Base64.getDecoder().decode(pdf.get("data").stringValue()));
  }

  /** Console messages, exceptions, log entries and requests since the last call. */
  List<String> complaints() throws IOException {
    evaluate("1");
    List<String> since = List.copyOf(complaints);
    complaints.clear();
    return since;
  }

  private JsonNode send(String method, Map<String, Object> parameters) throws IOException {
    int id = ++sent;
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("id", id);
    message.put("method", method);
    message.put("params", parameters);
    if (!session.isEmpty()) {
      message.put("sessionId", session);
    }
    socket.sendText(JSON.writeValueAsString(message), true).join();
    while (true) {
      JsonNode answer = next(method);
      if (answer.path("id").asInt(-1) == id) {
        if (answer.has("error")) {
          throw new IOException(method + ": " + answer.get("error"));
        }
        return answer.get("result");
      }
      note(answer);
    }
  }

  private void await(String event) throws IOException {
    JsonNode message = next(event);
    while (!message.path("method").asString("").equals(event)) {
      note(message);
      message = next(event);
    }
  }

  private JsonNode next(String what) throws IOException {
    try {
      JsonNode message = incoming.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (message == null) {
        throw new IOException("the browser did not answer " + what);
      }
      return message;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + what, e);
    }
  }

  private void note(JsonNode message) {
    switch (message.path("method").asString("")) {
      case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded" ->
          complaints.add(message.get("params").toString());
      case "Network.requestWillBeSent" -> {
        String url = message.at("/params/request/url").asString("");
        if (!url.startsWith("file:") && !url.startsWith("data:")) {
          complaints.add("request for " + url);
        }
      }
      default -> {
        // Other events are of no interest.
      }
    }
  }

  @Override
  public void close() throws IOException {
    session = "";
    try {
      send("Browser.close", Map.of());
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      socket.abort();
    }
    try (Stream<Path> files = Files.walk(profile)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        incoming.add(JSON.readTree(text.toString()));
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }
}
