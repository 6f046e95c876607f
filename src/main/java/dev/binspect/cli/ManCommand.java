package dev.binspect.cli;

import java.io.PrintStream;
import java.util.Locale;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code binspect man}: manual pages in roff, from the same model that parses the options. */
final class ManCommand implements Command {
  @Override
  public String name() {
    return "man";
  }

  @Override
  public String summary() {
    return "The manual page, or a command's, in roff.";
  }

  @Override
  public void describe(OptionTable options) {
    options.parameters("COMMAND", 0, 1, "The command; without one, the overview.");
    options.footer(
        "",
        "Examples:",
        "  binspect man check | man -l -",
        "  binspect man > /usr/local/share/man/man1/binspect.1");
  }

  @Override
  public int run(Given given, Console console) {
    String name = given.parameters().isEmpty() ? "" : given.parameters().getFirst();
    if (name.isEmpty()) {
      overview(console.out());
      return ExitCode.OK;
    }
    Command command = Commands.named(name);
    if (command == null) {
      throw new UsageException("no command is called '" + name + "'");
    }
    page(command, console.out());
    return ExitCode.OK;
  }

  private static void head(String name, String summary, PrintStream out) {
    out.println(
        ".TH "
            + name.toUpperCase(Locale.ROOT)
            + " 1 \"\" \"binspect "
            + Version.NUMBER
            + "\" \"User Commands\"");
    out.println(".SH NAME");
    out.println(roff(name) + " \\- " + roff(withoutStop(summary)));
  }

  private static String withoutStop(String text) {
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }

  private static void overview(PrintStream out) {
    head("binspect", "inspects executables and shared libraries as their loader sees them", out);
    out.println(".SH SYNOPSIS\n.B binspect\n[\\fICOMMAND\\fR] [\\fIOPTIONS\\fR] \\fIFILE\\fR...");
    out.println(".SH DESCRIPTION");
    out.println(
        "Was the dylib used, what does the loader do at each start, and what does it cost?");
    out.println("Reads ELF, Mach\\-O and PE. Without a command it inspects.");
    out.println(".SH COMMANDS");
    for (Command command : Commands.all()) {
      out.println(".TP\n.B " + roff(command.name()) + "\n" + roff(command.summary()));
    }
    out.println(".SH EXIT STATUS");
    out.println(".TP\n.B 0\nAll holds.\n.TP\n.B 1\nA check does not hold.");
    out.println(".TP\n.B 2\nWrong usage, or a file of which no report is possible.");
    out.println(".SH SEE ALSO");
    StringBuilder also = new StringBuilder();
    for (Command command : Commands.all()) {
      also.append(also.isEmpty() ? "" : ",\n").append(".BR binspect\\-").append(command.name());
      also.append(" (1)");
    }
    out.println(also);
  }

  private static void page(Command command, PrintStream out) {
    CommandSpec spec = PicocliModel.spec(command);
    head("binspect-" + command.name(), command.summary(), out);
    out.println(".SH SYNOPSIS");
    StringBuilder synopsis = new StringBuilder(".B binspect ").append(roff(command.name()));
    synopsis.append("\n[\\fIOPTIONS\\fR]");
    for (PositionalParamSpec positional : spec.positionalParameters()) {
      synopsis.append(" \\fI").append(roff(positional.paramLabel())).append("\\fR");
      synopsis.append(positional.arity().max() > 1 ? "..." : "");
    }
    out.println(synopsis);
    out.println(".SH DESCRIPTION\n" + roff(command.summary()));
    for (PositionalParamSpec positional : spec.positionalParameters()) {
      out.println(".TP\n.I " + roff(positional.paramLabel()));
      description(positional, out);
    }
    out.println(".SH OPTIONS");
    for (OptionSpec option : spec.options()) {
      StringBuilder names = new StringBuilder(".TP\n");
      for (int i = 0; i < option.names().length; i++) {
        names.append(i == 0 ? "" : ", ").append("\\fB").append(roff(option.names()[i]));
        names.append("\\fR");
      }
      if (option.arity().max() > 0) {
        names.append(" \\fI").append(roff(option.paramLabel())).append("\\fR");
      }
      out.println(names);
      description(option, out);
    }
    boolean examples = false;
    for (String line : spec.usageMessage().footer()) {
      String text = line.replace("%%", "%");
      if (text.equals("Examples:")) {
        out.println(".SH EXAMPLES\n.nf");
        examples = true;
      } else if (!text.isEmpty()) {
        out.println(examples ? roff(text) : ".PP\n" + roff(text));
      }
    }
    out.println(examples ? ".fi\n.SH SEE ALSO" : ".SH SEE ALSO");
    out.println(".BR binspect (1)");
  }

  private static void description(ArgSpec arg, PrintStream out) {
    for (String line : arg.description()) {
      out.println(roff(line.replace("%%", "%")));
    }
  }

  /** Roff's own characters as text; a leading dot or quote would be a request. */
  private static String roff(String text) {
    String plain =
        text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...").replace("`", "\\(ga");
    return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
  }
}
