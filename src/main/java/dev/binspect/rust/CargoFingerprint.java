package dev.binspect.rust;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Cargo wrote of one unit, {@code .fingerprint/PACKAGE-HASH/KIND-TARGET.json}.
 *
 * @param rustflags that it was compiled with
 * @param features of its package, as they stand there
 * @param names of the crates that it depends on, as it writes them
 * @param dependencies their fingerprints, unsigned, in the same order
 */
record CargoFingerprint(
    List<String> rustflags, String features, List<String> names, List<Long> dependencies) {

  private static final JsonFactory FACTORY = new JsonFactory();

  /** {@return the fingerprint, or null if it is none that can be read} */
  static @Nullable CargoFingerprint parse(byte[] content) {
    List<String> flags = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<Long> dependencies = new ArrayList<>();
    String features = "";
    try (JsonParser json = FACTORY.createParser(content)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        JsonToken value = json.nextToken();
        if (key.equals("features") && value == JsonToken.VALUE_STRING) {
          features = json.getText();
        } else if (key.equals("rustflags") && value == JsonToken.START_ARRAY) {
          while (json.nextToken() != JsonToken.END_ARRAY && json.currentToken() != null) {
            flags.add(json.getText());
          }
        } else if (key.equals("deps") && value == JsonToken.START_ARRAY) {
          dependencies(json, names, dependencies);
        } else {
          json.skipChildren();
        }
      }
    } catch (IOException e) {
      // Cargo may have been interrupted while it wrote: what is not there is unknown.
      return null;
    }
    return new CargoFingerprint(flags, features, names, dependencies);
  }

  /** {@code [[package hash, "name", public, fingerprint], …]}. */
  private static void dependencies(JsonParser json, List<String> names, List<Long> fingerprints)
      throws IOException {
    while (json.nextToken() == JsonToken.START_ARRAY) {
      @Nullable String name = null;
      long last = 0;
      JsonToken token;
      while ((token = json.nextToken()) != JsonToken.END_ARRAY && token != null) {
        if (token == JsonToken.VALUE_STRING && name == null) {
          name = json.getText();
        } else if (token == JsonToken.VALUE_NUMBER_INT) {
          last = unsigned(json.getText());
        } else {
          json.skipChildren();
        }
      }
      if (name != null) {
        names.add(name);
        fingerprints.add(last);
      }
    }
  }

  /** {@return the value, or 0 of what has no 64 bits: no unit has that fingerprint} */
  private static long unsigned(String digits) {
    try {
      return Long.parseUnsignedLong(digits);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
