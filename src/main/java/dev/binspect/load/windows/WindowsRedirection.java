package dev.binspect.load.windows;

import dev.binspect.image.AssemblyManifest;
import dev.binspect.image.Door;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.image.Note;
import dev.binspect.image.PeTables;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands beside a program and turns its search for DLLs elsewhere: its manifest, and {@code
 * PROGRAM.local} (Microsoft, "Application manifests" and "Dynamic-link library redirection").
 *
 * @param assemblies names of the side-by-side assemblies that the manifest asks for
 * @param local the folder searched before everything but known DLLs, or null
 */
record WindowsRedirection(List<String> assemblies, @Nullable String local) {

  static WindowsRedirection of(
      String path, Image image, PeTables tables, Door door, List<Note> notes) {
    boolean program = image.kind() == Kind.EXECUTABLE && !tables.details().driver();
    boolean embedded = tables.details().manifest();
    List<String> dependencies = new ArrayList<>(tables.manifestDependencies());
    // Since Windows Vista the embedded one is taken where there are both.
    byte[] beside =
        program && !embedded ? door.content(path + ".manifest", AssemblyManifest.LIMIT) : null;
    if (beside != null) {
      AssemblyManifest.dependencies(beside, dependencies);
    }
    List<String> assemblies = new ArrayList<>();
    for (String dependency : dependencies) {
      int space = dependency.indexOf(' ');
      assemblies.add(space < 0 ? dependency : dependency.substring(0, space));
      notes.add(
          Note.info(
              "side-by-side",
              (beside == null ? "the manifest" : "the manifest beside the program")
                  + " asks for the assembly "
                  + dependency
                  + ": its DLLs come from WinSxS"));
    }
    return new WindowsRedirection(
        List.copyOf(assemblies),
        program ? local(path, embedded || beside != null, door, notes) : null);
  }

  /** A folder holds the DLLs; a file says that they stand beside the program. */
  private static @Nullable String local(
      String path, boolean manifest, Door door, List<Note> notes) {
    String name = path + ".local";
    boolean folder = door.isFolder(name);
    if (!folder && !door.isFile(name)) {
      return null;
    }
    if (manifest) {
      notes.add(
          Note.info(
              "local-ignored",
              name
                  + " does nothing, because the program has a manifest (DevOverrideEnable apart)"));
      return null;
    }
    notes.add(
        Note.info(
            "local",
            name + " is there: DLLs of its folder come before those that the search would find"));
    int slash = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
    return folder ? name : slash < 0 ? "." : path.substring(0, Math.max(1, slash));
  }
}
