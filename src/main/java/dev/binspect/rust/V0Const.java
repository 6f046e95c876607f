package dev.binspect.rust;

import dev.binspect.rust.V0Parser.Stop;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The v0 scheme's constants: values of generic arguments and lengths of arrays. */
final class V0Const {
  private final V0Name out;
  private final V0Parser in;
  private final boolean exact;

  V0Const(V0Name out, V0Parser in, boolean exact) {
    this.out = out;
    this.in = in;
    this.exact = exact;
  }

  /**
   * @param nested whether it stands in an expression, where no braces are needed
   */
  void print(boolean nested) throws Stop {
    out.step();
    in.push();
    char tag = in.take();
    switch (tag) {
      case 'p' -> out.print("_");
      case 'h', 't', 'm', 'y', 'o', 'j' -> integer(tag);
      case 'a', 's', 'l', 'x', 'n', 'i' -> {
        if (in.eat('n')) {
          out.print("-");
        }
        integer(tag);
      }
      case 'b' -> {
        String digits = significant(in.hexDigits());
        if (!digits.isEmpty() && !digits.equals("1")) {
          throw Stop.invalid();
        }
        out.print(digits.isEmpty() ? "false" : "true");
      }
      case 'c' -> character();
      case 'B' -> {
        int back = out.follow();
        if (back >= 0) {
          print(nested);
          out.goBack(back);
        }
      }
      default -> {
        if (tag == 'R' && in.eat('e')) {
          // A string literal is of type &str: it needs neither the & nor braces.
          string();
        } else {
          out.print(nested ? "" : "{");
          compound(tag);
          out.print(nested ? "" : "}");
        }
      }
    }
    in.pop();
  }

  private void compound(char tag) throws Stop {
    switch (tag) {
      case 'e' -> {
        out.print("*");
        string();
      }
      case 'R', 'Q' -> {
        out.print(tag == 'R' ? "&" : "&mut ");
        print(true);
      }
      case 'A' -> {
        out.print("[");
        elements();
        out.print("]");
      }
      case 'T' -> tuple();
      case 'V' -> {
        out.path(true);
        switch (in.take()) {
          case 'U' -> out.print("");
          case 'T' -> fields();
          case 'S' -> {
            out.print(" { ");
            for (int i = 0; out.another(i, ", "); i++) {
              namedField();
            }
            out.print(" }");
          }
          default -> throw Stop.invalid();
        }
      }
      default -> throw Stop.invalid();
    }
  }

  private void tuple() throws Stop {
    out.print("(");
    out.print(elements() == 1 ? ",)" : ")");
  }

  /** {@return how many there are up to the list's end} */
  private int elements() throws Stop {
    int count = 0;
    while (out.another(count, ", ")) {
      print(true);
      count++;
    }
    return count;
  }

  private void fields() throws Stop {
    out.print("(");
    elements();
    out.print(")");
  }

  private void namedField() throws Stop {
    in.disambiguator();
    out.print(Punycode.text(in.identifier()));
    out.print(": ");
    print(true);
  }

  private static String significant(String digits) {
    int zeros = 0;
    while (zeros < digits.length() && digits.charAt(zeros) == '0') {
      zeros++;
    }
    return digits.substring(zeros);
  }

  private void integer(char tag) throws Stop {
    String digits = significant(in.hexDigits());
    if (digits.length() > 16) {
      out.print("0x" + digits);
    } else {
      out.print(digits.isEmpty() ? "0" : Long.toUnsignedString(Long.parseUnsignedLong(digits, 16)));
    }
    if (exact) {
      out.print(String.valueOf(V0Types.basicType(tag)));
    }
  }

  private void character() throws Stop {
    String digits = significant(in.hexDigits());
    int value = digits.isEmpty() ? 0 : digits.length() > 6 ? -1 : Integer.parseInt(digits, 16);
    if (value < 0 || value > 0x10ffff || value >= 0xd800 && value <= 0xdfff) {
      throw Stop.invalid();
    }
    out.print("'" + escaped(value, '\'') + "'");
  }

  private void string() throws Stop {
    String digits = in.hexDigits();
    if ((digits.length() & 1) != 0) {
      throw Stop.invalid();
    }
    byte[] utf8 = new byte[digits.length() / 2];
    for (int i = 0; i < utf8.length; i++) {
      utf8[i] =
          (byte)
              (Character.digit(digits.charAt(2 * i), 16) << 4
                  | Character.digit(digits.charAt(2 * i + 1), 16));
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw Stop.invalid();
    }
    out.print("\"");
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      out.print(escaped(c, '"'));
      i += Character.charCount(c);
    }
    out.print("\"");
  }

  /** As Rust's {@code escape_debug} writes it; the other kind of quote needs no escape. */
  private static String escaped(int c, char quote) {
    switch (c) {
      case 0:
        return "\\0";
      case '\t':
        return "\\t";
      case '\n':
        return "\\n";
      case '\r':
        return "\\r";
      case '\\':
        return "\\\\";
      case '\'', '"':
        return c == quote ? "\\" + (char) c : String.valueOf((char) c);
      default:
        boolean visible =
            switch (Character.getType(c)) {
              case Character.CONTROL,
                  Character.FORMAT,
                  Character.UNASSIGNED,
                  Character.PRIVATE_USE,
                  Character.SURROGATE,
                  Character.LINE_SEPARATOR,
                  Character.PARAGRAPH_SEPARATOR,
                  Character.NON_SPACING_MARK,
                  Character.ENCLOSING_MARK ->
                  false;
              case Character.SPACE_SEPARATOR -> c == ' ';
              default -> true;
            };
        return visible ? Character.toString(c) : "\\u{" + Integer.toHexString(c) + "}";
    }
  }
}
