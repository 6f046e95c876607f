package dev.binspect.tradeoff;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Cargo says in JSON, as a tree. Keys that are missing and values of another type than asked
 * for read as nothing: newer Cargos add and change.
 */
final class JsonTree {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(64 << 20)
                  .maxNestingDepth(200)
                  .build())
          .build();

  private final @Nullable Object value;

  private JsonTree(@Nullable Object value) {
    this.value = value;
  }

  /**
   * @throws IOException if it is no JSON
   */
  static JsonTree of(String json) throws IOException {
    try (JsonParser parser = FACTORY.createParser(json)) {
      parser.nextToken();
      return new JsonTree(read(parser));
    }
  }

  private static @Nullable Object read(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new IOException("JSON ends too early");
    }
    return switch (token) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String key = parser.currentName();
          parser.nextToken();
          map.put(key, read(parser));
        }
        yield map;
      }
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(read(parser));
        }
        yield list;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  JsonTree get(String key) {
    return new JsonTree(value instanceof Map<?, ?> map ? map.get(key) : null);
  }

  List<JsonTree> items() {
    if (!(value instanceof List<?> list)) {
      return List.of();
    }
    List<JsonTree> items = new ArrayList<>(list.size());
    for (Object item : list) {
      items.add(new JsonTree(item));
    }
    return items;
  }

  @Nullable String text() {
    return value instanceof String text ? text : null;
  }

  String text(String otherwise) {
    return value instanceof String text ? text : otherwise;
  }

  long number(long otherwise) {
    return value instanceof Long number ? number : otherwise;
  }

  boolean isTrue() {
    return Boolean.TRUE.equals(value);
  }

  List<String> texts() {
    List<String> texts = new ArrayList<>();
    for (JsonTree item : items()) {
      String text = item.text();
      if (text != null) {
        texts.add(text);
      }
    }
    return texts;
  }
}
