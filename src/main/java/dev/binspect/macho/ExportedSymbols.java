package dev.binspect.macho;

import static dev.binspect.macho.MachoConstants.*;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.MachoTables;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The exports of a file that has no export trie: its external symbols. The names are made at the
 * first use.
 */
final class ExportedSymbols extends AbstractList<MachoTables.Export> {
  private final SymbolTable table;
  private final int size;
  private @Nullable List<MachoTables.Export> decoded;

  private ExportedSymbols(SymbolTable table, int size) {
    this.table = table;
    this.size = size;
  }

  static List<MachoTables.Export> of(SymbolTable table, long count) {
    return count == 0 ? List.of() : new ExportedSymbols(table, (int) count);
  }

  @Override
  public synchronized MachoTables.Export get(int index) {
    List<MachoTables.Export> known = decoded;
    if (known == null) {
      known = decode();
      decoded = known;
    }
    return known.get(index);
  }

  @Override
  public int size() {
    return size;
  }

  private List<MachoTables.Export> decode() {
    List<MachoTables.Export> out = new ArrayList<>(size);
    for (long i = 0; i < table.count() && out.size() < size; i++) {
      String name = "";
      boolean weak = false;
      try {
        int type = table.type(i);
        int kind = type & N_TYPE;
        if ((type & (N_STAB | N_PEXT)) != 0
            || (type & N_EXT) == 0
            || kind == N_UNDF
            || kind == N_PBUD) {
          continue;
        }
        weak = (table.description(i) & N_WEAK_DEF) != 0;
        name = table.name(i);
      } catch (MalformedException e) {
        // Only the name can be out of bounds: an export nobody can ask for.
        name = "";
      }
      out.add(new MachoTables.Export(name, weak, 0, null));
    }
    while (out.size() < size) {
      out.add(new MachoTables.Export("", false, 0, null));
    }
    return out;
  }
}
