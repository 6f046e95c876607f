package dev.binspect.load.windows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Names of files that Windows brings along, for hosts that have no Windows to look at. */
final class WindowsNames {
  private static final Set<String> SYSTEM = new HashSet<>();
  private static final Set<String> REDISTRIBUTABLE = new HashSet<>();

  /** HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\KnownDLLs, and what they need. */
  private static final Set<String> KNOWN =
      Set.of(
          "advapi32.dll",
          "bcryptprimitives.dll",
          "clbcatq.dll",
          "combase.dll",
          "comdlg32.dll",
          "coml2.dll",
          "difxapi.dll",
          "gdi32.dll",
          "gdi32full.dll",
          "gdiplus.dll",
          "imagehlp.dll",
          "imm32.dll",
          "kernel32.dll",
          "kernelbase.dll",
          "msctf.dll",
          "msvcp_win.dll",
          "msvcrt.dll",
          "normaliz.dll",
          "nsi.dll",
          "ntdll.dll",
          "ole32.dll",
          "oleaut32.dll",
          "psapi.dll",
          "rpcrt4.dll",
          "sechost.dll",
          "setupapi.dll",
          "shcore.dll",
          "shell32.dll",
          "shlwapi.dll",
          "ucrtbase.dll",
          "user32.dll",
          "win32u.dll",
          "wldap32.dll",
          "wow64.dll",
          "wow64cpu.dll",
          "wow64win.dll",
          "ws2_32.dll");

  static {
    try (InputStream in = WindowsNames.class.getResourceAsStream("windows-dlls.txt")) {
      if (in == null) {
        throw new IllegalStateException("the list of Windows' libraries is not in the program");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      int from = 0;
      while (from < text.length()) {
        int to = text.indexOf('\n', from);
        to = to < 0 ? text.length() : to;
        char first = text.charAt(from);
        if (first == '+') {
          REDISTRIBUTABLE.add(text.substring(from + 1, to));
        } else if (first != '#') {
          SYSTEM.add(text.substring(from, to));
        }
        from = to + 1;
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private WindowsNames() {}

  /** {@return a name as Windows compares it} */
  static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** {@return the last part of a path, written either way} */
  static String file(String path) {
    return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  }

  /** {@return whether Windows takes the file from its system folder, whatever stands elsewhere} */
  static boolean known(String key) {
    return KNOWN.contains(key);
  }

  /** {@return whether a Windows installation has a file of that name} */
  static boolean system(String key) {
    return SYSTEM.contains(key) || KNOWN.contains(key);
  }

  /** {@return whether a package of Microsoft that is no part of Windows installs it} */
  static boolean redistributable(String key) {
    return REDISTRIBUTABLE.contains(key);
  }

  /** {@return whether the name is that of a contract that stands for functions, not of a file} */
  static boolean apiSet(String key) {
    return key.startsWith("api-ms-") || key.startsWith("ext-ms-");
  }
}
