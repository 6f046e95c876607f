package dev.binspect.pe;

import static dev.binspect.pe.PeConstants.IMAGE_DIRECTORY_ENTRY_TLS;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Note;
import java.util.List;

/**
 * Counts the callbacks of the thread local storage directory (PE specification, "The .tls
 * Section").
 */
final class PeTls {
  private static final int LIMIT = 1 << 16;

  private PeTls() {}

  /** {@return how many functions run before the entry point, -1 where that cannot be read} */
  static int callbacks(PeMemory memory, List<Note> notes) {
    long rva = memory.header.address(IMAGE_DIRECTORY_ENTRY_TLS);
    if (rva == 0) {
      return 0;
    }
    int word = memory.header.word();
    try {
      long list = memory.word(rva + 3L * word, "IMAGE_TLS_DIRECTORY");
      if (list == 0) {
        return 0;
      }
      long at = list - memory.header.imageBase();
      int count = 0;
      while (count < LIMIT && memory.word(at + (long) count * word, "TLS callbacks") != 0) {
        count++;
      }
      return count;
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
      return -1;
    }
  }
}
