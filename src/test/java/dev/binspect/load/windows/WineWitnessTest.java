package dev.binspect.load.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Image;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.load.Loaders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Wine loads its own programs: what it traces must be what is foretold from its folder of modules.
 *
 * <p>A start ends with the last module that the loader attaches for it (it hands those a context,
 * and none to what code loads). What comes after that comes through delayed imports.
 *
 * <p>Some seconds, most of them for Wine to make its prefix.
 */
class WineWitnessTest {
  private static final Path WINE = Path.of("/usr/lib/wine/wine64");
  private static final Path MODULES = Path.of("/usr/lib/x86_64-linux-gnu/wine");
  private static final Pattern LOADED = Pattern.compile("(\\w{4}):.* Loaded L\"([^\"]+)\".*");
  private static final Pattern ATTACHED =
      Pattern.compile("(\\w{4}):.*process_attach \\(L\"[^\"]+\",0*([0-9A-F]*)\\) - END");

  /** The initialiser of comctl32 calls one of its delayed functions. */
  private static final Set<String> BY_INITIALISERS = Set.of("uxtheme.dll");

  @TempDir private Path prefix;

  @Test
  void wineLoadsTheSameModules() throws Exception {
    assumeThat(WINE).as("wine64 is not installed").exists();
    try {
      trace(List.of("C:\\windows\\system32\\cmd.exe", "/c", "exit")); // makes the prefix
      for (String program :
          List.of(
              "system32\\cmd.exe /c exit",
              "system32\\notepad.exe",
              "regedit.exe /e C:\\x.reg HKEY_CURRENT_USER\\X",
              "system32\\hostname.exe",
              "system32\\reg.exe /?",
              "system32\\xcopy.exe /?",
              "system32\\tasklist.exe")) {
        List<String> command = List.of(("C:\\windows\\" + program).split(" "));
        String name = command.get(0).substring(command.get(0).lastIndexOf('\\') + 1);
        Trace wine = trace(command);
        LoadPlan plan = plan(MODULES.resolve("x86_64-windows").resolve(name));
        Set<String> start = new TreeSet<>();
        for (LoadedObject object : plan.objects()) {
          start.add(object.name().toLowerCase(Locale.ROOT));
        }
        start.remove("ntdll.dll"); // mapped before Wine can trace
        Set<String> later = new TreeSet<>();
        for (LoadPlan.Delayed delayed : plan.delayed()) {
          later.add(delayed.name().toLowerCase(Locale.ROOT));
        }
        assertThat(start).as(name).hasSizeGreaterThan(3);
        Set<String> early = new TreeSet<>(wine.start());
        early.removeAll(start);
        assertThat(BY_INITIALISERS).as(name).containsAll(early);
        assertThat(wine.start()).as(name).containsAll(start);
        early.addAll(wine.after());
        assertThat(later).as(name).containsAll(early);
        if (name.equals("regedit.exe")) {
          assertThat(wine.after()).contains("user32.dll"); // GNU ld's descriptors, in no directory
        }
      }
    } finally {
      run(List.of("/usr/lib/wine/wineserver64", "-k"), prefix.resolve("end.log"));
    }
  }

  private static LoadPlan plan(Path program) throws Exception {
    BinaryFiles files = new BinaryFiles();
    Image image = files.images(program.toString()).get(0);
    LoadPlan plan =
        Loaders.plan(
            program.toString(),
            image,
            new LoadOptions(MODULES.toString(), List.of(), Map.of(), false, true),
            files);
    assertThat(plan.missing()).isEmpty();
    assertThat(plan.undefined()).isEmpty();
    return plan;
  }

  private record Trace(Set<String> start, Set<String> after) {}

  /** {@return the modules of the command's own process, which the first column tells} */
  private Trace trace(List<String> command) throws Exception {
    Path log = prefix.resolve("trace.log");
    List<String> line = new ArrayList<>(List.of(WINE.toString()));
    line.addAll(command);
    run(line, log);
    String program = command.get(0).substring(command.get(0).lastIndexOf('\\') + 1);
    List<String> names = new ArrayList<>();
    int start = 0;
    String thread = null;
    for (String text : Files.readAllLines(log, StandardCharsets.ISO_8859_1)) {
      Matcher loaded = LOADED.matcher(text);
      Matcher attached = ATTACHED.matcher(text);
      if (loaded.matches()) {
        String path = loaded.group(2);
        String name = path.substring(path.lastIndexOf('\\') + 1).toLowerCase(Locale.ROOT);
        if (name.equals(program)) {
          thread = loaded.group(1);
          names.clear();
        }
        if (loaded.group(1).equals(thread)) {
          names.add(name);
        }
      } else if (attached.matches()
          && attached.group(1).equals(thread)
          && !attached.group(2).isEmpty()) {
        start = names.size();
      }
    }
    return new Trace(
        new TreeSet<>(names.subList(0, start)), new TreeSet<>(names.subList(start, names.size())));
  }

  private void run(List<String> command, Path log) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("WINEPREFIX", prefix.resolve("wine").toString());
    builder.environment().put("WINEDEBUG", "+loaddll,+module");
    builder.environment().put("WINEDLLOVERRIDES", "mscoree,mshtml=");
    builder.environment().remove("DISPLAY");
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
