package dev.binspect.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All commands, in the order in which help shows them. */
final class Commands {
  private Commands() {}

  static final String DEFAULT = "inspect";

  /** {@return a new list: a command is small, and only one of them is described and run} */
  static List<Command> all() {
    return List.of(
        new InspectCommand(),
        new CheckCommand(),
        new RulesCommand(),
        new TreeCommand(),
        new BindingsCommand(),
        new StartCommand(),
        new DiffCommand(),
        new TradeoffCommand(),
        new ScanCommand(),
        new CompletionCommand(),
        new ManCommand(),
        new CargoCommand());
  }

  /** {@return the words on the command line} */
  static List<String> names() {
    List<String> names = new ArrayList<>();
    for (Command command : all()) {
      names.add(command.name());
    }
    return names;
  }

  static @Nullable Command named(String name) {
    // Not by all(): a command's class is loaded only when it runs.
    return switch (name) {
      case DEFAULT -> new InspectCommand();
      case "check" -> new CheckCommand();
      case "rules" -> new RulesCommand();
      case "tree" -> new TreeCommand();
      case "bindings" -> new BindingsCommand();
      case "start" -> new StartCommand();
      case "diff" -> new DiffCommand();
      case "tradeoff" -> new TradeoffCommand();
      case "scan" -> new ScanCommand();
      case "completion" -> new CompletionCommand();
      case "man" -> new ManCommand();
      case "cargo" -> new CargoCommand();
      default -> null;
    };
  }
}
