package dev.binspect.pe;

import static dev.binspect.pe.PeConstants.IMAGE_DIRECTORY_ENTRY_DEBUG;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Note;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the debug directory tells (PE specification, "The .debug Section").
 *
 * @param buildId GUID and age as symbol servers write them, in lower case; null where there is none
 * @param pdb the file name of the debug information, or null
 * @param reproducible whether the linker took a hash for the timestamp
 * @param cetCompatible whether the image may run with a shadow stack
 */
record PeDebug(
    @Nullable String buildId, @Nullable String pdb, boolean reproducible, boolean cetCompatible) {
  private static final String STRUCTURE = "IMAGE_DEBUG_DIRECTORY";
  private static final int CODEVIEW = 2;
  private static final int REPRO = 16;
  private static final int EX_DLLCHARACTERISTICS = 20;
  private static final int ROWS = 256;
  private static final int PATH_LIMIT = 4096;
  static final PeDebug NONE = new PeDebug(null, null, false, false);

  static PeDebug read(PeMemory memory, List<Note> notes) {
    long rva = memory.header.address(IMAGE_DIRECTORY_ENTRY_DEBUG);
    long size = memory.header.size(IMAGE_DIRECTORY_ENTRY_DEBUG);
    if (rva == 0 || size < 28) {
      return NONE;
    }
    @Nullable String buildId = null;
    @Nullable String pdb = null;
    boolean reproducible = false;
    boolean cet = false;
    try {
      long rows = Math.min(size / 28, ROWS);
      for (long i = 0; i < rows; i++) {
        byte[] row = memory.copy(rva + 28 * i, 28, STRUCTURE);
        int type = Bytes.i32(row, 12, true);
        long dataSize = Bytes.u32(row, 16, true);
        long offset = Bytes.u32(row, 24, true);
        switch (type) {
          case CODEVIEW -> {
            Bytes data = memory.file.slice(offset, dataSize, "CodeView record");
            int signature = data.length() < 16 ? 0 : data.i32(0, "CodeView record");
            if (signature == 0x53445352 && data.length() >= 24) { // RSDS
              buildId =
                  guid(data.copy(4, 16, STRUCTURE)) + Long.toHexString(data.u32(20, STRUCTURE));
              pdb = path(data, 24);
            } else if (signature == 0x3031424e) { // NB10
              buildId = hex8(data.u32(8, STRUCTURE)) + Long.toHexString(data.u32(12, STRUCTURE));
              pdb = path(data, 16);
            }
          }
          case REPRO -> reproducible = true;
          case EX_DLLCHARACTERISTICS ->
              cet = dataSize >= 4 && (memory.file.u32(offset, STRUCTURE) & 1) != 0;
          default -> {}
        }
      }
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
    }
    return new PeDebug(buildId, pdb, reproducible, cet);
  }

  private static @Nullable String path(Bytes data, long at) throws MalformedException {
    int count = (int) Math.min(PATH_LIMIT, data.length() - at);
    byte[] text = data.copy(at, count, "CodeView record");
    int n = 0;
    while (n < count && text[n] != 0) {
      n++;
    }
    return n == 0 ? null : PeText.decode(text, 0, n);
  }

  private static String guid(byte[] g) {
    StringBuilder out = new StringBuilder(40);
    out.append(hex8(Bytes.u32(g, 0, true)));
    out.append(hex8((long) Bytes.u16(g, 6, true) | (long) Bytes.u16(g, 4, true) << 16));
    out.append(hex8(Bytes.u32(g, 8, false)));
    out.append(hex8(Bytes.u32(g, 12, false)));
    return out.toString();
  }

  private static String hex8(long value) {
    String hex = Long.toHexString(value);
    return "00000000".substring(hex.length()) + hex;
  }
}
