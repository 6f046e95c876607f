package dev.binspect.elf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.bytes.Bytes;
import dev.binspect.image.Hardening;
import dev.binspect.witness.WitnessTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a compiler was asked for, and what readelf prints, as the witnesses. */
class ElfHardeningTest {
  private static final WitnessTool READELF = new WitnessTool("readelf");

  private static final String SOURCE =
      """
      #include <stdio.h>
      #include <string.h>
      int main(int n, char **arguments) {
        char text[16];
        strcpy(text, arguments[n - 1]);
        return puts(text) < 0;
      }
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -O2 -D_FORTIFY_SOURCE=2 -fno-stack-protector | fortified
          -O2 -U_FORTIFY_SOURCE -fstack-protector-all | stackProtector
          -O2 -U_FORTIFY_SOURCE -fno-stack-protector |
          -O2 -U_FORTIFY_SOURCE -fno-stack-protector -z execstack | execStack
          """)
  void whatTheCompilerWasAskedForIsTold(String options, String told, @TempDir Path folder)
      throws Exception {
    new WitnessTool("gcc").assumeInstalled();
    Path source = Files.writeString(folder.resolve("a.c"), SOURCE);
    List<String> command = new ArrayList<>(List.of("gcc", "-w", "-fcf-protection=none"));
    command.addAll(List.of(options.split(" ")));
    command.addAll(List.of("-o", folder.resolve("a").toString(), source.toString()));
    Process gcc = new ProcessBuilder(command).inheritIO().start();
    assertThat(gcc.waitFor()).isZero();
    Hardening hardening = read(folder.resolve("a"));
    List<String> set = new ArrayList<>();
    hardening.more().forEach((name, holds) -> set.addAll(holds ? List.of(name) : List.of()));
    assertThat(set).isEqualTo(told == null ? List.of() : List.of(told));
  }

  @Test
  void programsOfThisMachineAreHardenedAsReadelfSays() throws Exception {
    READELF.assumeInstalled();
    List<Path> files = ReadelfRelocations.elfFiles(Path.of("/usr/bin"));
    int compared = 0;
    for (int i = 0; i < files.size(); i += Math.max(1, files.size() / 60)) {
      String printed = String.join("\n", READELF.ask(files.get(i), "-ldW", "--dyn-syms").lines());
      Hardening hardening = read(files.get(i));
      String name = files.get(i).toString();
      boolean now = printed.contains("(BIND_NOW)") || printed.matches("(?s).*Flags:.* NOW.*");
      boolean relro = printed.contains("GNU_RELRO");
      assertThat(hardening.bindNow()).as(name).isEqualTo(now);
      assertThat(hardening.relro().key())
          .as(name)
          .isEqualTo(!relro ? "none" : now ? "full" : "partial");
      assertThat(hardening.more())
          .as(name)
          .containsEntry("execStack", printed.matches("(?s).*GNU_STACK[^\\n]* RWE .*"))
          .containsEntry("stackProtector", imports(printed, "__stack_chk_fail"))
          .containsEntry("fortified", imports(printed, "__[A-Za-z0-9_]+_chk"));
      compared++;
    }
    assertThat(compared).isGreaterThan(20);
  }

  private static boolean imports(String printed, String name) {
    return Pattern.compile(" UND " + name + "(@| |$)", Pattern.MULTILINE).matcher(printed).find();
  }

  private static Hardening read(Path file) throws Exception {
    try (Bytes bytes = Bytes.open(file.toFile(), file.toString())) {
      return ElfReader.read(bytes).hardening();
    }
  }
}
