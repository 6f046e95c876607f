package dev.binspect.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What dyld reads of a Mach-O image to bind it.
 *
 * @param binds every symbol bound at start or lazily
 * @param exports names exported (export trie, else external symbols), reexports among them
 * @param twoLevel MH_TWOLEVEL
 * @param platform "macos", "ios", …, or null
 * @param dyldEnvironment LC_DYLD_ENVIRONMENT
 */
public record MachoTables(
    List<Bind> binds,
    List<Export> exports,
    boolean twoLevel,
    @Nullable String platform,
    List<String> dyldEnvironment)
    implements LoaderTables {
  /**
   * @param ordinal index in {@link Image#needed} from 1; 0 this image; -1 the main executable; -2
   *     flat look-up; -3 weak look-up
   * @param count places bound to it
   */
  public record Bind(
      String symbol,
      int ordinal,
      boolean weakImport,
      boolean lazy,
      boolean weakDefinition,
      long count) {}

  /**
   * @param reexportFrom library's index in {@link Image#needed} from 1, or 0
   * @param importName the name there, or null for the same
   */
  public record Export(
      String name, boolean weakDefinition, int reexportFrom, @Nullable String importName) {}
}
