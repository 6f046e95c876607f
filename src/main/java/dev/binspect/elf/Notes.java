package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.ElfTables.Segment;
import org.jspecify.annotations.Nullable;

/** The notes of an ELF file (gABI chapter 5): the build id and the GNU properties. */
final class Notes {
  private static final int NT_GNU_BUILD_ID = 3;
  private static final int NT_GNU_PROPERTY_TYPE_0 = 5;
  private static final int GNU_PROPERTY_X86_FEATURE_1_AND = 0xc0000002;
  private static final int GNU_PROPERTY_AARCH64_FEATURE_1_AND = 0xc0000000;

  /** No linker writes more notes than fit here; a core's are not read. */
  private static final long LIMIT = 1 << 20;

  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final ElfHeader header;
  private @Nullable String buildId;
  private int features;
  private boolean hasFeatures;

  private Notes(ElfHeader header) {
    this.header = header;
  }

  /** Reads PT_NOTE segments, or else SHT_NOTE sections. What is damaged is passed over. */
  static Notes read(ElfHeader header, Segments segments, SectionTable sections) {
    Notes notes = new Notes(header);
    if (header.type() == ElfHeader.ET_CORE) {
      return notes;
    }
    int ranges = 0;
    for (Segment segment : segments.all()) {
      if (segment.type() == Segments.PT_NOTE && ranges++ < 16) {
        notes.walk(segment.offset(), segment.fileSize(), segment.align());
      }
    }
    if (notes.buildId == null) {
      for (int i = 0; i < sections.count() && ranges < 64; i++) {
        if (sections.type(i) == SectionTable.SHT_NOTE) {
          ranges++;
          notes.walk(sections.offset(i), sections.size(i), 4);
        }
      }
    }
    return notes;
  }

  private void walk(long offset, long size, long align) {
    Bytes file = header.file();
    if (size <= 0 || size > LIMIT || !file.contains(offset, size)) {
      return;
    }
    try {
      byte[] bytes = file.copy(offset, size, "note");
      int pad = align == 8 ? 7 : 3;
      int at = 0;
      while (at + 12 <= bytes.length) {
        long name = Bytes.u32(bytes, at, header.little());
        long length = Bytes.u32(bytes, at + 4, header.little());
        int type = Bytes.i32(bytes, at + 8, header.little());
        long data = at + 12 + (name + pad & ~pad);
        if (pad == 7) {
          // The description is aligned, not the name's length: 12 bytes stand before it.
          data = (at + 12 + name + 7) & ~7L;
        }
        if (data + length > bytes.length) {
          return;
        }
        if (name == 4
            && bytes[at + 12] == 'G'
            && bytes[at + 13] == 'N'
            && bytes[at + 14] == 'U'
            && bytes[at + 15] == 0) {
          take(type, bytes, (int) data, (int) length);
        }
        at = (int) ((data + length + pad) & ~(long) pad);
      }
    } catch (MalformedException e) {
      // A note says nothing that a report could not do without.
      return;
    }
  }

  private void take(int type, byte[] bytes, int at, int length) {
    if (type == NT_GNU_BUILD_ID && buildId == null && length > 0 && length <= 64) {
      char[] text = new char[length * 2];
      for (int i = 0; i < length; i++) {
        text[2 * i] = HEX[bytes[at + i] >> 4 & 0xf];
        text[2 * i + 1] = HEX[bytes[at + i] & 0xf];
      }
      buildId = new String(text);
    }
    if (type != NT_GNU_PROPERTY_TYPE_0) {
      return;
    }
    int pad = header.word() - 1;
    int end = at + length;
    while (at + 8 <= end) {
      int property = Bytes.i32(bytes, at, header.little());
      long size = Bytes.u32(bytes, at + 4, header.little());
      if (size > end - at - 8) {
        return;
      }
      boolean x86 = header.machine() == Machine.X86_64 || header.machine() == Machine.I386;
      if (size == 4
          && (x86 && property == GNU_PROPERTY_X86_FEATURE_1_AND
              || header.machine() == Machine.AARCH64
                  && property == GNU_PROPERTY_AARCH64_FEATURE_1_AND)) {
        features = Bytes.i32(bytes, at + 8, header.little());
        hasFeatures = true;
      }
      at += 8 + (int) (size + pad & ~pad);
    }
  }

  /** {@return lower-case hex, or null} */
  @Nullable String buildId() {
    return buildId;
  }

  /** {@return the machine's feature bits (IBT 1, SHSTK 2; BTI 1, PAC 2), 0 where none are told} */
  int features() {
    return features;
  }

  /** {@return whether the file tells features at all} */
  boolean hasFeatures() {
    return hasFeatures;
  }
}
