package dev.binspect.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options and parameters of one command, as it declares them. Ordinary command lines are read
 * by this table alone; picocli's model is made of it ({@link PicocliModel}) for help, manual pages,
 * completion, and for every command line that is not ordinary, wrong ones among them.
 */
final class OptionTable {
  /** What an option takes: nothing, one text, a text each time it is given, a number. */
  enum Kind {
    FLAG,
    TEXT,
    TEXTS,
    INTEGER,
    LONG
  }

  /**
   * One option.
   *
   * @param label what its value is called, "" for a flag
   * @param words that completion offers, none where anything goes
   */
  record Option(
      List<String> names, Kind kind, String label, String description, List<String> words) {}

  /** Parameters without end. */
  static final int ANY = Integer.MAX_VALUE;

  /**
   * What stands on the command line without a name.
   *
   * @param label what it is called
   * @param least how many there must be
   * @param most how many there may be, {@link #ANY} for any number
   * @param words that completion offers, none where anything goes
   */
  record Parameters(String label, int least, int most, String description, List<String> words) {}

  private static final Parameters NONE = new Parameters("", 0, 0, "", List.of());

  /** Digits of a number that is read here. */
  private static final int MOST_DIGITS = 7;

  private final List<Option> options = new ArrayList<>();
  private List<String> footer = List.of();
  private Parameters parameters = NONE;
  private boolean passesOn;

  private OptionTable() {}

  /** {@return what a command declares} */
  static OptionTable of(Command command) {
    OptionTable table = new OptionTable();
    command.describe(table);
    return table;
  }

  void flag(String description, String... names) {
    add(Kind.FLAG, "", description, List.of(), names);
  }

  void text(String label, String description, String... names) {
    add(Kind.TEXT, label, description, List.of(), names);
  }

  /** One that may be given again and again. */
  void texts(String label, String description, String... names) {
    add(Kind.TEXTS, label, description, List.of(), names);
  }

  void choice(String label, List<String> words, String description, String... names) {
    add(Kind.TEXT, label, description, words, names);
  }

  void integer(String label, String description, String... names) {
    add(Kind.INTEGER, label, description, List.of(), names);
  }

  void longInteger(String label, String description, String... names) {
    add(Kind.LONG, label, description, List.of(), names);
  }

  private void add(
      Kind kind, String label, String description, List<String> words, String... names) {
    options.add(new Option(List.of(names), kind, label, description, words));
  }

  /** See {@link Parameters}. */
  void parameters(String label, int least, int most, String description, String... words) {
    parameters = new Parameters(label, least, most, description, List.of(words));
  }

  /** Lines below the options in help. */
  void footer(String... lines) {
    footer = List.of(lines);
  }

  /** What is no option of this command is a parameter: another program's options go through. */
  void passOn() {
    passesOn = true;
  }

  List<Option> options() {
    return options;
  }

  Parameters parameters() {
    return parameters;
  }

  List<String> footer() {
    return footer;
  }

  boolean passesOn() {
    return passesOn;
  }

  /**
   * Reads an ordinary command line, which is nearly every one, without picocli: that costs 60 ms of
   * a start of 90.
   *
   * @return null for anything else, and then picocli reads it all; a test holds the two against
   *     each other
   */
  @Nullable Given read(String[] args) {
    if (passesOn) {
      return null;
    }
    Given given = new Given(args);
    int count = 0;
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      if (arg.isEmpty() || arg.charAt(0) == '@') {
        return null;
      }
      if (arg.charAt(0) != '-' || arg.length() == 1) {
        given.parameter(arg);
        count++;
        continue;
      }
      int equals = arg.startsWith("--") ? arg.indexOf('=') : -1;
      Option option = named(equals < 0 ? arg : arg.substring(0, equals));
      if (option == null || option.kind != Kind.TEXTS && given.has(option.names.get(0))) {
        return null;
      }
      if (option.kind == Kind.FLAG) {
        if (equals >= 0) {
          return null;
        }
        given.flag(option.names);
        continue;
      }
      String value = "";
      if (equals >= 0) {
        value = arg.substring(equals + 1);
      } else if (++i < args.length) {
        value = args[i];
      }
      if (!ordinary(value, option.kind)) {
        return null;
      }
      given.value(option.names, value);
    }
    return count >= parameters.least && count <= parameters.most ? given : null;
  }

  /**
   * {@return where the first word stands that is no option and no option's value, or -1: there is
   * none, or before it stands what picocli has to read}
   */
  int firstParameter(String[] args) {
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      if (arg.isEmpty() || arg.charAt(0) == '@') {
        return -1;
      }
      if (arg.charAt(0) != '-' || arg.length() == 1) {
        return i;
      }
      int values = valuesBehind(arg);
      if (values < 0) {
        return -1;
      }
      i += values;
    }
    return -1;
  }

  /** {@return whether an option's value is the next word: 1, or 0; -1 where it is none of ours} */
  private int valuesBehind(String arg) {
    int equals = arg.startsWith("--") ? arg.indexOf('=') : -1;
    Option option = named(equals < 0 ? arg : arg.substring(0, equals));
    if (option != null) {
      return option.kind == Kind.FLAG || equals >= 0 ? 0 : 1;
    }
    // -qv, -oFILE, -qo FILE
    for (int i = 1; i < arg.length() && arg.charAt(1) != '-'; i++) {
      option = named("-" + arg.charAt(i));
      if (option == null) {
        return -1;
      }
      if (option.kind != Kind.FLAG) {
        return i + 1 < arg.length() ? 0 : 1;
      }
    }
    return arg.charAt(1) == '-' ? -1 : 0;
  }

  private @Nullable Option named(String name) {
    for (int i = 0; i < options.size(); i++) {
      if (options.get(i).names.contains(name)) {
        return options.get(i);
      }
    }
    return null;
  }

  /**
   * Whether a value means itself: what looks like an option, a file of options, quoted is asked.
   */
  private static boolean ordinary(String value, Kind kind) {
    if (value.isEmpty()
        || value.charAt(0) == '-'
        || value.charAt(0) == '@'
        || value.indexOf('"') >= 0) {
      return false;
    }
    if (kind == Kind.INTEGER || kind == Kind.LONG) {
      for (int i = 0; i < value.length(); i++) {
        if (value.charAt(i) < '0' || value.charAt(i) > '9') {
          return false;
        }
      }
      return value.length() <= MOST_DIGITS;
    }
    return true;
  }
}
