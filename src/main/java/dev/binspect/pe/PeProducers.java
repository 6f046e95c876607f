package dev.binspect.pe;

import static dev.binspect.pe.PeConstants.IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Note;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What built an image: the linker's version, Microsoft's unofficial "Rich" header with the tools of
 * all objects, and the version of .NET's metadata.
 */
final class PeProducers {
  private static final int DANS = 0x536e6144;
  private static final int RICH = 0x68636952;
  private static final int ROWS = 256;

  private PeProducers() {}

  static List<String> read(PeMemory memory, List<Note> notes) {
    List<String> producers = new ArrayList<>();
    PeHeader header = memory.header;
    int linker = rich(memory, producers);
    int major = header.linker() >>> 8;
    int minor = header.linker() & 0xff;
    String version = major + "." + (linker >= 0 && minor < 10 ? "0" + minor : "" + minor);
    producers.add(
        0, linker >= 0 ? "Microsoft linker " + version + "." + linker : "linker " + version);
    String clr = metadataVersion(memory, notes);
    if (clr != null) {
      producers.add(".NET metadata " + clr);
    }
    return List.copyOf(producers);
  }

  /** Adds the compilers of the Rich header and returns the linker's build, or -1. */
  private static int rich(PeMemory memory, List<String> producers) {
    long end = Math.min(memory.header.at(), 4096);
    if (end <= 0x80) {
      return -1;
    }
    int linker = -1;
    try {
      byte[] stub = memory.file.copy(0, end, "Rich header");
      int at = (int) end & -4;
      while (at >= 0x40 && (at + 8 > end || Bytes.i32(stub, at, true) != RICH)) {
        at -= 4;
      }
      if (at < 0x40) {
        return -1;
      }
      int key = Bytes.i32(stub, at + 4, true);
      int start = at - 8;
      while (start >= 0x40 && (Bytes.i32(stub, start, true) ^ key) != DANS) {
        start -= 4;
      }
      if (start < 0x40) {
        return -1;
      }
      int rows = Math.min(ROWS, (at - start - 16) / 8);
      for (int i = 0; i < rows; i++) {
        int id = Bytes.i32(stub, start + 16 + 8 * i, true) ^ key;
        int objects = Bytes.i32(stub, start + 20 + 8 * i, true) ^ key;
        int product = id >>> 16;
        int build = id & 0xffff;
        if (product == 0x102) {
          linker = build;
        }
        String name = product(product);
        if (!name.isEmpty()) {
          producers.add(name + " build " + build + " (" + Integer.toUnsignedString(objects) + ")");
        }
      }
      return linker;
    } catch (MalformedException e) {
      return linker; // an ornament that only some files have: nothing is missed
    }
  }

  /**
   * {@return the tool's name by its @comp.id product number, empty for what is no tool of its own}
   *
   * <p>Numbers since Visual Studio 2015; older ones are told by number.
   */
  private static String product(int product) {
    return switch (product) {
      case 0, 1, 0x102 -> "";
      case 0xff -> "Microsoft cvtres";
      case 0x100 -> "Microsoft linker, exports";
      case 0x101 -> "Microsoft linker, import library";
      case 0x103 -> "Microsoft assembler";
      case 0x104 -> "Microsoft C compiler";
      case 0x105 -> "Microsoft C++ compiler";
      default -> "Microsoft tool 0x" + Integer.toHexString(product);
    };
  }

  /** {@return the version in the metadata root (ECMA-335 II.24.2.1), or null for native images} */
  private static @Nullable String metadataVersion(PeMemory memory, List<Note> notes) {
    long rva = memory.header.address(IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR);
    if (rva == 0) {
      return null;
    }
    try {
      long root = memory.u32(rva + 8, "IMAGE_COR20_HEADER");
      if (root == 0 || memory.u32(root, "metadata root") != 0x424a5342) {
        return null;
      }
      return memory.text(root + 16, 256, "metadata root");
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
      return null;
    }
  }
}
