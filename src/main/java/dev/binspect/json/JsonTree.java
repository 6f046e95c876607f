package dev.binspect.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What others say in JSON (Cargo, saved reports), as a tree. Keys that are missing and values of
 * another type than asked for read as nothing: newer writers add and change.
 */
public final class JsonTree {
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
  public static JsonTree of(String json) throws IOException {
    try (JsonParser parser = FACTORY.createParser(json)) {
      parser.nextToken();
      return new JsonTree(read(parser));
    }
  }

  /** Takes values as they are read. */
  public interface Sink {
    /**
     * @param line where the value begins, from 1
     */
    void accept(JsonTree value, int line) throws IOException;
  }

  /**
   * Reads values that stand one after another, as NDJSON has them.
   *
   * @throws IOException if it is no JSON; the message is one line
   */
  public static void each(InputStream in, Sink sink) throws IOException {
    try (JsonParser parser = FACTORY.createParser(in)) {
      while (parser.nextToken() != null) {
        int line = parser.currentTokenLocation().getLineNr();
        sink.accept(new JsonTree(read(parser)), line);
      }
    } catch (JsonProcessingException e) {
      String what = e.getOriginalMessage();
      int hint = what.indexOf(" (start marker");
      // What passes a limit (depth, digits) has no place.
      JsonLocation place = e.getLocation();
      throw new IOException(
          (place == null ? "" : "line " + place.getLineNr() + ": ")
              + (hint < 0 ? what : what.substring(0, hint)).replace('\n', ' '),
          e);
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

  public JsonTree get(String key) {
    return new JsonTree(value instanceof Map<?, ?> map ? map.get(key) : null);
  }

  /** {@return the members of an object, in their order; empty for anything else} */
  public Map<String, JsonTree> members() {
    Map<String, JsonTree> members = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> e : map.entrySet()) {
        members.put(String.valueOf(e.getKey()), new JsonTree(e.getValue()));
      }
    }
    return members;
  }

  /** {@return whether there is a value, and it is not null} */
  public boolean exists() {
    return value != null;
  }

  /** {@return the elements of a list; empty for anything else} */
  public List<JsonTree> items() {
    if (!(value instanceof List<?> list)) {
      return List.of();
    }
    List<JsonTree> items = new ArrayList<>(list.size());
    for (Object item : list) {
      items.add(new JsonTree(item));
    }
    return items;
  }

  public @Nullable String text() {
    return value instanceof String text ? text : null;
  }

  public String text(String otherwise) {
    return value instanceof String text ? text : otherwise;
  }

  public long number(long otherwise) {
    return value instanceof Long number ? number : otherwise;
  }

  public boolean isTrue() {
    return Boolean.TRUE.equals(value);
  }

  public boolean isFalse() {
    return Boolean.FALSE.equals(value);
  }

  public List<String> texts() {
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
