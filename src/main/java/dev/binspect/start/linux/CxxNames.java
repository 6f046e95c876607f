package dev.binspect.start.linux;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** C++ symbol names in clear, by the system's own __cxa_demangle where there is one. */
public final class CxxNames {
  private static final String[] LIBRARIES = {"libstdc++.so.6", "libc++abi.so.1"};

  /** No name that a person reads is longer; the demangler's memory grows with it. */
  private static final int LONGEST = 1 << 16;

  private final Function demangle;
  private final Function free;

  private CxxNames(Function demangle, Function free) {
    this.demangle = demangle;
    this.free = free;
  }

  /** {@return the system's demangler, or null where it has none} */
  public static @Nullable CxxNames find() {
    for (String library : LIBRARIES) {
      CxxNames names = in(library);
      if (names != null) {
        return names;
      }
    }
    return null;
  }

  private static @Nullable CxxNames in(String library) {
    try {
      NativeLibrary found = NativeLibrary.getInstance(library);
      return new CxxNames(
          found.getFunction("__cxa_demangle"), NativeLibrary.getProcess().getFunction("free"));
    } catch (UnsatisfiedLinkError e) {
      return null;
    }
  }

  /** {@return the name in clear, or null where it is no mangled C++ name} */
  public @Nullable String demangle(String symbol) {
    if (!symbol.startsWith("_Z") || symbol.length() > LONGEST) {
      return null;
    }
    byte[] bytes = symbol.getBytes(StandardCharsets.UTF_8);
    try (Memory name = new Memory(bytes.length + 1L)) {
      name.write(0, bytes, 0, bytes.length);
      name.setByte(bytes.length, (byte) 0);
      Pointer clear = demangle.invokePointer(new Object[] {name, null, null, null});
      if (clear == null) {
        return null;
      }
      String text = clear.getString(0, "UTF-8");
      free.invokeVoid(new Object[] {clear});
      return text;
    }
  }
}
