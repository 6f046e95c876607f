package dev.binspect.image;

import org.jspecify.annotations.Nullable;

/** The releases of glibc that symbol versions tell of. */
public final class GlibcVersion {
  /** Asked for where relative relocations are packed (DT_RELR); its name tells no release. */
  public static final String DT_RELR = "GLIBC_ABI_DT_RELR";

  private static final String PREFIX = "GLIBC_";

  private GlibcVersion() {}

  /** {@return the release that first defined a symbol version; null for what tells none} */
  public static int @Nullable [] since(String version) {
    if (version.equals(DT_RELR)) {
      return numbers("2.36");
    }
    return version.startsWith(PREFIX) ? numbers(version.substring(PREFIX.length())) : null;
  }

  /** {@return the numbers of "2.34" or "2.2.5"; null for anything else} */
  public static int @Nullable [] numbers(String text) {
    int[] numbers = new int[4];
    int at = 0;
    int digits = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.' && digits > 0 && at < 3) {
        at++;
        digits = 0;
      } else if (c >= '0' && c <= '9' && digits < 6) {
        numbers[at] = numbers[at] * 10 + c - '0';
        digits++;
      } else {
        return null;
      }
    }
    return digits > 0 && at > 0 ? numbers : null;
  }
}
