package dev.binspect.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Image;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Wine loads its own programs: what it traces must be what is foretold from its folder of modules.
 *
 * <p>Some seconds, most of them for Wine to make its prefix.
 */
class WineWitnessTest {
  private static final Path WINE = Path.of("/usr/lib/wine/wine64");
  private static final Path MODULES = Path.of("/usr/lib/x86_64-linux-gnu/wine");

  /** Loaded by other modules' code once they run, and named by no import table. */
  private static final Set<String> BY_CODE = Set.of("uxtheme.dll");

  @TempDir private Path prefix;

  @Test
  void wineLoadsTheSameModules() throws Exception {
    assumeThat(WINE).as("wine64 is not installed").exists();
    try {
      trace(List.of("C:\\windows\\system32\\cmd.exe", "/c", "exit")); // makes the prefix
      for (List<String> command :
          List.of(
              List.of("C:\\windows\\system32\\cmd.exe", "/c", "exit"),
              List.of("C:\\windows\\system32\\notepad.exe"),
              List.of("C:\\windows\\regedit.exe", "/e", "C:\\x.reg", "HKEY_CURRENT_USER\\X"))) {
        Set<String> wine = trace(command);
        String name = command.get(0).substring(command.get(0).lastIndexOf('\\') + 1);
        Set<String> ours = foretold(MODULES.resolve("x86_64-windows").resolve(name));
        ours.remove("ntdll.dll"); // mapped before Wine can trace
        wine.removeAll(BY_CODE);
        if (name.equals("regedit.exe")) {
          // GNU ld leaves no directory for what it delays, and exporting asks for user32 at once.
          assertThat(wine).as(name).containsAll(ours);
        } else {
          assertThat(ours).as(name).isEqualTo(wine);
        }
      }
    } finally {
      run(List.of("/usr/lib/wine/wineserver64", "-k"), prefix.resolve("end.log"));
    }
  }

  private static Set<String> foretold(Path program) throws Exception {
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
    Set<String> names = new TreeSet<>();
    for (LoadedObject object : plan.objects()) {
      names.add(object.name().toLowerCase(Locale.ROOT));
    }
    return names;
  }

  /** {@return the modules of the command's own process, which the first column tells} */
  private Set<String> trace(List<String> command) throws Exception {
    Path log = prefix.resolve("trace.log");
    List<String> line = new java.util.ArrayList<>(List.of(WINE.toString()));
    line.addAll(command);
    run(line, log);
    String program = command.get(0).substring(command.get(0).lastIndexOf('\\') + 1);
    Set<String> names = new TreeSet<>();
    String thread = null;
    for (String text : Files.readAllLines(log, StandardCharsets.ISO_8859_1)) {
      int loaded = text.indexOf(" Loaded L\"");
      if (loaded < 0 || text.indexOf(':') != 4) {
        continue;
      }
      String path = text.substring(loaded + 10, text.indexOf('"', loaded + 10));
      String name = path.substring(path.lastIndexOf('\\') + 1).toLowerCase(Locale.ROOT);
      if (name.equals(program)) {
        thread = text.substring(0, 4);
        names.clear();
      }
      if (text.substring(0, 4).equals(thread)) {
        names.add(name);
      }
    }
    return names;
  }

  private void run(List<String> command, Path log) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("WINEPREFIX", prefix.resolve("wine").toString());
    builder.environment().put("WINEDEBUG", "+loaddll");
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
