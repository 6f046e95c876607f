package dev.binspect.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Windows' loader reads of a PE image to bind it.
 *
 * @param imports functions asked of other modules
 * @param exports slots in use of the export directory
 * @param manifestDependencies side-by-side assemblies named by the embedded manifest
 */
public record PeTables(
    List<Import> imports, List<Export> exports, List<String> manifestDependencies)
    implements LoaderTables {
  /**
   * @param name null where it is imported by ordinal
   * @param ordinal -1 where it is imported by name
   */
  public record Import(String library, @Nullable String name, int ordinal, boolean delayed) {}

  /**
   * @param name null for an export by ordinal only
   * @param forwarder "DLL.Function", or null
   */
  public record Export(@Nullable String name, int ordinal, @Nullable String forwarder) {}
}
