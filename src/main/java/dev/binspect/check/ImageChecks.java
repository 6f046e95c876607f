package dev.binspect.check;

import dev.binspect.image.ElfTables;
import dev.binspect.image.GlibcVersion;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.image.Note;
import dev.binspect.report.Report;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rules about the file itself. */
final class ImageChecks {
  /** Where distributions put libraries: the same on every machine that has them. */
  private static final List<String> SYSTEM =
      List.of(
          "/lib",
          "/lib32",
          "/lib64",
          "/libx32",
          "/usr",
          "/opt",
          "/nix/store",
          "/gnu/store",
          "/System",
          "/Library",
          "/Applications");

  private ImageChecks() {}

  static List<Check> judge(Report report, Policy policy) {
    List<Check> checks = new ArrayList<>();
    for (Image image : report.images()) {
      if (loadable(image)) {
        damage(image, checks);
      }
    }
    if (report.load() != null) {
      for (Note note : report.load().notes()) {
        if (note.code().endsWith("-cut") || note.code().equals("too-many-objects")) {
          checks.add(Check.fails(Rule.DAMAGED, "", note.message(), null));
        }
      }
    }
    if (Boolean.TRUE.equals(policy.forbidBuildPaths())) {
      buildPaths(report, policy, checks);
    }
    if (Boolean.TRUE.equals(policy.forbidTextRelocations())) {
      boolean some = false;
      for (Image image : report.images()) {
        some |= image.hardening().textRelocations();
      }
      checks.add(
          some
              ? Check.fails(
                  Rule.TEXT_RELOCATIONS,
                  "",
                  "the loader must write to code",
                  "compile all of it with -fPIC, and link with -z text")
              : Check.holds(Rule.TEXT_RELOCATIONS, "", "the loader writes to no code"));
    }
    if (policy.maxGlibc() != null) {
      checks.add(glibc(report, policy.maxGlibc()));
    }
    return checks;
  }

  /** One note of damage is enough: counts taken from what is left must not pass for the file's. */
  private static void damage(Image image, List<Check> checks) {
    Note first = null;
    int count = 0;
    for (Note note : image.notes()) {
      if (note.isDamage()) {
        first = first == null ? note : first;
        count++;
      }
    }
    if (first == null && image.relocations() != null) {
      return;
    }
    if (first == null && !image.notes().isEmpty()) {
      first = image.notes().getFirst();
    }
    String why = first == null ? "" : ": " + first.message();
    if (count > 1) {
      why += " (and " + (count - 1) + " more: see the report's notes)";
    }
    checks.add(Check.fails(Rule.DAMAGED, "", "the file is damaged" + why, null));
  }

  private static boolean loadable(Image image) {
    return image.kind() == Kind.EXECUTABLE
        || image.kind() == Kind.SHARED_LIBRARY
        || image.kind() == Kind.BUNDLE;
  }

  private static void buildPaths(Report report, Policy policy, List<Check> checks) {
    int before = checks.size();
    for (Image image : report.images()) {
      paths("RPATH", image.searchPaths().rpath(), policy, checks);
      paths("RUNPATH", image.searchPaths().runpath(), policy, checks);
    }
    if (checks.size() == before) {
      checks.add(Check.holds(Rule.BUILD_PATHS, "", "no search path is the build machine's"));
    }
  }

  private static void paths(String table, List<String> paths, Policy policy, List<Check> checks) {
    for (String path : paths) {
      if (path.startsWith("$") || path.startsWith("@")) {
        continue;
      }
      boolean absolute = path.startsWith("/");
      if (absolute && (below(path, SYSTEM) || below(path, policy.allowPaths()))) {
        continue;
      }
      checks.add(
          Check.fails(
              Rule.BUILD_PATHS,
              path,
              path.isEmpty()
                  ? table + " has an empty folder, which is the current one"
                  : table
                      + (absolute
                          ? " names a folder of the build machine: "
                          : " names a folder relative to the current one: ")
                      + path,
              "link with -rpath $ORIGIN/… (Mach-O: @loader_path/…) instead"));
    }
  }

  /** {@return whether the path is one of the folders or below one, without leaving it by ".."} */
  static boolean below(String path, List<String> folders) {
    String plain = Path.of(path).normalize().toString();
    for (String folder : folders) {
      String f = folder.endsWith("/") ? folder.substring(0, folder.length() - 1) : folder;
      if (plain.equals(f) || plain.startsWith(f + "/")) {
        return true;
      }
    }
    return false;
  }

  private static Check glibc(Report report, String most) {
    int[] limit = GlibcVersion.numbers(most);
    int[] highest = null;
    String name = "";
    boolean elf = false;
    for (Image image : report.images()) {
      if (!(image.tables() instanceof ElfTables tables)) {
        continue;
      }
      elf = true;
      for (ElfTables.VersionNeed need : tables.versionsNeeded()) {
        for (String version : need.versions()) {
          int[] asked = GlibcVersion.since(version);
          if (asked != null && (highest == null || compare(asked, highest) > 0)) {
            highest = asked;
            name = version;
          }
        }
      }
    }
    if (!elf || limit == null) {
      return Check.fails(
          Rule.GLIBC_FLOOR, "glibc", "glibc cannot be judged: this is no dynamic ELF file", null);
    }
    if (highest == null) {
      return Check.holds(Rule.GLIBC_FLOOR, "glibc", "no version of glibc is asked for");
    }
    return compare(highest, limit) <= 0
        ? Check.holds(Rule.GLIBC_FLOOR, "glibc", name + " is the newest asked for")
        : Check.fails(
            Rule.GLIBC_FLOOR,
            "glibc",
            name + " is asked for, and " + most + " is the newest allowed",
            "build on a system with glibc " + most + ", or in a container of one");
  }

  private static int compare(int[] a, int[] b) {
    return Arrays.compare(a, b);
  }
}
