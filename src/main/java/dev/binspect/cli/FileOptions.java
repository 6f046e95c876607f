package dev.binspect.cli;

import dev.binspect.load.LoadOptions;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The options that mean the same everywhere.
 *
 * @param format "text", "json", …
 * @param output file to write to, or null for standard output
 * @param color "auto", "always" or "never"
 * @param runs starts to measure; 0 for as many as needed
 */
record FileOptions(
    List<String> files,
    String format,
    @Nullable String output,
    String color,
    @Nullable String sysroot,
    List<String> libraryPath,
    boolean bindNow,
    List<String> expect,
    boolean noRun,
    int runs,
    @Nullable String cargoDir,
    boolean quiet,
    boolean verbose) {

  private static final List<String> FORMATS =
      List.of("text", "json", "ndjson", "markdown", "html", "sarif", "junit", "github");

  /** Variables that loaders read. */
  private static final String[] LOADER_VARIABLES = {
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "LD_AUDIT",
    "LD_BIND_NOW",
    "PATH",
    "DYLD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "DYLD_VERSIONED_LIBRARY_PATH",
    "DYLD_FRAMEWORK_PATH",
    "DYLD_FALLBACK_FRAMEWORK_PATH",
    "DYLD_VERSIONED_FRAMEWORK_PATH",
    "DYLD_IMAGE_SUFFIX",
    "DYLD_INSERT_LIBRARIES",
    "GLIBC_TUNABLES"
  };

  /** Adds the options, and the files as parameters, one at least. */
  static void describeWithFiles(OptionTable options) {
    describe(options);
    options.parameters(
        "FILE", 1, OptionTable.ANY, "Executables or shared libraries; - reads standard input.");
  }

  /** Adds the options alone. */
  static void describe(OptionTable options) {
    options.choice(
        "FORMAT",
        FORMATS,
        "text, json, ndjson, markdown, html, sarif, junit or github.",
        "--format");
    options.flag("The same as --format json.", "--json");
    options.text("FILE", "Write the report there.", "-o", "--output");
    options.choice(
        "WHEN",
        List.of("auto", "always", "never"),
        "auto (a terminal, and NO_COLOR is not set), always or never.",
        "--color");
    options.text("DIR", "A folder that stands for /.", "--sysroot");
    options.texts(
        "DIRS",
        "Folders the loader searches like those of LD_LIBRARY_PATH, separated by colons.",
        "--library-path");
    options.flag("All look-ups at start, as LD_BIND_NOW does.", "--bind-now");
    options.texts("NAME", "A dylib that must be linked and used; repeatable.", "--expect");
    options.flag("Execute nothing: the start is estimated.", "--no-run");
    options.integer("N", "Measure so many starts.", "--runs");
    options.text(
        "DIR",
        "Cargo's target or profile folder, where the program does not stand in it.",
        "--cargo-dir");
    options.flag("Say less.", "-q", "--quiet");
    options.flag("Say more.", "-v", "--verbose");
  }

  /** Reads them; {@link UsageException} where a value is none of those allowed. */
  static FileOptions of(Given given) {
    String format = given.text("--format", given.has("--json") ? "json" : "text");
    if (!FORMATS.contains(format)) {
      throw new UsageException(
          "--format knows text, json, ndjson, markdown, html, sarif, junit and github, not '"
              + format
              + "'");
    }
    String color = given.text("--color", "auto");
    if (!color.equals("auto") && !color.equals("always") && !color.equals("never")) {
      throw new UsageException("--color knows auto, always and never, not '" + color + "'");
    }
    int runs = (int) given.number("--runs", 0);
    if (given.has("--runs") && runs < 1) {
      throw new UsageException("--runs needs a number from 1 on, not " + runs);
    }
    @Nullable String sysroot = given.text("--sysroot");
    if (sysroot != null && !new File(sysroot).isDirectory()) {
      throw new UsageException("--sysroot " + sysroot + " is not a folder");
    }
    @Nullable String cargoDir = given.text("--cargo-dir");
    if (cargoDir != null && !new File(cargoDir).isDirectory()) {
      throw new UsageException("--cargo-dir " + cargoDir + " is not a folder");
    }
    List<String> files = given.parameters();
    if (files.contains("")) {
      // Java takes it for the folder we stand in.
      throw new UsageException("a file's name is empty");
    }
    List<String> libraryPath = new ArrayList<>();
    for (String folders : given.all("--library-path")) {
      split(folders, libraryPath);
    }
    return new FileOptions(
        files,
        format,
        given.text("-o"),
        color,
        sysroot,
        libraryPath,
        given.has("--bind-now"),
        given.all("--expect"),
        given.has("--no-run"),
        runs,
        cargoDir,
        given.has("-q"),
        given.has("-v"));
  }

  /** Throws {@link UsageException} where a command does not write the format asked for. */
  void allow(String command, String... formats) {
    if (!List.of(formats).contains(format)) {
      throw new UsageException(
          command + " writes " + String.join(", ", formats) + ", not " + format);
    }
  }

  /** {@return the same with more folders behind those of {@code --library-path}} */
  FileOptions withLibraryPath(List<String> more) {
    List<String> all = new ArrayList<>(libraryPath);
    all.addAll(more);
    return new FileOptions(
        files, format, output, color, sysroot, all, bindNow, expect, noRun, runs, cargoDir, quiet,
        verbose);
  }

  /** {@return the same options for other files, with Cargo's folder named} */
  FileOptions withFiles(List<String> others, @Nullable String folder) {
    return new FileOptions(
        others,
        format,
        output,
        color,
        sysroot,
        libraryPath,
        bindNow,
        expect,
        noRun,
        runs,
        folder,
        quiet,
        verbose);
  }

  private static void split(String folders, List<String> into) {
    int from = 0;
    while (from <= folders.length()) {
      int to = folders.indexOf(':', from);
      if (to < 0) {
        to = folders.length();
      }
      if (to > from) {
        into.add(folders.substring(from, to));
      }
      from = to + 1;
    }
  }

  /** {@return the world to simulate loads in} */
  LoadOptions loadOptions() {
    Map<String, String> environment = new TreeMap<>();
    for (String name : LOADER_VARIABLES) {
      String value = System.getenv(name);
      if (value != null) {
        environment.put(name, value);
      }
    }
    return new LoadOptions(sysroot, libraryPath, environment, bindNow, true);
  }
}
