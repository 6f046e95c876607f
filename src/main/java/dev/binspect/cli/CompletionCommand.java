package dev.binspect.cli;

import java.io.PrintStream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code binspect completion SHELL}: a script that completes commands and options. */
final class CompletionCommand implements Command {
  @Override
  public String name() {
    return "completion";
  }

  @Override
  public String summary() {
    return "A completion script for bash, zsh or fish.";
  }

  @Override
  public void describe(OptionTable options) {
    options.parameters("SHELL", 1, 1, "bash, zsh or fish.", "bash", "zsh", "fish");
    options.footer(
        "",
        "Examples:",
        "  source <(binspect completion bash)",
        "  binspect completion bash > ~/.local/share/bash-completion/completions/binspect",
        "  echo 'source <(binspect completion zsh)' >> ~/.zshrc",
        "  binspect completion fish > ~/.config/fish/completions/binspect.fish");
  }

  @Override
  public int run(Given given, Console console) {
    String shell = given.parameters().getFirst();
    switch (shell) {
      case "bash", "zsh" -> console.out().print(AutoComplete.bash("binspect", everything()));
      case "fish" -> fish(console.out());
      default ->
          throw new UsageException("completion knows bash, zsh and fish, not '" + shell + "'");
    }
    return ExitCode.OK;
  }

  private static CommandLine everything() {
    CommandSpec root = PicocliModel.spec(new InspectCommand()).name("binspect");
    for (Command command : Commands.all()) {
      root.addSubcommand(command.name(), new CommandLine(PicocliModel.spec(command)));
    }
    return new CommandLine(root);
  }

  private static void fish(PrintStream out) {
    StringBuilder names = new StringBuilder();
    for (Command command : Commands.all()) {
      names.append(names.isEmpty() ? "" : " ").append(command.name());
    }
    String none = "not __fish_seen_subcommand_from " + names;
    for (Command command : Commands.all()) {
      out.println(
          "complete -c binspect -n "
              + quoted(none)
              + " -a "
              + command.name()
              + " -d "
              + quoted(command.summary()));
      String when =
          command.name().equals(Commands.DEFAULT)
              ? none + "; or __fish_seen_subcommand_from " + command.name()
              : "__fish_seen_subcommand_from " + command.name();
      for (OptionSpec option : PicocliModel.spec(command).options()) {
        option(option, when, out);
      }
    }
    out.println(
        "complete -c binspect -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'");
  }

  private static void option(OptionSpec option, String when, PrintStream out) {
    StringBuilder line = new StringBuilder("complete -c binspect -n ").append(quoted(when));
    for (String name : option.names()) {
      line.append(name.startsWith("--") ? " -l " : " -s ");
      line.append(name.substring(name.startsWith("--") ? 2 : 1));
    }
    if (option.arity().max() > 0) {
      line.append(" -r");
      if (option.completionCandidates() != null) {
        line.append(" -f -a ").append(quoted(String.join(" ", option.completionCandidates())));
      }
    }
    String[] description = option.description();
    if (description.length > 0) {
      line.append(" -d ").append(quoted(description[0].replace("%%", "%")));
    }
    out.println(line);
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
