package dev.binspect.rust;

import dev.binspect.rust.V0Parser.Identifier;
import dev.binspect.rust.V0Parser.Stop;
import org.jspecify.annotations.Nullable;

/** The v0 scheme's types, and what else stands between angle brackets. */
final class V0Types {
  private final V0Name out;
  private final V0Parser in;
  private final V0Const constants;

  /** Lifetimes that are bound where the walk stands. */
  private long lifetimes;

  V0Types(V0Name out, V0Parser in, boolean exact) {
    this.out = out;
    this.in = in;
    this.constants = new V0Const(out, in, exact);
  }

  /** A lifetime, a constant or a type. */
  void genericArgument() throws Stop {
    if (in.eat('L')) {
      lifetime(in.base62());
    } else if (in.eat('K')) {
      constants.print(false);
    } else {
      type();
    }
  }

  private void lifetime(long index) throws Stop {
    out.print("'");
    if (index == 0) {
      out.print("_");
      return;
    }
    if (out.silent()) {
      // Binders are not counted while nothing is printed: a skipped path may refer to outer ones.
      return;
    }
    long depth = lifetimes - index;
    if (index < 0 || depth < 0) {
      throw Stop.invalid();
    }
    out.print(depth < 26 ? String.valueOf((char) ('a' + depth)) : "_" + depth);
  }

  /** {@code <binder>}: names for the lifetimes bound here. {@return how many were bound before} */
  private long binder() throws Stop {
    long bound = in.optionalBase62('G');
    if (out.silent()) {
      return lifetimes;
    }
    long before = lifetimes;
    if (bound != 0) {
      out.print("for<");
      for (long i = 0; i != bound; i++) {
        out.step();
        if (i > 0) {
          out.print(", ");
        }
        lifetimes++;
        lifetime(1);
      }
      out.print("> ");
    }
    return before;
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
    out.step();
    char tag = in.take();
    String basic = basicType(tag);
    if (basic != null) {
      out.print(basic);
      return;
    }
    in.push();
    switch (tag) {
      case 'R', 'Q' -> {
        out.print("&");
        if (in.eat('L')) {
          long index = in.base62();
          if (index != 0) {
            lifetime(index);
            out.print(" ");
          }
        }
        out.print(tag == 'Q' ? "mut " : "");
        type();
      }
      case 'P', 'O' -> {
        out.print(tag == 'P' ? "*const " : "*mut ");
        type();
      }
      case 'A', 'S' -> {
        out.print("[");
        type();
        if (tag == 'A') {
          out.print("; ");
          constants.print(true);
        }
        out.print("]");
      }
      case 'T' -> {
        out.print("(");
        out.print(types() == 1 ? ",)" : ")");
      }
      case 'F' -> {
        long before = binder();
        function();
        lifetimes = before;
      }
      case 'D' -> {
        out.print("dyn ");
        long before = binder();
        for (int i = 0; out.another(i, " + "); i++) {
          dynTrait();
        }
        lifetimes = before;
        if (!in.eat('L')) {
          throw Stop.invalid();
        }
        long index = in.base62();
        if (index != 0) {
          out.print(" + ");
          lifetime(index);
        }
      }
      case 'W' -> {
        type();
        out.print(" is ");
        pattern();
      }
      case 'B' -> {
        int back = out.follow();
        if (back >= 0) {
          type();
          out.goBack(back);
        }
      }
      default -> {
        in.next--;
        out.path(false);
      }
    }
    in.pop();
  }

  /** {@return how many types there are up to the list's end} */
  private int types() throws Stop {
    int count = 0;
    while (out.another(count, ", ")) {
      type();
      count++;
    }
    return count;
  }

  void genericArguments() throws Stop {
    for (int i = 0; out.another(i, ", "); i++) {
      genericArgument();
    }
  }

  private void function() throws Stop {
    if (in.eat('U')) {
      out.print("unsafe ");
    }
    if (in.eat('K')) {
      String abi = "C";
      if (!in.eat('C')) {
        Identifier name = out.identifier();
        if (name.ascii().isEmpty() || !name.punycode().isEmpty()) {
          throw Stop.invalid();
        }
        abi = name.ascii().replace('_', '-');
      }
      out.print("extern \"" + abi + "\" ");
    }
    out.print("fn(");
    types();
    out.print(")");
    if (!in.eat('u')) {
      out.print(" -> ");
      type();
    }
  }

  private void dynTrait() throws Stop {
    boolean open = pathWithOpenArguments();
    while (in.eat('p')) {
      out.print(open ? ", " : "<");
      open = true;
      out.print(Punycode.text(out.identifier()));
      out.print(" = ");
      if (in.eat('K')) {
        constants.print(false);
      } else {
        type();
      }
    }
    if (open) {
      out.print(">");
    }
  }

  /** A trait's path; its generic arguments stay open for the associated types that follow. */
  private boolean pathWithOpenArguments() throws Stop {
    out.step();
    if (in.eat('B')) {
      int back = out.follow();
      if (back < 0) {
        return false;
      }
      boolean open = pathWithOpenArguments();
      out.goBack(back);
      return open;
    }
    if (in.eat('I')) {
      out.path(false);
      out.print("<");
      genericArguments();
      return true;
    }
    out.path(false);
    return false;
  }

  private void pattern() throws Stop {
    out.step();
    switch (in.take()) {
      case 'R' -> {
        constants.print(false);
        out.print("..=");
        constants.print(false);
      }
      case 'O' -> {
        in.push();
        pattern();
        while (!in.eat('E')) {
          out.print(" | ");
          pattern();
        }
        in.pop();
      }
      case 'N' -> out.print("!null");
      default -> throw Stop.invalid();
    }
  }
}
