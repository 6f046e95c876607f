package dev.binspect.load.dyld;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON of text stubs of version 5, as maps, lists and texts. */
final class TextStubJson {
  private TextStubJson() {}

  /**
   * @throws IOException if it is no JSON object; the parser bounds how deep it may nest
   */
  static Map<String, Object> read(String text) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("is not a JSON object");
      }
      return object(parser);
    }
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    Map<String, Object> out = new HashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      Object value = value(parser);
      if (value != null) {
        out.put(key, value);
      }
    }
    return out;
  }

  private static @Nullable Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> {
        List<Object> out = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          if (parser.currentToken() == null) {
            throw new IOException("ends within a list");
          }
          Object value = value(parser);
          if (value != null) {
            out.add(value);
          }
        }
        yield out;
      }
      case VALUE_STRING -> parser.getText();
      case null -> throw new IOException("ends within a value");
      default -> null;
    };
  }
}
