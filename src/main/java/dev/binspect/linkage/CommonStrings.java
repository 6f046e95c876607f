package dev.binspect.linkage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Image;
import dev.binspect.image.Needed;
import java.util.ArrayList;
import java.util.List;

/**
 * How much of the library's text literals stands in the program. Survives stripping and link-time
 * optimisation.
 *
 * <p>Literals follow each other without marks between them, and linkers put them into any order:
 * what is compared is every stretch of {@link #WINDOW} characters.
 *
 * @param compared stretches in the library, the standard library's left out
 * @param found those that stand in the program
 */
record CommonStrings(long compared, long found) {
  static final CommonStrings NONE = new CommonStrings(0, 0);
  private static final int WINDOW = 12;

  static CommonStrings of(Image program, Image library, List<Image> noise) {
    // Where the library has the standard library inside, short texts stand in one row in both:
    // only what is longer than such a row counts.
    int shortest = noise.isEmpty() || !hasStandardInside(library) ? 1 : 2 * WINDOW;
    try {
      List<byte[]> own = ConstantData.of(library, false);
      if (own.isEmpty()) {
        return NONE;
      }
      Stretches there = Stretches.of(ConstantData.of(program, false));
      List<Stretches> standard = new ArrayList<>();
      for (Image one : noise) {
        standard.add(Stretches.of(ConstantData.of(one, false)));
      }
      long compared = 0;
      long found = 0;
      for (byte[] section : own) {
        blank(section);
        // Distance since a stretch that the standard library has too: what overlaps with one is a
        // seam between two literals, and stands wherever the standard library does.
        boolean[] known = standard(section, standard);
        int run = 0;
        int stretches = 0;
        int hits = 0;
        for (int i = 0; i <= section.length; i++) {
          run = i < section.length && printable(section[i]) ? run + 1 : 0;
          boolean counts = run >= WINDOW && !known[i - WINDOW + 1];
          boolean hit = counts && there.contains(hash(section, i - WINDOW + 1));
          if (!hit) {
            found += hits >= shortest ? hits : 0;
            hits = 0;
          }
          if (!counts) {
            compared += stretches >= shortest ? stretches : 0;
            stretches = 0;
          }
          hits += hit ? 1 : 0;
          stretches += counts ? 1 : 0;
        }
      }
      return new CommonStrings(compared, found);
    } catch (MalformedException e) {
      // Evidence that cannot be had is no evidence; the reader's own notes tell of the damage.
      return NONE;
    }
  }

  /** {@return whether the library is Rust's and needs no libstd} */
  static boolean hasStandardInside(Image library) {
    for (Needed needed : library.needed()) {
      if (LibraryName.isStd(needed.name())) {
        return false;
      }
    }
    return RustOrigin.of(library);
  }

  /** {@return by first byte, the stretches that overlap with one of the standard library's} */
  private static boolean[] standard(byte[] section, List<Stretches> standard) {
    boolean[] known = new boolean[section.length];
    int run = 0;
    for (int i = 0; i < section.length && !standard.isEmpty(); i++) {
      run = printable(section[i]) ? run + 1 : 0;
      if (run < WINDOW) {
        continue;
      }
      long hash = hash(section, i - WINDOW + 1);
      boolean hit = false;
      for (int n = 0; n < standard.size() && !hit; n++) {
        hit = standard.get(n).contains(hash);
      }
      if (hit) {
        int first = i - WINDOW + 1;
        java.util.Arrays.fill(
            known, Math.max(0, first - WINDOW + 1), Math.min(section.length, first + WINDOW), true);
      }
    }
    return known;
  }

  /**
   * What the core library's generics say (no libstd has these texts, because they are compiled into
   * whoever uses them), and what a compiler's start-up code says.
   */
  private static final byte[][] GENERIC = {
    "is_aligned_to: align is not a power-of-two".getBytes(US_ASCII),
    "is_nonoverlapping: `size_of::<T>() * count` overflows a usize".getBytes(US_ASCII),
    "called `Option::unwrap()` on a `None` value".getBytes(US_ASCII),
    "called `Option::unwrap_none()` on a `Some` value".getBytes(US_ASCII),
    "called `Result::unwrap()` on an `Err` value".getBytes(US_ASCII),
    "called `Result::unwrap_err()` on an `Ok` value".getBytes(US_ASCII),
    "internal error: entered unreachable code".getBytes(US_ASCII),
    "a Display implementation returned an error unexpectedly".getBytes(US_ASCII),
    "a formatting trait implementation returned an error when the underlying stream did not"
        .getBytes(US_ASCII),
    "attempt to add with overflow".getBytes(US_ASCII),
    "attempt to subtract with overflow".getBytes(US_ASCII),
    "attempt to multiply with overflow".getBytes(US_ASCII),
    "attempt to divide by zero".getBytes(US_ASCII),
    "attempt to shift left with overflow".getBytes(US_ASCII),
    "attempt to shift right with overflow".getBytes(US_ASCII),
    "attempt to negate with overflow".getBytes(US_ASCII),
    "attempt to calculate the remainder with a divisor of zero".getBytes(US_ASCII),
    "assertion failed: step != 0".getBytes(US_ASCII),
    "assertion failed: mid <= self.len()".getBytes(US_ASCII),
    "assertion failed: self.is_char_boundary(".getBytes(US_ASCII),
    "slice length too large".getBytes(US_ASCII),
    "chunk size must be non-zero".getBytes(US_ASCII),
    "Hash table capacity overflow".getBytes(US_ASCII),
    "capacity overflow".getBytes(US_ASCII),
    "RefCell already borrowed".getBytes(US_ASCII),
    "RefCell already mutably borrowed".getBytes(US_ASCII),
    "not yet implemented".getBytes(US_ASCII),
    "not implemented".getBytes(US_ASCII),
    "explicit panic".getBytes(US_ASCII),
    "encode_utf8: need ".getBytes(US_ASCII),
    " bytes to encode U+".getBytes(US_ASCII),
    " but buffer has just ".getBytes(US_ASCII),
    "there is no such thing as a relaxed fence".getBytes(US_ASCII),
    "there is no such thing as a release load".getBytes(US_ASCII),
    "there is no such thing as an acquire store".getBytes(US_ASCII),
    "there is no such thing as an acquire-release load".getBytes(US_ASCII),
    "there is no such thing as an acquire-release store".getBytes(US_ASCII),
    "cannot access a Thread Local Storage value during or after destruction".getBytes(US_ASCII),
    // What MinGW's start-up code says: it is linked into every program and library.
    "Mingw-w64 runtime failure:".getBytes(US_ASCII),
    "Address %p has no image-section".getBytes(US_ASCII),
    "  VirtualQuery failed for %d bytes at address %p".getBytes(US_ASCII),
    "  VirtualProtect failed with code 0x%x".getBytes(US_ASCII),
    "  Unknown pseudo relocation protocol version %d.".getBytes(US_ASCII),
    "  Unknown pseudo relocation bit size %d.".getBytes(US_ASCII),
    "%d bit pseudo relocation at %p out of range, targeting %p, yielding the value %p."
        .getBytes(US_ASCII),
    "Argument domain error (DOMAIN)".getBytes(US_ASCII),
    "Argument singularity (SIGN)".getBytes(US_ASCII),
    "Overflow range error (OVERFLOW)".getBytes(US_ASCII),
    "The result is too small to be represented (UNDERFLOW)".getBytes(US_ASCII),
    "Total loss of significance (TLOSS)".getBytes(US_ASCII),
    "Partial loss of significance (PLOSS)".getBytes(US_ASCII),
    "_matherr(): %s in %s(%g, %g)  (retval=%g)".getBytes(US_ASCII),
  };

  /** PE files have it in {@code .rdata}, once for each object file. */
  private static final byte[] PRODUCER = "GCC: (".getBytes(US_ASCII);

  private static final byte[] CHECK = "unsafe precondition(s) violated: ".getBytes(US_ASCII);
  private static final byte[] CHECK_END = "relied on for safety.".getBytes(US_ASCII);

  /**
   * Takes out what instances of generics bring into every program: paths of sources, for the
   * messages of panics, and the core library's checks of debug builds.
   */
  private static void blank(byte[] section) {
    for (int i = 0; i + 3 <= section.length; i++) {
      if (section[i] == '.' && section[i + 1] == 'r' && section[i + 2] == 's') {
        int from = i;
        while (from > 0 && i - from < 200 && pathByte(section[from - 1])) {
          from--;
        }
        java.util.Arrays.fill(section, from, i + 3, (byte) 0);
      } else if (section[i] == 'G' && startsWith(section, i, PRODUCER)) {
        int end = i;
        while (end < section.length && section[end] != 0) {
          section[end++] = 0;
        }
      } else if (section[i] == 'u' && startsWith(section, i, CHECK)) {
        int end = i + CHECK.length;
        int limit = Math.min(section.length, i + 1000);
        while (end < limit && !startsWith(section, end, CHECK_END)) {
          end++;
        }
        java.util.Arrays.fill(section, i, Math.min(limit, end + CHECK_END.length), (byte) 0);
      } else if (section[i] >= 'A' || section[i] == ' ' || section[i] == '%') {
        for (byte[] word : GENERIC) {
          if (section[i] == word[0] && startsWith(section, i, word)) {
            java.util.Arrays.fill(section, i, i + word.length, (byte) 0);
          }
        }
      }
    }
  }

  static boolean pathByte(byte c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '/'
        || c == '_'
        || c == '-'
        || c == '.'
        || c == '+';
  }

  private static boolean startsWith(byte[] section, int at, byte[] word) {
    return at + word.length <= section.length
        && java.util.Arrays.equals(section, at, at + word.length, word, 0, word.length);
  }

  private static boolean printable(byte b) {
    return b >= ' ' && b <= '~' || b == '\n' || b == '\t';
  }

  private static long hash(byte[] bytes, int from) {
    long hash = 0xcbf29ce484222325L;
    for (int i = from; i < from + WINDOW; i++) {
      hash = (hash ^ bytes[i]) * 0x100000001b3L;
    }
    hash ^= hash >>> 29;
    hash *= 0xbf58476d1ce4e5b9L;
    return hash ^ hash >>> 32;
  }

  /** A Bloom filter: of a thousand stretches that are not there it takes about four for known. */
  private static final class Stretches {
    private final long[] bits;

    private Stretches(long[] bits) {
      this.bits = bits;
    }

    static Stretches of(List<byte[]> sections) {
      long total = 64;
      for (byte[] section : sections) {
        total += section.length;
      }
      int words = (int) Math.min(1 << 24, Long.highestOneBit(total) / 2 + 1024);
      Stretches stretches = new Stretches(new long[Integer.highestOneBit(words) * 2]);
      for (byte[] section : sections) {
        int run = 0;
        for (int i = 0; i < section.length; i++) {
          run = printable(section[i]) ? run + 1 : 0;
          if (run >= WINDOW) {
            stretches.add(hash(section, i - WINDOW + 1));
          }
        }
      }
      return stretches;
    }

    private void add(long hash) {
      bits[(int) (hash >>> 6) & (bits.length - 1)] |= 1L << hash;
      bits[(int) (hash >>> 38) & (bits.length - 1)] |= 1L << (hash >>> 32);
    }

    boolean contains(long hash) {
      return (bits[(int) (hash >>> 6) & (bits.length - 1)] & 1L << hash) != 0
          && (bits[(int) (hash >>> 38) & (bits.length - 1)] & 1L << (hash >>> 32)) != 0;
    }
  }
}
