package dev.binspect.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import com.fasterxml.jackson.core.util.Separators;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How values that may be unknown stand in JSON, and how names from files are kept harmless. */
final class JsonValues {
  private JsonValues() {}

  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
          .characterEscapes(Escapes.ONE)
          .build();

  /** {@return a generator that leaves the writer open} */
  static JsonGenerator generator(Writer out, boolean indented) throws IOException {
    JsonGenerator json = FACTORY.createGenerator(out);
    if (indented) {
      DefaultPrettyPrinter printer =
          new DefaultPrettyPrinter(
              Separators.createDefaultInstance()
                  .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                  .withObjectEmptySeparator("")
                  .withArrayEmptySeparator(""));
      DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
      printer.indentObjectsWith(indenter);
      printer.indentArraysWith(indenter);
      json.setPrettyPrinter(printer);
    }
    return new WholeCharacters(json);
  }

  /** {@return the same for UTF-8 on one line: many of them are written in a scan} */
  static JsonGenerator generator(OutputStream out) throws IOException {
    return new Line(FACTORY.createGenerator(out));
  }

  /**
   * Writes a text that many lines hold.
   *
   * @param own a text of this line alone that it holds many times, or null
   */
  static void repeated(JsonGenerator json, String text, @Nullable SerializedString own)
      throws IOException {
    if (!(json instanceof Line)) {
      json.writeString(text);
    } else if (own != null && own.getValue().equals(text)) {
      json.writeString(own);
    } else {
      SerializedString known = Line.KNOWN.of(text);
      if (known == null) {
        json.writeString(text);
      } else {
        json.writeString(known);
      }
    }
  }

  /** {@return a text of one line that it holds many times, for {@link #repeated}, or null} */
  static @Nullable SerializedString own(JsonGenerator json, String text) {
    return json instanceof Line ? Line.KNOWN.encode(text) : null;
  }

  /** A count, a size or a time; negative means unknown. */
  static void count(JsonGenerator json, String field, long value) throws IOException {
    if (value < 0) {
      json.writeNullField(field);
    } else {
      json.writeNumberField(field, value);
    }
  }

  static void text(JsonGenerator json, String field, @Nullable String value) throws IOException {
    if (value == null) {
      json.writeNullField(field);
    } else {
      json.writeStringField(field, value);
    }
  }

  static void texts(JsonGenerator json, String field, List<String> values) throws IOException {
    json.writeArrayFieldStart(field);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  static void counts(JsonGenerator json, String field, Map<String, Long> values)
      throws IOException {
    json.writeObjectFieldStart(field);
    for (Map.Entry<String, Long> e : values.entrySet()) {
      count(json, e.getKey(), e.getValue());
    }
    json.writeEndObject();
  }

  /** Half a surrogate pair is no character: many parsers refuse it, so it is replaced. */
  private static class WholeCharacters extends JsonGeneratorDelegate {
    WholeCharacters(JsonGenerator to) {
      super(to);
    }

    @Override
    public void writeFieldName(String name) throws IOException {
      super.writeFieldName(whole(name));
    }

    @Override
    public void writeString(String text) throws IOException {
      super.writeString(whole(text));
    }

    static String whole(String s) {
      for (int i = 0; i < s.length(); i++) {
        if (Character.isSurrogate(s.charAt(i))) {
          return new String(s.getBytes(StandardCharsets.UTF_16BE), StandardCharsets.UTF_16BE);
        }
      }
      return s;
    }
  }

  /** The same bytes with less work: a scan writes thirty megabytes a second. */
  private static final class Line extends WholeCharacters {
    static final KnownTexts KNOWN = new KnownTexts(Escapes.ONE.ascii);

    private final char[] characters = new char[512];

    Line(JsonGenerator to) {
      super(to);
    }

    @Override
    public void writeFieldName(String name) throws IOException {
      SerializedString known = KNOWN.of(name);
      if (known == null) {
        super.writeFieldName(name);
      } else {
        delegate.writeFieldName(known);
      }
    }

    @Override
    public void writeString(String text) throws IOException {
      // Copied at one go: a call for each character costs more than all that is done with it.
      int length = text.length();
      char[] all = characters;
      if (length > all.length) {
        super.writeString(text);
        return;
      }
      text.getChars(0, length, all, 0);
      for (int i = 0; i < length; i++) {
        if (Character.isSurrogate(all[i])) {
          super.writeString(text);
          return;
        }
      }
      delegate.writeString(all, 0, length);
    }
  }

  /**
   * JSON's own escapes, and the same for what a terminal, a browser or an editor would obey or hide
   * (C1 controls, bidirectional overrides, zero-width characters): a reader of the JSON gets the
   * exact name back.
   */
  private static final class Escapes extends CharacterEscapes {
    static final Escapes ONE = new Escapes();
    private static final long serialVersionUID = 1;
    private final int[] ascii = CharacterEscapes.standardAsciiEscapesForJSON();

    Escapes() {
      ascii[0x7f] = CharacterEscapes.ESCAPE_STANDARD;
      // a log's command to a CI system may begin with it anywhere in a line
      ascii['#'] = CharacterEscapes.ESCAPE_STANDARD;
    }

    @Override
    public int[] getEscapeCodesForAscii() {
      return ascii;
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int c) {
      // halves of a pair are seen one by one, and both are escaped: a lone one stays readable
      if (c < 0x80 || Escape.harmless(c, true)) {
        return null;
      }
      String hex = Integer.toHexString(c);
      return new SerializedString("\\u" + "0000".substring(hex.length()) + hex);
    }
  }
}
