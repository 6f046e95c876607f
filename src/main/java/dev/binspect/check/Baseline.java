package dev.binspect.check;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.File;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was known when it was written: reports as JSON, one after another ({@code --write-baseline},
 * or the NDJSON and JSON that any command writes).
 */
public final class Baseline {
  /**
   * One file's.
   *
   * @param figures those known then
   * @param accepted fingerprints of the checks that failed then
   */
  public record Entry(String path, Map<Figure, Long> figures, Set<String> accepted) {}

  private final Map<String, Entry> byPath = new HashMap<>();
  private final Map<String, @Nullable Entry> byName = new HashMap<>();

  private Baseline() {}

  /** {@return what is known of a file of that path, else of the only one of that name, or null} */
  public @Nullable Entry of(String path) {
    Entry entry = byPath.get(plain(path));
    return entry != null ? entry : byName.get(name(path));
  }

  private static String plain(String path) {
    return path.startsWith("./") ? path.substring(2) : path;
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /**
   * Reads a baseline.
   *
   * @throws PolicyException if it cannot be read or is none
   */
  public static Baseline read(File file) throws PolicyException {
    Baseline baseline = new Baseline();
    try (JsonParser json = new JsonFactory().createParser(file)) {
      while (true) {
        JsonToken token = json.nextToken();
        if (token == null) {
          break;
        }
        if (token != JsonToken.START_OBJECT) {
          throw none(file, json);
        }
        Entry entry = new ReportScan(json).entry();
        if (entry == null) {
          throw none(file, json);
        }
        baseline.add(entry);
      }
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new PolicyException(file.getPath(), 0, "cannot be read as a baseline: " + message);
    }
    return baseline;
  }

  private static PolicyException none(File file, JsonParser json) {
    return new PolicyException(
        file.getPath(),
        json.currentLocation().getLineNr(),
        "is no baseline: reports as JSON are expected (binspect check --write-baseline FILE)");
  }

  private void add(Entry entry) {
    byPath.put(plain(entry.path()), entry);
    String name = name(entry.path());
    byName.put(name, byName.containsKey(name) ? null : entry);
  }

  /** Takes from one report's JSON what a baseline needs. */
  private static final class ReportScan {
    private final JsonParser json;
    private final Map<Figure, Long> figures = new EnumMap<>(Figure.class);
    private final Set<String> accepted = new HashSet<>();
    private @Nullable String schema;
    private @Nullable String path;
    private int images;

    ReportScan(JsonParser json) {
      this.json = json;
    }

    @Nullable Entry entry() throws IOException {
      object("");
      return path == null || schema == null || !schema.startsWith("binspect-report/")
          ? null
          : new Entry(path, figures, accepted);
    }

    /** Walks an object whose beginning was read; arrays that matter are counted. */
    private void object(String at) throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = at.isEmpty() ? json.currentName() : at + "." + json.currentName();
        JsonToken value = json.nextToken();
        switch (value) {
          case START_OBJECT -> {
            if (wanted(key)) {
              object(key);
            } else {
              json.skipChildren();
            }
          }
          case START_ARRAY -> array(key);
          case VALUE_NUMBER_INT -> number(key, json.getLongValue());
          case VALUE_STRING -> text(key, json.getText());
          default -> {}
        }
      }
    }

    private static boolean wanted(String key) {
      return switch (key) {
        case "file",
            "load",
            "load.counters",
            "images.relocations",
            "images.imports",
            "images.exports" ->
            true;
        default -> false;
      };
    }

    private void array(String key) throws IOException {
      int count = 0;
      while (json.nextToken() != JsonToken.END_ARRAY) {
        count++;
        if (key.equals("images") && images++ == 0) {
          object(key);
        } else if (key.equals("checks")) {
          check();
        } else {
          json.skipChildren();
        }
      }
      number(key, count);
    }

    private void check() throws IOException {
      boolean holds = true;
      @Nullable String fingerprint = null;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        JsonToken value = json.nextToken();
        if (key.equals("holds")) {
          holds = value != JsonToken.VALUE_FALSE;
        } else if (key.equals("fingerprint") && value == JsonToken.VALUE_STRING) {
          fingerprint = json.getText();
        } else if (key.equals("accepted") && value == JsonToken.VALUE_TRUE) {
          holds = false;
        } else {
          json.skipChildren();
        }
      }
      if (!holds && fingerprint != null) {
        accepted.add(fingerprint);
      }
    }

    private void number(String key, long value) {
      for (Figure figure : Figure.values()) {
        if (figure.key().equals(key)) {
          figures.put(figure, value);
        }
      }
    }

    private void text(String key, String value) {
      if (key.equals("schema")) {
        schema = value;
      } else if (key.equals("file.path")) {
        path = value;
      }
    }
  }
}
