package dev.binspect.tradeoff;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.binspect.json.JsonTree;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every result as it comes, a line of JSON each: what an interrupted run leaves, and where the next
 * goes on. {@code {"series":NAME,"nanos":N}} is a sample, {@code {"fact":NAME,"value":TEXT}} is
 * what was found out once.
 */
final class Journal {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final Path file;
  private final Map<String, List<Long>> series = new LinkedHashMap<>();
  private final Map<String, String> facts = new LinkedHashMap<>();

  /** Reads what stands there; a last line that an interrupt cut is left out. */
  Journal(Path file) throws IOException {
    this.file = file;
    if (!Files.exists(file)) {
      return;
    }
    String text = Files.readString(file, StandardCharsets.UTF_8);
    int end = text.lastIndexOf('\n') + 1;
    for (String line : text.substring(0, end).lines().toList()) {
      JsonTree entry = JsonTree.of(line);
      String name = entry.get("series").text();
      String fact = entry.get("fact").text();
      if (name != null) {
        series.computeIfAbsent(name, n -> new ArrayList<>()).add(entry.get("nanos").number(0));
      } else if (fact != null) {
        facts.put(fact, entry.get("value").text(""));
      }
    }
    if (end < text.length()) {
      Files.writeString(file, text.substring(0, end));
    }
  }

  void sample(String name, long nanos) throws IOException {
    series.computeIfAbsent(name, n -> new ArrayList<>()).add(nanos);
    append("series", name, null, nanos);
  }

  void fact(String name, String value) throws IOException {
    facts.put(name, value);
    append("fact", name, value, 0);
  }

  private void append(String kind, String name, @Nullable String value, long nanos)
      throws IOException {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField(kind, name);
      if (value == null) {
        json.writeNumberField("nanos", nanos);
      } else {
        json.writeStringField("value", value);
      }
      json.writeEndObject();
    }
    Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  @Nullable String fact(String name) {
    return facts.get(name);
  }

  /** {@return values of all facts whose names begin so} */
  List<String> facts(String prefix) {
    List<String> values = new ArrayList<>();
    for (Map.Entry<String, String> fact : facts.entrySet()) {
      if (fact.getKey().startsWith(prefix)) {
        values.add(fact.getValue());
      }
    }
    return values;
  }

  List<Long> series(String name) {
    return Collections.unmodifiableList(series.getOrDefault(name, List.of()));
  }

  int count(String name) {
    return series(name).size();
  }
}
