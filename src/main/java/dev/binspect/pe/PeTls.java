package dev.binspect.pe;

import static dev.binspect.pe.PeConstants.IMAGE_DIRECTORY_ENTRY_TLS;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Note;
import java.util.List;

/**
 * The callbacks and the index of the thread local storage directory (PE specification, "The .tls
 * Section").
 */
final class PeTls {
  private static final int LIMIT = 1 << 16;

  private PeTls() {}

  /**
   * {@return the address that the loader writes the index of a program's thread local storage to,
   * which is 0 as the first one of the process; -1 where it writes none}
   */
  static long indexAddress(PeMemory memory) {
    PeHeader header = memory.header;
    long rva = header.address(IMAGE_DIRECTORY_ENTRY_TLS);
    if (rva == 0 || header.has(PeConstants.IMAGE_FILE_DLL)) {
      return -1;
    }
    try {
      long index = memory.word(rva + 2L * header.word(), "IMAGE_TLS_DIRECTORY");
      return index == 0 ? -1 : index - header.imageBase();
    } catch (MalformedException e) {
      return -1; // the callbacks cannot be read either, and a note says so
    }
  }

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
