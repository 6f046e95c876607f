package dev.binspect.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class JsonOutTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static String text(String value) {
    JsonOut json = new JsonOut(null, false);
    json.writeString(value);
    return new String(json.bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void whatAReaderWouldObeyIsEscaped() {
    assertThat(text("a\"b\\c/d")).isEqualTo("\"a\\\"b\\\\c/d\"");
    assertThat(text("\b\t\n\f\r\0\u001b\u007f#"))
        .isEqualTo("\"\\b\\t\\n\\f\\r\\u0000\\u001B\\u007F\\u0023\"");
    assertThat(text("é…漢")).isEqualTo("\"é…漢\"");
    assertThat(text("\u0085\u202e\u200b")).isEqualTo("\"\\u0085\\u202e\\u200b\"");
    assertThat(text("😀")).isEqualTo("\"\\ud83d\\ude00\"");
    assertThat(text("\ud83d|\ude00|\ude00\ud83d")).isEqualTo("\"\ufffd|\ufffd|\ufffd\ufffd\"");
  }

  @Test
  void everyTextComesBack() {
    Random random = new Random(1);
    for (int round = 0; round < 2_000; round++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(40);
      while (text.length() < length) {
        int c = random.nextInt(random.nextBoolean() ? 0x100 : Character.MAX_CODE_POINT + 1);
        if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
          text.appendCodePoint(c);
        }
      }
      assertThat(MAPPER.readTree(text(text.toString())).stringValue()).isEqualTo(text.toString());
    }
  }

  @Test
  void numbersAreTheirDigits() throws IOException {
    JsonOut json = new JsonOut(null, false);
    json.writeStartArray();
    for (long value : new long[] {0, 9, 10, 1_234_567_890_123L, -1, -90}) {
      json.writeNumber(value);
    }
    json.writeNumber(Long.MAX_VALUE);
    json.writeNumber(Long.MIN_VALUE);
    json.writeStartObject();
    json.writeUnsignedField("all", -1);
    json.writeNumberField("half", 0.5);
    json.writeNumberField("none", Double.NaN);
    json.writeEndObject();
    json.writeEndArray();
    assertThat(new String(json.bytes(), StandardCharsets.UTF_8))
        .isEqualTo(
            "[0,9,10,1234567890123,-1,-90,9223372036854775807,-9223372036854775808,"
                + "{\"all\":18446744073709551615,\"half\":0.5,\"none\":\"NaN\"}]");
  }

  @Test
  void emptyOnesStayOnTheirLineWhereItIsIndented() throws IOException {
    StringWriter out = new StringWriter();
    try (JsonOut json = new JsonOut(out, true)) {
      json.writeStartObject();
      json.writeObjectFieldStart("empty");
      json.writeEndObject();
      json.writeArrayFieldStart("list");
      json.writeNumber(1);
      json.writeStartObject();
      json.writeNullField("a");
      json.writeBooleanField("b", true);
      json.writeEndObject();
      json.writeEndArray();
      json.writeEndObject();
    }
    assertThat(out.toString())
        .isEqualTo(
            """
            {
              "empty": {},
              "list": [
                1,
                {
                  "a": null,
                  "b": true
                }
              ]
            }""");
  }

  @Test
  void whatWasWrittenBeforeStandsLikeAnyValue() throws IOException {
    JsonOut once = new JsonOut(null, false);
    once.writeStartObject();
    once.writeNumberField("n", 1);
    once.writeEndObject();
    JsonOut json = new JsonOut(null, false);
    json.writeStartArray();
    json.writeRaw(once.bytes());
    json.writeRaw(once.bytes());
    json.writeNumber(2);
    json.writeEndArray();
    JsonNode read = MAPPER.readTree(json.bytes());
    assertThat(read.toString()).isEqualTo("[{\"n\":1},{\"n\":1},2]");
  }

  @Test
  void aLongOneReachesItsWriterWhole() throws IOException {
    StringWriter out = new StringWriter();
    try (JsonOut json = new JsonOut(out, false)) {
      json.writeStartObject();
      for (int i = 0; i < 20_000; i++) {
        json.writeStringField("é" + i, "…" + i);
      }
      json.writeEndObject();
    }
    JsonNode read = MAPPER.readTree(out.toString());
    assertThat(read.size()).isEqualTo(20_000);
    assertThat(read.get("é19999").stringValue()).isEqualTo("…19999");
  }
}
