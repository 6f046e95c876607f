package dev.binspect.elf;

import dev.binspect.bytes.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What built a file, as compilers and linkers write it into {@code .comment}. */
final class Producers {
  /** Debian's Chromium has 40 bytes, an unmerged kernel module's a few thousand. */
  private static final int LIMIT = 1 << 16;

  private static final int MOST = 64;

  private Producers() {}

  static List<String> read(ElfHeader header, SectionTable sections) {
    int i = sections.find(".comment");
    if (i < 0
        || sections.fileSize(i) <= 0
        || (sections.flags(i) & SectionTable.SHF_COMPRESSED) != 0) {
      return List.of();
    }
    byte[] bytes;
    try {
      bytes =
          header.file().copy(sections.offset(i), Math.min(LIMIT, sections.fileSize(i)), ".comment");
    } catch (MalformedException e) {
      return List.of();
    }
    List<String> producers = new ArrayList<>();
    int from = 0;
    for (int at = 0; at <= bytes.length && producers.size() < MOST; at++) {
      if (at == bytes.length || bytes[at] == 0) {
        if (at > from) {
          String text = new String(bytes, from, at - from, StandardCharsets.UTF_8).strip();
          if (!text.isEmpty() && !producers.contains(text)) {
            producers.add(text);
          }
        }
        from = at + 1;
      }
    }
    return producers;
  }
}
