package dev.binspect.load.dyld;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The YAML of text stubs up to version 4: documents of {@code key: value}, where a value is a text,
 * a list in brackets or a list of entries with a dash. It is all that Apple's tools write; a YAML
 * library is thirty times the size of this.
 */
final class TextStubYaml {
  private final String text;
  private int at;
  private final List<Map<String, Object>> documents = new ArrayList<>();
  private Map<String, Object> document = new HashMap<>();
  private @Nullable List<Object> list;
  private @Nullable Map<String, Object> entry;
  private @Nullable List<Object> scalars;

  private TextStubYaml(String text) {
    this.text = text;
  }

  /** {@return the documents, values as texts, lists of texts and lists of maps} */
  static List<Map<String, Object>> documents(String text) {
    TextStubYaml yaml = new TextStubYaml(text);
    yaml.read();
    return yaml.documents;
  }

  private void read() {
    while (at < text.length()) {
      int indent = 0;
      while (at < text.length() && text.charAt(at) == ' ') {
        at++;
        indent++;
      }
      if (at < text.length()) {
        line(indent);
      }
      skipLine();
    }
    end();
  }

  private void skipLine() {
    int newline = text.indexOf('\n', at);
    at = newline < 0 ? text.length() : newline + 1;
  }

  private void end() {
    if (!document.isEmpty()) {
      documents.add(document);
    }
    document = new HashMap<>();
    list = null;
    entry = null;
    scalars = null;
  }

  private void line(int indent) {
    if (text.startsWith("---", at) || text.startsWith("...", at)) {
      end();
      return;
    }
    char first = text.charAt(at);
    if (first == '#' || first == '\n' || first == '\r') {
      return;
    }
    boolean dash = first == '-' && at + 1 < text.length() && text.charAt(at + 1) == ' ';
    if (dash) {
      at++;
      skipBlanks();
    }
    String key = key();
    if (key == null) {
      item(dash);
      return;
    }
    Map<String, Object> target = document;
    if (dash) {
      List<Object> open = list;
      if (open == null) {
        return;
      }
      target = new HashMap<>();
      entry = target;
      open.add(target);
    } else if (indent > 0) {
      Map<String, Object> open = entry;
      if (open == null) {
        return;
      }
      target = open;
    }
    value(key, target, target == document);
  }

  /** A text with a dash, in a list that is not in brackets. */
  private void item(boolean dash) {
    List<Object> open = scalars;
    if (dash && open != null) {
      open.add(scalar("\n"));
    }
  }

  private void value(String key, Map<String, Object> target, boolean top) {
    skipBlanks();
    scalars = null;
    if (at < text.length() && text.charAt(at) == '[') {
      at++;
      target.put(key, brackets());
      return;
    }
    if (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
      target.put(key, scalar("\n"));
      return;
    }
    List<Object> open = new ArrayList<>();
    target.put(key, open);
    scalars = open;
    if (top) {
      list = open;
      entry = null;
    }
  }

  /** {@return what stands before a colon, or null where the line has none; goes behind it} */
  private @Nullable String key() {
    int i = at;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\'' || c == '"' || c == '[') {
        return null;
      }
      if (c == ':' && (i + 1 == text.length() || text.charAt(i + 1) <= ' ')) {
        String key = text.substring(at, i).strip();
        at = i + 1;
        return key;
      }
      i++;
    }
    return null;
  }

  private List<Object> brackets() {
    List<Object> out = new ArrayList<>();
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ']') {
        at++;
        break;
      }
      if (c <= ' ' || c == ',') {
        at++;
        continue;
      }
      out.add(scalar(",]\n"));
    }
    return out;
  }

  /** {@return a text, quoted or up to one of the characters; goes behind it} */
  private String scalar(String ends) {
    if (at >= text.length()) {
      return "";
    }
    char quote = text.charAt(at);
    if (quote == '\'' || quote == '"') {
      return quoted(quote);
    }
    int from = at;
    while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(from, at).strip();
  }

  private String quoted(char quote) {
    StringBuilder out = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == quote) {
        // A quote within a quoted text is doubled.
        if (quote != '\'' || at >= text.length() || text.charAt(at) != '\'') {
          break;
        }
        at++;
      } else if (c == '\\' && quote == '"' && at < text.length()) {
        c = text.charAt(at++);
      }
      out.append(c);
    }
    return out.toString();
  }

  private void skipBlanks() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }
}
