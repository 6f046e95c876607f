package dev.binspect.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** Debian's Chromium, spoken to by the DevTools protocol. */
final class Browser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long SECONDS = 60;

  private final Process process;
  private final WebSocket socket;
  private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
  private final List<String> faults = Collections.synchronizedList(new ArrayList<>());
  private volatile CompletableFuture<Void> loaded = new CompletableFuture<>();
  private int id;

  /** Starts it, with all its files in the folder; the test is skipped where it is not installed. */
  Browser(Path folder) throws Exception {
    assumeTrue(Files.isExecutable(CHROMIUM), "chromium is not installed");
    Path profile = folder.resolve("profile");
    process =
        new ProcessBuilder(
                "env",
                "TMPDIR=" + folder,
                CHROMIUM.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    HttpClient http = HttpClient.newHttpClient();
    String port = port(profile.resolve("DevToolsActivePort"));
    JsonNode targets =
        JSON.readTree(
            http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list"))
                        .build(),
                    HttpResponse.BodyHandlers.ofString())
                .body());
    String url = null;
    for (JsonNode target : targets) {
      if (target.path("type").asString().equals("page")) {
        url = target.path("webSocketDebuggerUrl").asString();
      }
    }
    assertThat(url).isNotNull();
    socket =
        http.newWebSocketBuilder()
            .buildAsync(URI.create(url), new Answers())
            .get(SECONDS, TimeUnit.SECONDS);
    for (String domain : new String[] {"Page", "Runtime", "Log"}) {
      ask(domain + ".enable", JSON.createObjectNode());
    }
  }

  private String port(Path file) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (System.nanoTime() < end && process.isAlive()) {
      if (Files.exists(file)) {
        List<String> lines = Files.readAllLines(file);
        if (lines.size() > 1) {
          return lines.getFirst();
        }
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new IOException("chromium did not start");
  }

  /** Opens a page, as wide and in the colours asked for. */
  void open(Path page, int width, boolean dark) throws Exception {
    ObjectNode media = JSON.createObjectNode();
    media
        .putArray("features")
        .addObject()
        .put("name", "prefers-color-scheme")
        .put("value", dark ? "dark" : "light");
    ask("Emulation.setEmulatedMedia", media);
    ObjectNode size = JSON.createObjectNode();
    size.put("width", width).put("height", 800).put("deviceScaleFactor", 1).put("mobile", false);
    ask("Emulation.setDeviceMetricsOverride", size);
    loaded = new CompletableFuture<>();
    ask("Page.navigate", JSON.createObjectNode().put("url", page.toUri().toString()));
    loaded.get(SECONDS, TimeUnit.SECONDS);
  }

  /** As a printer sees it. */
  void print() throws Exception {
    ask("Emulation.setEmulatedMedia", JSON.createObjectNode().put("media", "print"));
  }

  /** {@return the value of an expression, or of what it promises} */
  JsonNode evaluate(String expression) throws Exception {
    ObjectNode question = JSON.createObjectNode();
    question.put("expression", expression).put("awaitPromise", true).put("returnByValue", true);
    JsonNode answer = ask("Runtime.evaluate", question);
    assertThat(answer.has("exceptionDetails")).as(answer.toString()).isFalse();
    return answer.path("result").path("value");
  }

  /** Waits until an expression is true. */
  void await(String expression) throws Exception {
    String promise =
        "new Promise((done) => { const look = () => ("
            + expression
            + ") ? done(true) : setTimeout(look, 20); look(); })";
    assertThat(evaluate(promise).asBoolean()).isTrue();
  }

  /** {@return what the console and the browser complained of} */
  List<String> faults() {
    return List.copyOf(faults);
  }

  private JsonNode ask(String method, JsonNode parameters) throws Exception {
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    asked.put(++id, answer);
    ObjectNode question = JSON.createObjectNode();
    question.put("id", id).put("method", method).set("params", parameters);
    socket.sendText(question.toString(), true).get(SECONDS, TimeUnit.SECONDS);
    return answer.get(SECONDS, TimeUnit.SECONDS);
  }

  private void take(JsonNode message) {
    if (message.has("id")) {
      CompletableFuture<JsonNode> waiting = asked.remove(message.path("id").asInt());
      if (waiting != null && message.has("error")) {
        waiting.completeExceptionally(new IOException(message.toString()));
      } else if (waiting != null) {
        waiting.complete(message.path("result"));
      }
      return;
    }
    switch (message.path("method").asString()) {
      case "Page.loadEventFired" -> loaded.complete(null);
      case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded" ->
          faults.add(message.toString());
      default -> {}
    }
  }

  private final class Answers implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        take(JSON.readTree(text.toString()));
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  @Override
  public void close() throws Exception {
    if (socket != null) {
      socket.abort();
    }
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
  }
}
