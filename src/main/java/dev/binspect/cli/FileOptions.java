package dev.binspect.cli;

import dev.binspect.load.LoadOptions;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

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
  static void describeWithFiles(CommandSpec spec) {
    describe(spec);
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("FILE")
            .arity("1..*")
            .required(true)
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description("Executables or shared libraries; - reads standard input.")
            .build());
  }

  /** Adds the options alone. */
  static void describe(CommandSpec spec) {
    choice(
        spec,
        "FORMAT",
        FORMATS,
        "text, json, ndjson, markdown, html, sarif, junit or github.",
        "--format");
    flag(spec, "The same as --format json.", "--json");
    text(spec, "FILE", "Write the report there.", "-o", "--output");
    choice(
        spec,
        "WHEN",
        List.of("auto", "always", "never"),
        "auto (a terminal, and NO_COLOR is not set), always or never.",
        "--color");
    text(spec, "DIR", "A folder that stands for /.", "--sysroot");
    list(
        spec,
        "DIRS",
        "Folders the loader searches like those of LD_LIBRARY_PATH, separated by colons.",
        "--library-path");
    flag(spec, "All look-ups at start, as LD_BIND_NOW does.", "--bind-now");
    list(spec, "NAME", "A dylib that must be linked and used; repeatable.", "--expect");
    flag(spec, "Execute nothing: the start is estimated.", "--no-run");
    spec.addOption(
        OptionSpec.builder("--runs")
            .paramLabel("N")
            .type(Integer.class)
            .description("Measure so many starts.")
            .build());
    text(
        spec,
        "DIR",
        "Cargo's target or profile folder, where the program does not stand in it.",
        "--cargo-dir");
    flag(spec, "Say less.", "-q", "--quiet");
    flag(spec, "Say more.", "-v", "--verbose");
  }

  static void flag(CommandSpec spec, String description, String... names) {
    spec.addOption(
        OptionSpec.builder(names).type(boolean.class).arity("0").description(description).build());
  }

  static void text(CommandSpec spec, String label, String description, String... names) {
    spec.addOption(
        OptionSpec.builder(names)
            .paramLabel(label)
            .type(String.class)
            .description(description)
            .build());
  }

  /** The same, with the words that completion offers. */
  private static void choice(
      CommandSpec spec, String label, List<String> words, String description, String name) {
    spec.addOption(
        OptionSpec.builder(name)
            .paramLabel(label)
            .type(String.class)
            .completionCandidates(words)
            .description(description)
            .build());
  }

  static void list(CommandSpec spec, String label, String description, String... names) {
    spec.addOption(
        OptionSpec.builder(names)
            .paramLabel(label)
            .arity("1")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description(description)
            .build());
  }

  /** Reads them; {@link UsageException} where a value is none of those allowed. */
  static FileOptions of(ParseResult parsed) {
    String format =
        parsed.matchedOptionValue("--format", parsed.hasMatchedOption("--json") ? "json" : "text");
    if (!FORMATS.contains(format)) {
      throw new UsageException(
          "--format knows text, json, ndjson, markdown, html, sarif, junit and github, not '"
              + format
              + "'");
    }
    String color = parsed.matchedOptionValue("--color", "auto");
    if (!color.equals("auto") && !color.equals("always") && !color.equals("never")) {
      throw new UsageException("--color knows auto, always and never, not '" + color + "'");
    }
    int runs = parsed.matchedOptionValue("--runs", 0);
    if (parsed.hasMatchedOption("--runs") && runs < 1) {
      throw new UsageException("--runs needs a number from 1 on, not " + runs);
    }
    @Nullable String sysroot = parsed.matchedOptionValue("--sysroot", null);
    if (sysroot != null && !new File(sysroot).isDirectory()) {
      throw new UsageException("--sysroot " + sysroot + " is not a folder");
    }
    @Nullable String cargoDir = parsed.matchedOptionValue("--cargo-dir", null);
    if (cargoDir != null && !new File(cargoDir).isDirectory()) {
      throw new UsageException("--cargo-dir " + cargoDir + " is not a folder");
    }
    List<String> files = parsed.matchedPositionalValue(0, List.of());
    if (files.contains("")) {
      // Java takes it for the folder we stand in.
      throw new UsageException("a file's name is empty");
    }
    List<String> libraryPath = new ArrayList<>();
    for (String folders : parsed.matchedOptionValue("--library-path", List.<String>of())) {
      split(folders, libraryPath);
    }
    return new FileOptions(
        files,
        format,
        parsed.matchedOptionValue("-o", null),
        color,
        sysroot,
        libraryPath,
        parsed.hasMatchedOption("--bind-now"),
        parsed.matchedOptionValue("--expect", List.of()),
        parsed.hasMatchedOption("--no-run"),
        runs,
        cargoDir,
        parsed.hasMatchedOption("-q"),
        parsed.hasMatchedOption("-v"));
  }

  /**
   * Reads a command line of plain files and switches, which is nearly every one, without picocli:
   * its model costs 10 ms of a start of 40. Gives null for anything else, and then picocli reads it
   * all; a test holds the two against each other.
   */
  static @Nullable FileOptions plain(String[] args, int from) {
    List<String> files = new ArrayList<>();
    boolean json = false;
    boolean noRun = false;
    boolean bindNow = false;
    boolean quiet = false;
    boolean verbose = false;
    int runs = 0;
    for (int i = from; i < args.length; i++) {
      String arg = args[i];
      boolean again;
      switch (arg) {
        case "--json" -> {
          again = json;
          json = true;
        }
        case "--no-run" -> {
          again = noRun;
          noRun = true;
        }
        case "--bind-now" -> {
          again = bindNow;
          bindNow = true;
        }
        case "-q", "--quiet" -> {
          again = quiet;
          quiet = true;
        }
        case "-v", "--verbose" -> {
          again = verbose;
          verbose = true;
        }
        case "--runs" -> {
          again = runs > 0;
          runs = ++i < args.length ? digits(args[i]) : 0;
          again |= runs == 0;
        }
        default -> {
          again = arg.isEmpty() || arg.charAt(0) == '@' || arg.charAt(0) == '-' && arg.length() > 1;
          files.add(arg);
        }
      }
      if (again) {
        return null;
      }
    }
    return files.isEmpty()
        ? null
        : new FileOptions(
            files,
            json ? "json" : "text",
            null,
            "auto",
            null,
            List.of(),
            bindNow,
            List.of(),
            noRun,
            runs,
            null,
            quiet,
            verbose);
  }

  /** Throws {@link UsageException} where a command does not write the format asked for. */
  void allow(String command, String... formats) {
    if (!List.of(formats).contains(format)) {
      throw new UsageException(
          command + " writes " + String.join(", ", formats) + ", not " + format);
    }
  }

  /** {@return a number of a few digits, 0 where the text is something else} */
  private static int digits(String text) {
    int value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9 || i > 6) {
        return 0;
      }
      value = value * 10 + digit;
    }
    return value;
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
