package dev.binspect.rust;

import dev.binspect.rust.V0Parser.Identifier;
import dev.binspect.rust.V0Parser.Stop;

/**
 * The v0 scheme's paths, printed as Rust writes them; their types are {@link V0Types}.
 *
 * <p>A symbol is walked twice: once without following back references, which tells whether it is a
 * symbol at all and where it ends, and once to print it.
 */
final class V0Name {
  /**
   * Characters and productions that each byte of a name may lead to, and those that are free: back
   * references may lead to very much, and to much that prints nothing.
   */
  private static final int PER_BYTE = 64;

  private static final int FREE = 1 << 14;

  private final V0Parser in;
  private final StringBuilder out;
  private final boolean exact;
  private final V0Types types;
  private boolean silent;
  private final int limit;
  private int steps;

  private V0Name(String text, int start, boolean exact, StringBuilder out) {
    this.in = new V0Parser(text, start);
    this.exact = exact;
    this.out = out;
    this.limit = (int) Math.min(Demangler.MAX_OUTPUT, FREE + (long) PER_BYTE * text.length());
    this.types = new V0Types(this, in, exact);
  }

  /**
   * Appends the readable name to {@code out}.
   *
   * @return the index behind the mangled name, or -1 if there is none
   */
  static int demangle(String text, boolean exact, StringBuilder out) {
    int start = start(text);
    if (start < 0 || start >= text.length()) {
      return -1;
    }
    // An encoding version or anything but a path's tag is not this scheme.
    char tag = text.charAt(start);
    if (tag < 'A' || tag > 'Z') {
      return -1;
    }
    int end = start;
    while (end < text.length() && text.charAt(end) <= 0x7f) {
      end++;
    }
    if (end < text.length()) {
      return -1;
    }
    V0Name walk = new V0Name(text, start, exact, out);
    walk.silent = true;
    try {
      walk.path(false);
      if (walk.in.peek() >= 'A' && walk.in.peek() <= 'Z') {
        // <instantiating-crate>
        walk.path(false);
      }
    } catch (Stop e) {
      return -1;
    }
    V0Name print = new V0Name(text, start, exact, out);
    try {
      print.path(true);
    } catch (Stop e) {
      out.append(e.getMessage());
    }
    return walk.in.next;
  }

  private static int start(String text) {
    if (text.startsWith("_R")) {
      return 2;
    }
    // As for the legacy scheme: Mach-O prefixes an underscore, dbghelp takes one away.
    if (text.startsWith("__R")) {
      return 3;
    }
    return text.startsWith("R") ? 1 : -1;
  }

  void print(String text) throws Stop {
    if (!silent) {
      if (out.length() + text.length() > limit) {
        throw Stop.tooLong();
      }
      out.append(text);
    }
  }

  /**
   * {@return whether nothing is printed now: the symbol is walked only, or a path is passed over}
   */
  boolean silent() {
    return silent;
  }

  /** An identifier, counted by its length: a back reference can lead to a long one many times. */
  Identifier identifier() throws Stop {
    Identifier identifier = in.identifier();
    steps += identifier.ascii().length() + identifier.punycode().length() >>> 4;
    return identifier;
  }

  void step() throws Stop {
    if (++steps > limit) {
      throw Stop.tooLong();
    }
  }

  /**
   * Goes to where a back reference leads. (No part is handed on as a lambda here: the first that is
   * linked costs a report more than all its names.)
   *
   * @return where to {@link #goBack} to, or -1 where nothing is printed and nobody went
   */
  int follow() throws Stop {
    int target = in.backReference();
    if (silent) {
      return -1;
    }
    in.push();
    int back = in.next;
    in.next = target;
    return back;
  }

  void goBack(int back) {
    in.next = back;
    in.pop();
  }

  /**
   * {@return whether another element of a list comes} Its separator is printed then; a list ends
   * with {@code E}.
   *
   * @param count of the elements before it
   */
  boolean another(int count, String separator) throws Stop {
    if (in.eat('E')) {
      return false;
    }
    if (count > 0) {
      print(separator);
    }
    return true;
  }

  void type() throws Stop {
    types.type();
  }

  void path(boolean value) throws Stop {
    in.push();
    step();
    char tag = in.take();
    switch (tag) {
      case 'C' -> {
        long disambiguator = in.disambiguator();
        print(Punycode.text(identifier()));
        if (exact && disambiguator != 0) {
          print("[" + Long.toHexString(disambiguator) + "]");
        }
      }
      case 'N' -> nested(value);
      case 'M', 'X', 'Y' -> implementation(tag);
      case 'I' -> {
        path(value);
        if (value) {
          print("::");
        }
        print("<");
        types.genericArguments();
        print(">");
      }
      case 'B' -> {
        int back = follow();
        if (back >= 0) {
          path(value);
          goBack(back);
        }
      }
      default -> throw Stop.invalid();
    }
    in.pop();
  }

  private void nested(boolean value) throws Stop {
    char namespace = in.take();
    boolean special = namespace >= 'A' && namespace <= 'Z';
    if (!special && !(namespace >= 'a' && namespace <= 'z')) {
      throw Stop.invalid();
    }
    path(value);
    long disambiguator = in.disambiguator();
    Identifier name = identifier();
    if (special) {
      print("::{");
      print(
          switch (namespace) {
            case 'C' -> "closure";
            case 'S' -> "shim";
            default -> String.valueOf(namespace);
          });
      if (!name.isEmpty()) {
        print(":");
        print(Punycode.text(name));
      }
      print("#" + Long.toUnsignedString(disambiguator) + "}");
    } else if (!name.isEmpty()) {
      print("::");
      print(Punycode.text(name));
    }
  }

  private void implementation(char tag) throws Stop {
    if (tag != 'Y') {
      // The impl block's own path says where it stands, not what it is.
      in.disambiguator();
      boolean before = silent;
      silent = true;
      path(false);
      silent = before;
    }
    print("<");
    types.type();
    if (tag != 'M') {
      print(" as ");
      path(false);
    }
    print(">");
  }
}
