package dev.binspect.report;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * JSON as it is written: UTF-8 in one array, no object and no text per value, for a scan writes ten
 * kilobytes a file. Trusts its callers to open and close in order.
 *
 * <p>JSON's own escapes, and the same for what a terminal, a browser or an editor would obey or
 * hide (C1 controls, bidirectional overrides, zero-width characters): a reader of the JSON gets the
 * exact name back. Half a surrogate pair is no character: many parsers refuse it, so it is
 * replaced.
 */
final class JsonOut implements AutoCloseable {
  private static final byte[] UPPER = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LOWER = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** Handed on to the writer when so many are there. */
  private static final int FULL = 1 << 15;

  /** By character: 0 for itself, 1 for its number, else the letter behind a backslash. */
  private static final byte[] ESCAPES = escapes();

  private final @Nullable Writer to;
  private final boolean indented;
  private byte[] bytes = new byte[1 << 13];
  private int count;
  private int depth;

  /** Whether a value stands before the next one in the same array or object. */
  private boolean behind;

  /** Whether the next value belongs to a name that was just written. */
  private boolean named;

  /**
   * @param to left open; null keeps all for {@link #bytes}
   */
  JsonOut(@Nullable Writer to, boolean indented) {
    this.to = to;
    this.indented = indented;
  }

  private static byte[] escapes() {
    byte[] escapes = new byte[0x80];
    Arrays.fill(escapes, 0, 0x20, (byte) 1);
    escapes['\b'] = 'b';
    escapes['\t'] = 't';
    escapes['\n'] = 'n';
    escapes['\f'] = 'f';
    escapes['\r'] = 'r';
    escapes['"'] = '"';
    escapes['\\'] = '\\';
    escapes[0x7f] = 1;
    // a log's command to a CI system may begin with it anywhere in a line
    escapes['#'] = 1;
    return escapes;
  }

  boolean indented() {
    return indented;
  }

  void writeStartObject() {
    open('{');
  }

  void writeStartArray() {
    open('[');
  }

  void writeObjectFieldStart(String name) throws IOException {
    writeFieldName(name);
    open('{');
  }

  void writeArrayFieldStart(String name) throws IOException {
    writeFieldName(name);
    open('[');
  }

  void writeEndObject() {
    close('}');
  }

  void writeEndArray() {
    close(']');
  }

  void writeFieldName(String name) throws IOException {
    if (count >= FULL) {
      flush();
    }
    before();
    quoted(name);
    room(2);
    bytes[count++] = ':';
    if (indented) {
      bytes[count++] = ' ';
    }
    named = true;
  }

  void writeString(String text) {
    before();
    quoted(text);
    behind = true;
  }

  void writeStringField(String name, String text) throws IOException {
    writeFieldName(name);
    writeString(text);
  }

  void writeNumber(long value) {
    before();
    digits(value);
    behind = true;
  }

  void writeNumberField(String name, long value) throws IOException {
    writeFieldName(name);
    writeNumber(value);
  }

  /** A number that is none (NaN) becomes a text. */
  void writeNumberField(String name, double value) throws IOException {
    writeFieldName(name);
    if (Double.isFinite(value)) {
      literal(Double.toString(value));
    } else {
      writeString(Double.toString(value));
    }
  }

  /** A number of any size. */
  void writeUnsignedField(String name, long value) throws IOException {
    writeFieldName(name);
    literal(Long.toUnsignedString(value));
  }

  void writeBooleanField(String name, boolean value) throws IOException {
    writeFieldName(name);
    literal(value ? "true" : "false");
  }

  void writeNull() {
    literal("null");
  }

  void writeNullField(String name) throws IOException {
    writeFieldName(name);
    writeNull();
  }

  void writeArray(long[] values) {
    writeStartArray();
    for (long value : values) {
      writeNumber(value);
    }
    writeEndArray();
  }

  void writeArray(double[] values) {
    writeStartArray();
    for (double value : values) {
      literal(Double.toString(value));
    }
    writeEndArray();
  }

  /**
   * A value that was written before by one that does not indent.
   *
   * @param value as {@link #bytes} gave it
   */
  void writeRaw(byte[] value) {
    before();
    room(value.length);
    System.arraycopy(value, 0, bytes, count, value.length);
    count += value.length;
    behind = true;
  }

  /** Ends a line between two values that stand in no other. */
  void endLine() throws IOException {
    room(1);
    bytes[count++] = '\n';
    behind = false;
    if (count >= FULL) {
      flush();
    }
  }

  /** {@return all that was written} */
  byte[] bytes() {
    return Arrays.copyOf(bytes, count);
  }

  private void flush() throws IOException {
    if (to != null) {
      to.write(new String(bytes, 0, count, StandardCharsets.UTF_8));
      count = 0;
    }
  }

  /** Hands the rest on; the writer is neither flushed nor closed. */
  @Override
  public void close() throws IOException {
    flush();
  }

  private void open(char bracket) {
    before();
    room(1);
    bytes[count++] = (byte) bracket;
    depth++;
    behind = false;
  }

  private void close(char bracket) {
    depth--;
    if (behind && indented) {
      line();
    }
    room(1);
    bytes[count++] = (byte) bracket;
    behind = true;
  }

  /** What stands between the last value and the next. */
  private void before() {
    if (named) {
      named = false;
      return;
    }
    room(1);
    if (behind) {
      bytes[count++] = ',';
    }
    if (indented && depth > 0) {
      line();
    }
    behind = true;
  }

  private void line() {
    room(1 + 2 * depth);
    bytes[count++] = '\n';
    for (int i = 0; i < depth; i++) {
      bytes[count++] = ' ';
      bytes[count++] = ' ';
    }
  }

  private void literal(String ascii) {
    before();
    ascii(ascii);
  }

  private void ascii(String ascii) {
    room(ascii.length());
    for (int i = 0; i < ascii.length(); i++) {
      bytes[count++] = (byte) ascii.charAt(i);
    }
    behind = true;
  }

  private void digits(long value) {
    if (value < 0) {
      ascii(Long.toString(value));
      return;
    }
    room(20);
    int length = 1;
    for (long left = value; left >= 10; left /= 10) {
      length++;
    }
    long left = value;
    for (int at = count + length - 1; at >= count; at--) {
      bytes[at] = (byte) ('0' + left % 10);
      left /= 10;
    }
    count += length;
  }

  private void quoted(String text) {
    int length = text.length();
    // The longest: six bytes for a character.
    room(6L * length + 2);
    byte[] out = bytes;
    int at = count;
    out[at++] = '"';
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        at = wide(text, i, c, at);
      } else if (ESCAPES[c] == 0) {
        out[at++] = (byte) c;
      } else {
        out[at++] = '\\';
        if (ESCAPES[c] == 1) {
          at = number(c, at, UPPER);
        } else {
          out[at++] = ESCAPES[c];
        }
      }
    }
    out[at++] = '"';
    count = at;
  }

  /** Writes one that is not ASCII. {@return the place behind it} */
  private int wide(String text, int i, char c, int at) {
    char shown = c;
    boolean harmless = Escape.harmless(c, true);
    if (Character.isSurrogate(c)) {
      boolean whole =
          Character.isHighSurrogate(c)
              ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
              : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
      if (!whole) {
        shown = 0xfffd;
        harmless = true;
      }
    }
    int to = at;
    if (!harmless) {
      bytes[to++] = '\\';
      return number(shown, to, LOWER);
    }
    if (shown < 0x800) {
      bytes[to++] = (byte) (0xc0 | shown >> 6);
    } else {
      bytes[to++] = (byte) (0xe0 | shown >> 12);
      bytes[to++] = (byte) (0x80 | shown >> 6 & 0x3f);
    }
    bytes[to++] = (byte) (0x80 | shown & 0x3f);
    return to;
  }

  private int number(char c, int at, byte[] digits) {
    bytes[at] = 'u';
    bytes[at + 1] = digits[c >> 12];
    bytes[at + 2] = digits[c >> 8 & 15];
    bytes[at + 3] = digits[c >> 4 & 15];
    bytes[at + 4] = digits[c & 15];
    return at + 5;
  }

  private void room(long more) {
    long wanted = count + more;
    if (wanted > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 16L, wanted * 2));
    }
  }
}
