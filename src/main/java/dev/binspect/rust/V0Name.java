package dev.binspect.rust;

import dev.binspect.rust.V0Parser.Identifier;
import dev.binspect.rust.V0Parser.Stop;
import org.jspecify.annotations.Nullable;

/**
 * The v0 scheme's paths and types, printed as Rust writes them.
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
  private final V0Const constants;
  private boolean silent;
  private long lifetimes;
  private final int limit;
  private int steps;

  private V0Name(String text, int start, boolean exact, StringBuilder out) {
    this.in = new V0Parser(text, start);
    this.exact = exact;
    this.out = out;
    this.limit = (int) Math.min(Demangler.MAX_OUTPUT, FREE + (long) PER_BYTE * text.length());
    this.constants = new V0Const(this, in, exact);
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

  /** An identifier, counted by its length: a back reference can lead to a long one many times. */
  private Identifier identifier() throws Stop {
    Identifier identifier = in.identifier();
    steps += identifier.ascii().length() + identifier.punycode().length() >>> 4;
    return identifier;
  }

  void step() throws Stop {
    if (++steps > limit) {
      throw Stop.tooLong();
    }
  }

  /** What stands at a back reference, or a list's element, or a part in braces. */
  interface Part {
    void print() throws Stop;
  }

  void backReference(Part part) throws Stop {
    int target = in.backReference();
    if (silent) {
      return;
    }
    in.push();
    int back = in.next;
    in.next = target;
    part.print();
    in.next = back;
    in.pop();
  }

  /** Elements up to {@code E}. */
  int list(Part element, String separator) throws Stop {
    int count = 0;
    while (!in.eat('E')) {
      if (count > 0) {
        print(separator);
      }
      element.print();
      count++;
    }
    return count;
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
        list(this::genericArgument, ", ");
        print(">");
      }
      case 'B' -> backReference(() -> path(value));
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
    type();
    if (tag != 'M') {
      print(" as ");
      path(false);
    }
    print(">");
  }

  private void genericArgument() throws Stop {
    if (in.eat('L')) {
      lifetime(in.base62());
    } else if (in.eat('K')) {
      constants.print(false);
    } else {
      type();
    }
  }

  private void lifetime(long index) throws Stop {
    print("'");
    if (index == 0) {
      print("_");
      return;
    }
    if (silent) {
      // Binders are not counted while nothing is printed: a skipped path may refer to outer ones.
      return;
    }
    long depth = lifetimes - index;
    if (index < 0 || depth < 0) {
      throw Stop.invalid();
    }
    print(depth < 26 ? String.valueOf((char) ('a' + depth)) : "_" + depth);
  }

  /** {@code <binder>}: names for the lifetimes bound here. */
  private void binder(Part part) throws Stop {
    long bound = in.optionalBase62('G');
    if (silent) {
      part.print();
      return;
    }
    long before = lifetimes;
    if (bound != 0) {
      print("for<");
      for (long i = 0; i != bound; i++) {
        step();
        if (i > 0) {
          print(", ");
        }
        lifetimes++;
        lifetime(1);
      }
      print("> ");
    }
    part.print();
    lifetimes = before;
  }

  static @Nullable String basicType(char tag) {
    return switch (tag) {
      case 'a' -> "i8";
      case 'b' -> "bool";
      case 'c' -> "char";
      case 'd' -> "f64";
      case 'e' -> "str";
      case 'f' -> "f32";
      case 'h' -> "u8";
      case 'i' -> "isize";
      case 'j' -> "usize";
      case 'l' -> "i32";
      case 'm' -> "u32";
      case 'n' -> "i128";
      case 'o' -> "u128";
      case 's' -> "i16";
      case 't' -> "u16";
      case 'u' -> "()";
      case 'v' -> "...";
      case 'x' -> "i64";
      case 'y' -> "u64";
      case 'z' -> "!";
      case 'p' -> "_";
      default -> null;
    };
  }

  void type() throws Stop {
    step();
    char tag = in.take();
    String basic = basicType(tag);
    if (basic != null) {
      print(basic);
      return;
    }
    in.push();
    switch (tag) {
      case 'R', 'Q' -> {
        print("&");
        if (in.eat('L')) {
          long index = in.base62();
          if (index != 0) {
            lifetime(index);
            print(" ");
          }
        }
        print(tag == 'Q' ? "mut " : "");
        type();
      }
      case 'P', 'O' -> {
        print(tag == 'P' ? "*const " : "*mut ");
        type();
      }
      case 'A', 'S' -> {
        print("[");
        type();
        if (tag == 'A') {
          print("; ");
          constants.print(true);
        }
        print("]");
      }
      case 'T' -> {
        print("(");
        print(list(this::type, ", ") == 1 ? ",)" : ")");
      }
      case 'F' -> binder(this::function);
      case 'D' -> {
        print("dyn ");
        binder(() -> list(this::dynTrait, " + "));
        if (!in.eat('L')) {
          throw Stop.invalid();
        }
        long index = in.base62();
        if (index != 0) {
          print(" + ");
          lifetime(index);
        }
      }
      case 'W' -> {
        type();
        print(" is ");
        pattern();
      }
      case 'B' -> backReference(this::type);
      default -> {
        in.next--;
        path(false);
      }
    }
    in.pop();
  }

  private void function() throws Stop {
    if (in.eat('U')) {
      print("unsafe ");
    }
    if (in.eat('K')) {
      String abi = "C";
      if (!in.eat('C')) {
        Identifier name = identifier();
        if (name.ascii().isEmpty() || !name.punycode().isEmpty()) {
          throw Stop.invalid();
        }
        abi = name.ascii().replace('_', '-');
      }
      print("extern \"" + abi + "\" ");
    }
    print("fn(");
    list(this::type, ", ");
    print(")");
    if (!in.eat('u')) {
      print(" -> ");
      type();
    }
  }

  private void dynTrait() throws Stop {
    boolean open = pathWithOpenArguments();
    while (in.eat('p')) {
      print(open ? ", " : "<");
      open = true;
      print(Punycode.text(identifier()));
      print(" = ");
      if (in.eat('K')) {
        constants.print(false);
      } else {
        type();
      }
    }
    if (open) {
      print(">");
    }
  }

  /** A trait's path; its generic arguments stay open for the associated types that follow. */
  private boolean pathWithOpenArguments() throws Stop {
    step();
    if (in.eat('B')) {
      boolean[] open = new boolean[1];
      backReference(() -> open[0] = pathWithOpenArguments());
      return open[0];
    }
    if (in.eat('I')) {
      path(false);
      print("<");
      list(this::genericArgument, ", ");
      return true;
    }
    path(false);
    return false;
  }

  private void pattern() throws Stop {
    step();
    switch (in.take()) {
      case 'R' -> {
        constants.print(false);
        print("..=");
        constants.print(false);
      }
      case 'O' -> {
        in.push();
        pattern();
        while (!in.eat('E')) {
          print(" | ");
          pattern();
        }
        in.pop();
      }
      case 'N' -> print("!null");
      default -> throw Stop.invalid();
    }
  }
}
