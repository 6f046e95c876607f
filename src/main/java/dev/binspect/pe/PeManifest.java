package dev.binspect.pe;

import static dev.binspect.pe.PeConstants.IMAGE_DIRECTORY_ENTRY_RESOURCE;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.AssemblyManifest;
import dev.binspect.image.Note;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The assemblies that an embedded manifest asks for (PE specification, "The .rsrc Section";
 * resource type RT_MANIFEST).
 */
final class PeManifest {
  private static final String DIRECTORY = "IMAGE_RESOURCE_DIRECTORY";
  private static final int RT_MANIFEST = 24;
  private static final int MANIFESTS = 16;

  private PeManifest() {}

  /**
   * {@return "name version" of each dependency, in the manifest's order; null where no manifest is
   * embedded}
   */
  static @Nullable List<String> dependencies(PeMemory memory, List<Note> notes) {
    List<String> dependencies = new ArrayList<>();
    long root = memory.header.address(IMAGE_DIRECTORY_ENTRY_RESOURCE);
    if (root == 0) {
      return null;
    }
    try {
      long type = find(memory, root, RT_MANIFEST);
      if (type < 0) {
        return null;
      }
      manifests(memory, root, root + (type & 0x7fffffff), dependencies);
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
    }
    return List.copyOf(dependencies);
  }

  private static long find(PeMemory memory, long directory, int id) throws MalformedException {
    int named = memory.u16(directory + 12, DIRECTORY);
    int numbered = memory.u16(directory + 14, DIRECTORY);
    for (int i = 0; i < numbered; i++) {
      long row = directory + 16 + 8L * (named + i);
      if (memory.u32(row, DIRECTORY) == id) {
        long to = memory.u32(row + 4, DIRECTORY);
        return to >>> 31 == 0 ? -1 : to;
      }
    }
    return -1;
  }

  /** The second level tells manifests apart, the third their languages: the first is taken. */
  private static void manifests(
      PeMemory memory, long root, long directory, List<String> dependencies)
      throws MalformedException {
    int rows = rows(memory, directory);
    for (int i = 0; i < Math.min(rows, MANIFESTS); i++) {
      long to = memory.u32(directory + 20 + 8L * i, DIRECTORY);
      if (to >>> 31 != 0) {
        long languages = root + (to & 0x7fffffff);
        if (rows(memory, languages) == 0) {
          continue;
        }
        to = memory.u32(languages + 20, DIRECTORY);
      }
      if (to >>> 31 == 0) {
        long data = memory.u32(root + to, "IMAGE_RESOURCE_DATA_ENTRY");
        long size = memory.u32(root + to + 4, "IMAGE_RESOURCE_DATA_ENTRY");
        AssemblyManifest.dependencies(
            memory.copy(data, Math.min(size, AssemblyManifest.LIMIT), "manifest"), dependencies);
      }
    }
  }

  private static int rows(PeMemory memory, long directory) throws MalformedException {
    return memory.u16(directory + 12, DIRECTORY) + memory.u16(directory + 14, DIRECTORY);
  }
}
