package dev.binspect.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

final class OptionTableTest {
  private static final String[] VALUES = {
    "a",
    "x=y",
    "7",
    "0",
    "12345678",
    "-",
    "-1",
    "--json",
    "",
    "@a",
    "\"a\"",
    "a b",
    "é",
    "%s",
    "${A}",
  };

  /** {@return what the table alone reads, or null} */
  static Given read(Command command, String... args) {
    return OptionTable.of(command).read(args);
  }

  private static Given byPicocli(Command command, String... args) {
    CommandLine line = new CommandLine(PicocliModel.spec(command));
    return PicocliModel.given(OptionTable.of(command), line.parseArgs(args), args);
  }

  private static void same(Command command, String... args) {
    assertThat(read(command, args))
        .as("%s %s", command.name(), Arrays.toString(args))
        .isNotNull()
        .isEqualTo(byPicocli(command, args));
  }

  @Test
  void ordinaryCommandLinesAreReadAsPicocliReadsThem() {
    Command inspect = new InspectCommand();
    same(inspect, "a");
    same(inspect, "a", "b", "--json");
    same(inspect, "--runs", "20", "a", "--json");
    same(inspect, "--runs=7", "a");
    same(inspect, "--no-run", "-q", "--bind-now", "a");
    same(inspect, "-", "--verbose");
    same(inspect, "--quiet", "a b", "--json", "-v");
    same(inspect, "a", "--expect", "x", "--expect=y", "-o", "z", "--format", "html");
    same(new CheckCommand(), "--expect", "deps_dylib", "--max-relocations", "5000", "app");
    same(new CheckCommand(), "--ignore=BS001", "--allow-path", "/a:/b", "--no-policy", "app");
    same(new StartCommand(), "--budget", "2s", "--runs", "200", "--json", "a");
    same(new TreeCommand(), "-p", "-v", "a");
    same(new BindingsCommand(), "--to", "libssl*", "--demangle", "a");
    same(new DiffCommand(), "old", "new", "--no-run");
    same(new ScanCommand(), "-j", "2", "--format", "ndjson", "-q", "/usr/bin", "/usr/lib");
    same(new ScanCommand(), "--files-from", "list");
    same(new RulesCommand());
    same(new RulesCommand(), "BS001");
    same(new CompletionCommand(), "bash");
    same(new TradeoffCommand(), "--starts", "20", "-F", "a", "--features", "b,c", "path");
  }

  @Test
  void whatIsNotOrdinaryIsLeftToPicocli() {
    for (String[] args :
        List.of(
            new String[] {},
            new String[] {"--json"},
            new String[] {"a", "--jsn"},
            new String[] {"a", "--runs"},
            new String[] {"--runs", "-1", "a"},
            new String[] {"--runs", "x", "a"},
            new String[] {"--runs", "1", "a", "--runs", "2"},
            new String[] {"--", "a"},
            new String[] {"-qv", "a"},
            new String[] {"-oa", "b"},
            new String[] {"--help"},
            new String[] {"@file"},
            new String[] {""},
            new String[] {"--expect", "-x", "a"},
            new String[] {"--expect=", "a"},
            new String[] {"--json", "--json", "a"},
            new String[] {"--json=true", "a"})) {
      assertThat(read(new InspectCommand(), args)).as("%s", Arrays.toString(args)).isNull();
    }
    assertThat(read(new CompletionCommand())).isNull();
    assertThat(read(new CompletionCommand(), "bash", "zsh")).isNull();
    assertThat(read(new CargoCommand(), "build")).isNull();
  }

  /** Whatever is thrown at it, it reads what picocli reads, or leaves it to picocli. */
  @Test
  void noCommandLineIsReadInAnotherWay() {
    Random random = new Random(7);
    int read = 0;
    for (Command command : Commands.all()) {
      OptionTable table = OptionTable.of(command);
      for (int round = 0; round < 400; round++) {
        List<String> args = new ArrayList<>();
        int words = random.nextInt(5);
        for (int i = 0; i < words; i++) {
          boolean named = !table.options().isEmpty() && random.nextInt(3) > 0;
          String value = VALUES[random.nextInt(random.nextBoolean() ? 3 : VALUES.length)];
          if (!named) {
            args.add(value);
            continue;
          }
          OptionTable.Option option = table.options().get(random.nextInt(table.options().size()));
          String name = option.names().get(random.nextInt(option.names().size()));
          switch (random.nextInt(3)) {
            case 0 -> args.add(name + "=" + value);
            case 1 -> args.add(name);
            default -> {
              args.add(name);
              args.add(value);
            }
          }
        }
        String[] line = args.toArray(new String[0]);
        Given given = table.read(line);
        if (given == null) {
          continue;
        }
        read++;
        try {
          assertThat(given).as("%s %s", command.name(), args).isEqualTo(byPicocli(command, line));
        } catch (ParameterException e) {
          fail(command.name() + " " + args + ": picocli says " + e.getMessage());
        }
      }
    }
    assertThat(read).isGreaterThan(300);
  }

  /** {@return where picocli sees the first parameter, or -1 where it sees none or a mistake} */
  private static int firstByPicocli(String[] args) {
    CommandLine line = new CommandLine(PicocliModel.spec(new InspectCommand()));
    line.setStopAtPositional(true);
    try {
      Object rest = line.parseArgs(args).matchedPositionalValue(0, List.of());
      return ((List<?>) rest).isEmpty() ? -1 : args.length - ((List<?>) rest).size();
    } catch (ParameterException e) {
      return -1;
    }
  }

  /** A command's name is never taken for a file, nor an option's value for a command. */
  @Test
  void theFirstParameterIsWherePicocliSeesIt() {
    OptionTable table = OptionTable.of(new InspectCommand());
    String[] words = {
      "check",
      "check",
      "app",
      "-",
      "--json",
      "-q",
      "-v",
      "-qv",
      "-o",
      "-ox",
      "-o=x",
      "-qox",
      "-qo",
      "--format",
      "--format=json",
      "--color",
      "never",
      "--expect",
      "--expect=",
      "--runs",
      "7",
      "--no-run",
      "--output",
      "a b",
      "-x",
      "-qx",
      "--jsn",
      "--json=true",
      "--help",
      "é",
      "--é",
    };
    Random random = new Random(11);
    int seen = 0;
    for (int round = 0; round < 5000; round++) {
      String[] line = new String[1 + random.nextInt(5)];
      for (int i = 0; i < line.length; i++) {
        line[i] = words[random.nextInt(words.length)];
      }
      int first = firstByPicocli(line);
      if (first >= 0 && !Arrays.asList(line).contains("--help")) {
        seen++;
        assertThat(table.firstParameter(line)).as("%s", Arrays.toString(line)).isEqualTo(first);
      }
    }
    assertThat(seen).isGreaterThan(500);
    assertThat(table.firstParameter(new String[] {"-q", "--", "check"})).isEqualTo(-1);
    assertThat(table.firstParameter(new String[] {"-q", "@check", "check"})).isEqualTo(-1);
  }
}
