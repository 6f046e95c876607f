package dev.binspect.elf;

import dev.binspect.image.ElfTables;
import dev.binspect.image.Kind;
import org.jspecify.annotations.Nullable;

/** What an ELF file is for: e_type does not tell programs from libraries, nor debug files. */
final class FileKind {
  private FileKind() {}

  static Kind of(
      ElfHeader header, Segments segments, @Nullable DynamicTable dynamic, boolean named) {
    return switch (header.type()) {
      case ElfHeader.ET_REL -> Kind.OBJECT;
      case ElfHeader.ET_CORE -> Kind.CORE;
      case ElfHeader.ET_EXEC -> Kind.EXECUTABLE;
      case ElfHeader.ET_DYN ->
          shared(segments, dynamic, named) ? Kind.SHARED_LIBRARY : Kind.EXECUTABLE;
      default -> Kind.OTHER;
    };
  }

  /** libc.so.6 has an interpreter, old position-independent programs have no DF_1_PIE. */
  private static boolean shared(Segments segments, @Nullable DynamicTable dynamic, boolean named) {
    if (dynamic != null && (dynamic.get(DynamicTable.DT_FLAGS_1) & ElfTables.DF_1_PIE) != 0) {
      return false;
    }
    return named || segments.first(Segments.PT_INTERP) == null;
  }

  /** What {@code objcopy --only-keep-debug} and {@code dwz -m} leave: no code and no data. */
  static boolean isDebugCompanion(ElfHeader header, Segments segments, SectionTable sections) {
    if (header.type() == ElfHeader.ET_REL && sections.find(".text") >= 0) {
      return false;
    }
    boolean empty = false;
    boolean debug = false;
    for (int i = 1; i < sections.count(); i++) {
      int type = sections.type(i);
      if (sections.loaded(i)) {
        if (type == SectionTable.SHT_NOBITS) {
          empty |=
              (sections.flags(i) & SectionTable.SHF_EXECINSTR) != 0
                  || sections.named(i, ".dynamic")
                  || sections.named(i, ".interp");
        } else if (type != SectionTable.SHT_NOTE && sections.size(i) > 0) {
          return false;
        }
      } else {
        debug |= sections.nameStarts(i, ".debug_") || sections.nameStarts(i, ".zdebug_");
      }
    }
    return header.type() == ElfHeader.ET_REL || segments.loads().length == 0 ? debug : empty;
  }
}
