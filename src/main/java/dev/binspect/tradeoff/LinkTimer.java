package dev.binspect.tradeoff;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stands where Cargo expects the linker, runs the real one, and writes down how long that took. It
 * also carries what must not change Cargo's fingerprints: another linker, and flags for the dylib
 * alone. Costs a few milliseconds a link, outside of the time written down.
 */
final class LinkTimer {
  private static final String SCRIPT =
      """
      #!/bin/sh
      # Made by binspect tradeoff: times the linker.
      shared=
      for a do
        case $a in
        -shared) shared=1 ;;
        esac
      done
      if [ -n "$BINSPECT_LINKER_FOLDER" ]; then
        set -- "$@" "-B$BINSPECT_LINKER_FOLDER" -fuse-ld=bfd
      fi
      if [ -n "$shared" ] && [ -n "$BINSPECT_DYLIB_FLAG" ]; then
        set -- "$@" "$BINSPECT_DYLIB_FLAG"
      fi
      began=$(date +%s%N)
      "${BINSPECT_REAL_LINKER:-cc}" "$@"
      code=$?
      ended=$(date +%s%N)
      out= use= before=
      for a do
        [ "$before" = -o ] && out=$a
        case $a in
        -fuse-ld=*) use=${a#-fuse-ld=} ;;
        esac
        before=$a
      done
      printf '%s %s %s %s\\n' "$began" "$ended" "${use:--}" "$out" >>"$BINSPECT_LINK_LOG"
      exit $code
      """;

  private final Path script;
  private final Path log;

  /**
   * @param folder where the script and its log are kept
   */
  LinkTimer(Path folder) throws IOException {
    Files.createDirectories(folder);
    this.script = folder.resolve("linker");
    this.log = folder.resolve("links.log");
    script(script, SCRIPT);
  }

  /**
   * One link.
   *
   * @param chosen what {@code -fuse-ld} says, or "-"
   */
  record Link(long nanos, String chosen, Path output) {}

  /** Writes an executable script, whole or not at all. */
  static void script(Path file, String text) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(unfinished, text, StandardCharsets.UTF_8);
    Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.move(unfinished, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  /**
   * {@return what to add to Cargo's environment}
   *
   * @param realLinker what the project would call, where it is not {@code cc}
   * @param linkerFolder of {@link Linker#folder}, or null for the project's choice
   * @param dylibFlag given when a dylib is linked, or null
   */
  Map<String, String> environment(
      String host,
      @Nullable String realLinker,
      @Nullable Path linkerFolder,
      @Nullable String dylibFlag) {
    Map<String, String> environment = new HashMap<>();
    environment.put(variable(host), script.toString());
    environment.put("BINSPECT_LINK_LOG", log.toString());
    environment.put("BINSPECT_REAL_LINKER", realLinker == null ? "" : realLinker);
    environment.put("BINSPECT_LINKER_FOLDER", linkerFolder == null ? "" : linkerFolder.toString());
    environment.put("BINSPECT_DYLIB_FLAG", dylibFlag == null ? "" : dylibFlag);
    return environment;
  }

  static String variable(String host) {
    return "CARGO_TARGET_" + host.toUpperCase(Locale.ROOT).replace('-', '_') + "_LINKER";
  }

  void forget() throws IOException {
    Files.deleteIfExists(log);
  }

  /** {@return what was linked since {@link #forget}} */
  List<Link> links() throws IOException {
    List<Link> links = new ArrayList<>();
    if (!Files.exists(log)) {
      return links;
    }
    for (String line : Files.readString(log, StandardCharsets.ISO_8859_1).lines().toList()) {
      String[] parts = line.split(" ", 4);
      if (parts.length == 4) {
        try {
          long nanos = Long.parseLong(parts[1]) - Long.parseLong(parts[0]);
          links.add(new Link(nanos, parts[2], Path.of(parts[3])));
        } catch (NumberFormatException e) {
          // a date without nanoseconds: nothing is known of this link
          continue;
        }
      }
    }
    return links;
  }
}
