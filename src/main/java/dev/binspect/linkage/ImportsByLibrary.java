package dev.binspect.linkage;

import dev.binspect.image.Image;
import dev.binspect.image.MachoTables;
import dev.binspect.image.PeTables;
import dev.binspect.rust.RustSymbols;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a program asks of each of its libraries, where the format says of which (Mach-O, PE): found
 * out for all of them at once, for a file may name as many libraries as symbols.
 */
final class ImportsByLibrary {
  private static final int EXAMPLES = 3;

  /** Bytes before each name: the library's index. */
  private static final int INDEX = 4;

  private final Map<String, Integer> indexes = new HashMap<>();

  /** Names that may come from any library: Mach-O's flat look-ups. */
  private final NameSet anywhere = new NameSet(16);

  private final NameSet names = new NameSet(256);
  private long[] counts = new long[16];
  private int[] examples = new int[16 * EXAMPLES];
  private boolean @Nullable [] rust;

  private ImportsByLibrary() {}

  static ImportsByLibrary of(Image image) {
    ImportsByLibrary all = new ImportsByLibrary();
    if (image.tables() instanceof MachoTables macho) {
      all.macho(image, macho);
    } else if (image.tables() instanceof PeTables pe) {
      all.pe(pe);
    }
    return all;
  }

  private void macho(Image image, MachoTables macho) {
    int[] ordinals = new int[image.needed().size()];
    for (int i = 0; i < ordinals.length; i++) {
      ordinals[i] = index(image.needed().get(i).name());
    }
    for (MachoTables.Bind bind : macho.binds()) {
      if (SymbolNames.asked(bind) && !named(bind, ordinals.length) && !bind.symbol().isEmpty()) {
        anywhere.put(bind.symbol().getBytes(StandardCharsets.UTF_8));
      }
    }
    for (MachoTables.Bind bind : macho.binds()) {
      if (SymbolNames.asked(bind) && named(bind, ordinals.length)) {
        add(ordinals[bind.ordinal() - 1], bind.symbol());
      }
    }
  }

  private static boolean named(MachoTables.Bind bind, int libraries) {
    return bind.ordinal() >= 1 && bind.ordinal() <= libraries;
  }

  private void pe(PeTables pe) {
    String library = "";
    int index = -1;
    for (PeTables.Import one : pe.imports()) {
      if (index < 0 || !one.library().equals(library)) {
        library = one.library();
        index = index(library);
      }
      add(index, SymbolNames.name(one));
    }
  }

  private int index(String library) {
    String key = LibraryName.key(library);
    Integer known = indexes.get(key);
    if (known != null) {
      return known;
    }
    int index = indexes.size();
    indexes.put(key, index);
    if (index == counts.length) {
      counts = Arrays.copyOf(counts, index * 2);
      examples = Arrays.copyOf(examples, index * 2 * EXAMPLES);
    }
    return index;
  }

  private void add(int library, String symbol) {
    byte[] text = symbol.getBytes(StandardCharsets.UTF_8);
    if (text.length == 0 || anywhere.contains(text, 0, text.length)) {
      return;
    }
    byte[] name = new byte[INDEX + text.length];
    for (int i = 0; i < INDEX; i++) {
      name[i] = (byte) (library >>> 8 * i);
    }
    System.arraycopy(text, 0, name, INDEX, text.length);
    if (names.put(name)) {
      if (counts[library] < EXAMPLES) {
        examples[library * EXAMPLES + (int) counts[library]] = names.size() - 1;
      }
      counts[library]++;
    }
  }

  /** {@return the symbols asked of a library, however it is spelt} */
  BoundImports named(String library) {
    List<String> some = new ArrayList<>();
    Integer index = indexes.get(LibraryName.key(library));
    long own = index == null ? 0 : counts[index];
    for (int i = 0; index != null && i < Math.min(EXAMPLES, own); i++) {
      int at = examples[index * EXAMPLES + i];
      some.add(BoundImports.readable(names.strings(), names.from(at) + INDEX, names.to(at)));
    }
    for (int i = 0; i < anywhere.size() && some.size() < EXAMPLES; i++) {
      some.add(BoundImports.readable(anywhere.strings(), anywhere.from(i), anywhere.to(i)));
    }
    return new BoundImports(own + anywhere.size(), some);
  }

  /** {@return whether a library is asked for a crate's symbols} */
  boolean namesRust(String library) {
    Integer index = indexes.get(LibraryName.key(library));
    boolean[] known = rust;
    if (known == null) {
      known = new boolean[counts.length];
      byte[] strings = names.strings();
      for (int i = 0; i < names.size(); i++) {
        int at = names.from(i);
        int of = 0;
        for (int k = 0; k < INDEX; k++) {
          of |= (strings[at + k] & 0xff) << 8 * k;
        }
        known[of] =
            known[of] || RustSymbols.crate(strings, at + INDEX, names.to(i)) != RustSymbols.NONE;
      }
      rust = known;
    }
    return index != null && known[index];
  }
}
