package dev.binspect.image;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What dyld reads of a Mach-O image to bind it; for what dyld does not load (kernel extensions,
 * firmware) the same as far as it is there.
 *
 * @param fileType "execute", "dylib", "bundle", "kext-bundle", "fileset", …: MH_* in small letters
 * @param binds every symbol bound at start or lazily; entries of the table of chained imports that
 *     no place uses have a count of 0 (dyld looks them up all the same)
 * @param exports names exported (export trie, else external symbols), reexports among them
 * @param twoLevel MH_TWOLEVEL
 * @param platform "macos", "ios", …, or null
 * @param minimumVersion of the system it was built for ("12.0"), or null
 * @param sdk version of the SDK it was linked with, packed as {@code xxxx.yy.zz} in nibbles; 0
 *     unknown
 * @param currentVersion of a library, packed in the same way and unsigned
 * @param dyldEnvironment LC_DYLD_ENVIRONMENT
 * @param weakDefinitions exports that other images may override: dyld compares them by name at
 *     every start
 * @param fixups null where damage hides them
 */
public record MachoTables(
    String fileType,
    List<Bind> binds,
    Exports exports,
    boolean twoLevel,
    @Nullable String platform,
    @Nullable String minimumVersion,
    int sdk,
    int currentVersion,
    List<String> dyldEnvironment,
    long weakDefinitions,
    @Nullable Fixups fixups)
    implements LoaderTables {
  /** Ordinals that stand for no library of {@link Image#needed}. */
  public static final int MAIN_EXECUTABLE = -1;

  public static final int FLAT_LOOKUP = -2;
  public static final int WEAK_LOOKUP = -3;

  /**
   * Where the fixups lie. What no section holds counts under its segment's name, and what no
   * segment holds under "other".
   *
   * @param pageSize bytes of a page, in which {@link Relocations#pages} counts
   * @param bySegment by the segment's name
   * @param bySection by the segment's and section's name: "__DATA,__got"
   */
  public record Fixups(int pageSize, Map<String, Long> bySegment, Map<String, Long> bySection) {}

  /**
   * @param ordinal index in {@link Image#needed} from 1; 0 this image; -1 the main executable; -2
   *     flat look-up; -3 weak look-up
   * @param weakDefinition whether it stands in the table of weak binds, which names no library
   * @param count places bound to it
   */
  public record Bind(
      String symbol,
      int ordinal,
      boolean weakImport,
      boolean lazy,
      boolean weakDefinition,
      long count) {}

  /** What an image exports: each export is made when it is asked for, and none is kept. */
  public interface Exports extends Iterable<Export> {
    Exports NONE = new NoExports();

    int size();

    /**
     * {@return the export of a name, or null: the one dyld comes upon, where a file has several}
     *
     * @param effort is told what the search costs
     */
    @Nullable Export find(String name, Effort effort);
  }

  /**
   * What searches for names may cost together: a file can make each go over all its names.
   *
   * <p>Not for threads to share.
   */
  public static final class Effort {
    private long left;

    /**
     * @param steps bytes to go over, or names to compare
     */
    public Effort(long steps) {
      this.left = steps;
    }

    public void spend(long steps) {
      left -= steps;
    }

    public boolean exhausted() {
      return left < 0;
    }
  }

  private static final class NoExports implements Exports {
    @Override
    public int size() {
      return 0;
    }

    @Override
    public @Nullable Export find(String name, Effort effort) {
      return null;
    }

    @Override
    public Iterator<Export> iterator() {
      return Collections.emptyIterator();
    }
  }

  /**
   * @param reexportFrom library's index in {@link Image#needed} from 1, or 0
   * @param importName the name there, or null for the same
   */
  public record Export(
      String name, boolean weakDefinition, int reexportFrom, @Nullable String importName) {}
}
