package dev.binspect.tradeoff;

import dev.binspect.tradeoff.Workbench.Side;
import dev.binspect.tradeoff.Workbench.Timed;
import dev.binspect.tradeoff.Workbench.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How long rustc works at the program before it generates code: its own command as Cargo shows it,
 * run once more with {@code --emit=metadata} (that is what {@code cargo check} does) and folders of
 * our own. Stable Cargo's {@code --timings} has one bar for a program and does not tell.
 */
final class FrontEnd {
  private static final int RUNS = 5;
  private static final Pattern EMIT = Pattern.compile(" --emit[= ][^ ]+");
  private static final Pattern FOLDER =
      Pattern.compile(" (--out-dir|-C incremental=)( ?)('(?:[^']|'\\\\'')*'|[^ ]+)");

  private final Workbench bench;
  private final Cargo cargo;

  FrontEnd(Workbench bench, Cargo cargo) {
    this.bench = bench;
    this.cargo = cargo;
  }

  /** Measures it, if that can be done; what is unknown stays unknown. */
  void measure(Journal journal, Prepared prepared, Path folder, Consumer<String> progress)
      throws IOException, TradeoffException {
    if (journal.count(Series.FRONT_END) >= RUNS) {
      return;
    }
    progress.accept("timing rustc's front end");
    bench.touchMain(Side.STATIC);
    Timed shown = bench.build(Side.STATIC, Variant.DEFAULT, List.of("-vv"));
    String command = command(shown.build().messages(), prepared.binary().name(), folder);
    if (shown.build().failure() != null || command == null) {
      return;
    }
    Files.createDirectories(folder);
    // the first run has no incremental state yet
    for (int run = 0; run <= RUNS; run++) {
      Children.Ran ran = cargo.again(prepared.metadata().workspaceRoot(), command);
      if (ran.code() != 0) {
        return;
      }
      if (run > 0) {
        journal.sample(Series.FRONT_END, ran.nanos());
      }
    }
  }

  /**
   * {@return the shell command for the front end alone, or null if Cargo showed none}
   *
   * @param messages what {@code cargo build -vv} says
   * @param program name of the target
   * @param folder where it may write
   */
  static @Nullable String command(String messages, String program, Path folder) {
    String crate = " --crate-name " + program.replace('-', '_') + " ";
    String found = null;
    for (String line : messages.lines().toList()) {
      String bare = line.strip();
      if (bare.startsWith("Running `")
          && bare.endsWith("`")
          && bare.contains(crate)
          && bare.contains(" --crate-type bin ")) {
        found = bare.substring("Running `".length(), bare.length() - 1);
      }
    }
    if (found == null || !EMIT.matcher(found).find()) {
      return null;
    }
    String emitted = EMIT.matcher(found).replaceFirst(" --emit=metadata");
    Matcher folders = FOLDER.matcher(emitted);
    StringBuilder out = new StringBuilder();
    String own = LinkTimer.quoted(folder.toString());
    while (folders.find()) {
      folders.appendReplacement(
          out, Matcher.quoteReplacement(" " + folders.group(1) + folders.group(2) + own));
    }
    return folders.appendTail(out).toString();
  }
}
