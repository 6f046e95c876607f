package dev.binspect.macho;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Files of Apple's systems that hold code, or stand for it, and are no Mach-O files. */
public final class MachoLookalikes {
  private static final int START = 64;

  private MachoLookalikes() {}

  /**
   * {@return what a file without a Mach-O magic number is, as the end of "FILE: …", or null where
   * it is nothing known here}
   */
  public static @Nullable String describe(Bytes file) throws MalformedException {
    byte[] start = file.copy(0, Math.min(file.length(), START), "file");
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (text.startsWith("dyld_v")) {
      // struct dyld_cache_header: "dyld_v1", blanks, the machine
      int nul = text.indexOf(0);
      String machine = text.substring(7, nul < 7 ? Math.min(16, text.length()) : nul).strip();
      return "is a dyld shared cache"
          + (machine.isEmpty() ? "" : " (" + machine + ")")
          + ": its libraries have no files of their own; --sysroot SDK tells what they export";
    }
    if (text.startsWith("complzss") || text.startsWith("bvx2") || text.startsWith("bvxn")) {
      return "is compressed (" + (text.startsWith("c") ? "LZSS" : "LZFSE") + "): unpack it first";
    }
    if (text.startsWith("IM4P", 2) || text.indexOf("IM4P") > 0 && text.charAt(0) == '0') {
      return "is an IMG4 payload (firmware or kernel): unpack it first";
    }
    if (text.startsWith("BC\u00c0\u00de") || text.startsWith("\u00de\u00c0\u0017\u000b")) {
      return "is LLVM bitcode, not machine code";
    }
    if (text.startsWith("--- !tapi-tbd") || text.startsWith("---\narchs:")) {
      return "is a text stub of a library (.tbd): give its SDK with --sysroot";
    }
    return null;
  }
}
