package dev.binspect.load.elf;

import dev.binspect.image.ElfTables;
import dev.binspect.image.ElfTables.Entries;
import dev.binspect.image.ElfTables.GnuHash;
import dev.binspect.image.Symbols;
import java.util.Arrays;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a library asks for while it is relocated, each look-up once and in order, and which of them
 * an object answers: a set of bits for each pair of libraries, worked out when two first meet and
 * used again by every program that loads both. A start's look-ups are then a walk over the scope
 * that takes sixty-four look-ups a step.
 *
 * <p>Bits name look-ups by their place in the list. Left to {@link SymbolLookup}, one by one, are
 * those with rules of their own: copy relocations, protected symbols, answers of unique symbols and
 * of resolvers that make look-ups themselves.
 */
final class Requests {
  /**
   * What a list finds in a scope where the program answers nothing.
   *
   * @param plain look-ups by the place of the object that answers them
   * @param unanswered probes of those that nobody answers and that need no answer
   * @param rest those that are made one by one all the same
   */
  record Outcome(int[] plain, long unanswered, long[] rest) {}

  private static final int FEWEST = 32;

  /** Symbols of the asking library's table. */
  int[] symbol = new int[FEWEST];

  /** {@link Symbols#gnuHash} of each. */
  int[] hash = {};

  /** See {@link LookupClass}. */
  byte[] lookupClass = new byte[FEWEST];

  /** Relocations that one look-up answers: the same is asked again right after it. */
  int[] times = new int[FEWEST];

  int count;

  /** Relocations that the look-up before them answered. */
  long cached;

  /** Relocations that wait for the first call. */
  long deferred;

  private long[] special = {};
  private long[] usual = {};

  /** Those that need an answer: what is weak may be asked for in vain. */
  private long[] strong = {};

  private final Map<Symbols, Answers> answers = new WeakHashMap<>();
  private final Map<LibraryScope, Outcome> outcomes = new WeakHashMap<>();

  /** {@link #hash} without its last bit, as DT_GNU_HASH keeps it: a table with free places. */
  private int @Nullable [] asked;

  private Requests() {}

  /**
   * {@return what is looked up at start}
   *
   * @param lazily whether calls are left for later
   */
  static Requests atStart(Symbols symbols, ElfTables tables, boolean lazily) {
    Requests made = new Requests();
    Entries entries = tables.entries();
    int machine = tables.elfMachine();
    int lazyFrom = lazily ? entries.pltFrom() : entries.count();
    int lastSymbol = -1;
    int lastClass = -1;
    for (int i = 0; i < entries.count(); i++) {
      int type = entries.type()[i];
      if (i >= lazyFrom && LookupClass.deferrable(machine, type)) {
        made.deferred++;
        continue;
      }
      int wanted = entries.symbol()[i];
      int kind = LookupClass.of(machine, type);
      if (kind < 0 || GlibcBinding.bindsLocally(symbols, wanted)) {
        continue;
      }
      if (wanted == lastSymbol && kind == lastClass) {
        made.cached++;
        made.times[made.count - 1]++;
      } else {
        lastSymbol = wanted;
        lastClass = kind;
        made.add(wanted, kind);
      }
    }
    made.sort(symbols);
    return made;
  }

  /** {@return what the first calls will look up} */
  static Requests later(Symbols symbols, ElfTables tables) {
    Requests made = new Requests();
    Entries entries = tables.entries();
    for (int i = entries.pltFrom(); i < entries.count(); i++) {
      int wanted = entries.symbol()[i];
      if (LookupClass.deferrable(tables.elfMachine(), entries.type()[i])
          && !GlibcBinding.bindsLocally(symbols, wanted)) {
        made.add(wanted, LookupClass.PLT);
      }
    }
    made.sort(symbols);
    return made;
  }

  private void add(int wanted, int kind) {
    if (count == symbol.length) {
      int more = count * 2;
      symbol = Arrays.copyOf(symbol, more);
      lookupClass = Arrays.copyOf(lookupClass, more);
      times = Arrays.copyOf(times, more);
    }
    symbol[count] = wanted;
    lookupClass[count] = (byte) kind;
    times[count] = 1;
    count++;
  }

  private void sort(Symbols symbols) {
    special = bits();
    usual = bits();
    strong = bits();
    hash = new int[count];
    for (int i = 0; i < count; i++) {
      hash[i] = symbols.gnuHash(symbol[i]);
      boolean alone =
          (lookupClass[i] & LookupClass.COPY) != 0
              || symbols.visibility(symbol[i]) == Symbols.PROTECTED;
      set(alone ? special : usual, i);
      if (symbols.binding(symbol[i]) != Symbols.WEAK) {
        set(strong, i);
      }
    }
  }

  /** {@return an empty set of look-ups} */
  long[] bits() {
    return new long[(count + 63) >>> 6];
  }

  static void set(long[] bits, int i) {
    bits[i >>> 6] |= 1L << i;
  }

  /**
   * {@return whether the next object is worth asking: some look-up that needs an answer has none
   * yet} The few weak ones that are left in nearly every library (of profilers and transactional
   * memory, which nobody defines) are made one by one: the C library has answered the rest long
   * before the end of the scope.
   */
  boolean waits(long[] open) {
    for (int w = 0; w < open.length; w++) {
      if ((open[w] & strong[w]) != 0) {
        return true;
      }
    }
    return false;
  }

  /** {@return a new set of those that no rule of the asking symbol sets apart} */
  long[] usual() {
    return usual.clone();
  }

  /** {@return a new set of the others} */
  long[] special() {
    return special.clone();
  }

  /**
   * {@return what an object answers}
   *
   * @param open the look-ups that nobody has answered yet: of the program, which has no other
   *     users, only those are asked
   */
  Answers of(ScopeMember from, ScopeMember member, WantedSymbol wanted, long[] open) {
    if (member.program) {
      return Answers.of(from, this, member, open, wanted);
    }
    synchronized (answers) {
      Answers known = answers.get(member.symbols);
      if (known != null) {
        return known;
      }
    }
    Answers found = Answers.of(from, this, member, usual, wanted);
    if (!wanted.budget.exhausted()) {
      synchronized (answers) {
        answers.put(member.symbols, found);
      }
    }
    return found;
  }

  /**
   * {@return what was found in a scope, or null where that is not known or the program answers
   * something}
   *
   * @param program the first of the scope
   */
  @Nullable Outcome outcome(
      LibraryScope scope, ScopeMember from, ScopeMember program, WantedSymbol wanted) {
    Outcome known;
    synchronized (outcomes) {
      known = outcomes.get(scope);
    }
    return known == null || mayAnswer(from, program, wanted) ? null : known;
  }

  void keep(LibraryScope scope, Outcome outcome) {
    synchronized (outcomes) {
      outcomes.put(scope, outcome);
    }
  }

  /** {@return whether a program defines anything that is asked for, or hashes alike} */
  boolean mayAnswer(ScopeMember from, ScopeMember program, WantedSymbol wanted) {
    GnuHash gnu = program.gnu;
    if (gnu == null) {
      return program.sysv != null;
    }
    int[] chain = gnu.chain();
    if (chain.length > count) {
      return !Answers.of(from, this, program, usual, wanted).none()
          || (!isEmpty(special) && !Answers.of(from, this, program, special, wanted).none());
    }
    int[] table = asked();
    for (int link : chain) {
      int half = (link >>> 1) + 1;
      for (int at = half & (table.length - 1); table[at] != 0; at = (at + 1) & (table.length - 1)) {
        if (table[at] == half) {
          return true;
        }
      }
    }
    return false;
  }

  private int[] asked() {
    int[] known = asked;
    if (known == null) {
      known = new int[Integer.highestOneBit(Math.max(8, count)) * 4];
      for (int h : hash) {
        int half = (h >>> 1) + 1;
        int at = half & (known.length - 1);
        while (known[at] != 0 && known[at] != half) {
          at = (at + 1) & (known.length - 1);
        }
        known[at] = half;
      }
      asked = known;
    }
    return known;
  }

  static boolean isEmpty(long[] bits) {
    for (long word : bits) {
      if (word != 0) {
        return false;
      }
    }
    return true;
  }

  /** {@return the first look-up of either set from a place on, or -1} */
  static int next(long[] one, long[] other, int from) {
    for (int w = from >>> 6; w < one.length; w++) {
      long left = one[w] | other[w];
      if (w == from >>> 6) {
        left &= -1L << from;
      }
      if (left != 0) {
        return (w << 6) + Long.numberOfTrailingZeros(left);
      }
    }
    return -1;
  }
}
