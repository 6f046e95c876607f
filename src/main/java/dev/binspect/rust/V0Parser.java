package dev.binspect.rust;

/**
 * The letters of a v0 symbol: numbers, identifiers, back references. Every failure is a {@link
 * Stop}.
 */
final class V0Parser {
  /** Nesting of paths, types and constants, back references included. */
  private static final int MAX_DEPTH = 500;

  /** Ends a walk; carries no stack trace, because names are parsed by the hundred thousand. */
  static final class Stop extends Exception {
    private static final long serialVersionUID = 1L;

    private Stop(String message) {
      super(message, null, false, false);
    }

    static Stop invalid() {
      return new Stop("{invalid syntax}");
    }

    static Stop tooDeep() {
      return new Stop("{recursion limit reached}");
    }

    static Stop tooLong() {
      return new Stop("{size limit reached}");
    }
  }

  /**
   * An identifier.
   *
   * @param ascii what stands there, without Punycode's deltas
   * @param punycode the deltas, empty where the identifier is ASCII
   */
  record Identifier(String ascii, String punycode) {
    boolean isEmpty() {
      return ascii.isEmpty() && punycode.isEmpty();
    }
  }

  final String text;

  /** Back references count from here. */
  final int start;

  int next;
  private int depth;

  V0Parser(String text, int start) {
    this.text = text;
    this.start = start;
    this.next = start;
  }

  void push() throws Stop {
    if (++depth > MAX_DEPTH) {
      throw Stop.tooDeep();
    }
  }

  void pop() {
    depth--;
  }

  char peek() {
    return next < text.length() ? text.charAt(next) : '\0';
  }

  boolean eat(char c) {
    if (next < text.length() && text.charAt(next) == c) {
      next++;
      return true;
    }
    return false;
  }

  char take() throws Stop {
    if (next >= text.length()) {
      throw Stop.invalid();
    }
    return text.charAt(next++);
  }

  /** {@code <base-62-number>}: {@code _} is 0, otherwise the digits' value plus one. */
  long base62() throws Stop {
    if (eat('_')) {
      return 0;
    }
    long value = 0;
    while (!eat('_')) {
      char c = take();
      int digit;
      if (c >= '0' && c <= '9') {
        digit = c - '0';
      } else if (c >= 'a' && c <= 'z') {
        digit = 10 + (c - 'a');
      } else if (c >= 'A' && c <= 'Z') {
        digit = 36 + (c - 'A');
      } else {
        throw Stop.invalid();
      }
      long high = Math.unsignedMultiplyHigh(value, 62);
      long low = value * 62;
      value = low + digit;
      if (high != 0 || Long.compareUnsigned(value, low) < 0) {
        throw Stop.invalid();
      }
    }
    if (value == -1) {
      throw Stop.invalid();
    }
    return value + 1;
  }

  /** {@return 0 where the tag is missing, otherwise the number plus one} */
  long optionalBase62(char tag) throws Stop {
    if (!eat(tag)) {
      return 0;
    }
    long value = base62();
    if (value == -1) {
      throw Stop.invalid();
    }
    return value + 1;
  }

  /** {@code <disambiguator>}: as a number that needs all 64 bits, so read it unsigned. */
  long disambiguator() throws Stop {
    return optionalBase62('s');
  }

  /** {@return the position a back reference leads to; the {@code B} has just been read} */
  int backReference() throws Stop {
    int here = next - 1 - start;
    long target = base62();
    if (target < 0 || target >= here) {
      throw Stop.invalid();
    }
    return start + (int) target;
  }

  /** Reads {@code <undisambiguated-identifier>} and leaves its bytes where they are. */
  private long identifierRange() throws Stop {
    char c = take();
    if (c < '0' || c > '9') {
      throw Stop.invalid();
    }
    int length = c - '0';
    if (length != 0) {
      while (peek() >= '0' && peek() <= '9') {
        length = length * 10 + (take() - '0');
        if (length > text.length()) {
          throw Stop.invalid();
        }
      }
    }
    eat('_');
    if (length > text.length() - next) {
      throw Stop.invalid();
    }
    int from = next;
    next += length;
    return (long) from << 32 | next;
  }

  Identifier identifier() throws Stop {
    boolean punycode = eat('u');
    long range = identifierRange();
    String all = text.substring((int) (range >>> 32), (int) range);
    if (!punycode) {
      return new Identifier(all, "");
    }
    int split = all.lastIndexOf('_');
    Identifier identifier =
        new Identifier(split < 0 ? "" : all.substring(0, split), all.substring(split + 1));
    if (identifier.punycode.isEmpty()) {
      throw Stop.invalid();
    }
    return identifier;
  }

  /**
   * {@return the digits of {@code <const-data>} without sign and without the closing underscore}
   */
  String hexDigits() throws Stop {
    int from = next;
    while (true) {
      char c = take();
      if (c == '_') {
        return text.substring(from, next - 1);
      }
      if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
        throw Stop.invalid();
      }
    }
  }
}
