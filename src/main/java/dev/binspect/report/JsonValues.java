package dev.binspect.report;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How values that may be unknown stand in JSON. */
final class JsonValues {
  private JsonValues() {}

  /** A count, a size or a time; negative means unknown. */
  static void count(JsonOut json, String field, long value) throws IOException {
    if (value < 0) {
      json.writeNullField(field);
    } else {
      json.writeNumberField(field, value);
    }
  }

  static void text(JsonOut json, String field, @Nullable String value) throws IOException {
    if (value == null) {
      json.writeNullField(field);
    } else {
      json.writeStringField(field, value);
    }
  }

  static void texts(JsonOut json, String field, List<String> values) throws IOException {
    json.writeArrayFieldStart(field);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  static void counts(JsonOut json, String field, Map<String, Long> values) throws IOException {
    json.writeObjectFieldStart(field);
    for (Map.Entry<String, Long> e : values.entrySet()) {
      count(json, e.getKey(), e.getValue());
    }
    json.writeEndObject();
  }
}
