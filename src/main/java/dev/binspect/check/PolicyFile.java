package dev.binspect.check;

import dev.binspect.image.GlibcVersion;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * A {@code binspect.toml}: keys at the top for every file, and tables {@code [files."GLOB"]} for
 * those whose path from the policy's folder fits; the later table wins.
 */
public final class PolicyFile {
  /** The name looked for. */
  public static final String NAME = "binspect.toml";

  private static final int LARGEST = 1 << 18;

  private static final List<String> KEYS;

  static {
    List<String> keys = new ArrayList<>();
    for (Budget budget : Budget.values()) {
      keys.add(budget.key());
    }
    keys.addAll(
        List.of(
            "expect",
            "forbid-static",
            "max-start",
            "max-glibc",
            "max-regress",
            "ignore",
            "allow-paths",
            "forbid-build-paths",
            "forbid-text-relocations",
            "plain-shell"));
    KEYS = List.copyOf(keys);
  }

  private record Section(@Nullable PathGlob files, Policy policy) {}

  private final Path folder;
  private final List<Section> sections;

  private PolicyFile(Path folder, List<Section> sections) {
    this.folder = folder;
    this.sections = sections;
  }

  /** {@return the nearest policy in the file's folder or one above it, or null} */
  public static @Nullable File find(File file) {
    File folder = file.getAbsoluteFile().toPath().normalize().toFile().getParentFile();
    while (folder != null) {
      File policy = new File(folder, NAME);
      if (policy.isFile()) {
        return policy;
      }
      folder = folder.getParentFile();
    }
    return null;
  }

  /**
   * Reads a policy.
   *
   * @throws PolicyException if it cannot be read or understood; the first mistake is named
   */
  public static PolicyFile read(File file) throws PolicyException {
    String name = file.getPath();
    try (InputStream in = Files.newInputStream(file.toPath())) {
      // Not by its length: a device has none.
      return read(file, in.readNBytes(LARGEST + 1));
    } catch (NoSuchFileException e) {
      throw new PolicyException(name, 0, "no such file");
    } catch (IOException e) {
      throw new PolicyException(name, 0, "cannot be read: " + e.getMessage());
    }
  }

  /** The same of a file's bytes. */
  static PolicyFile read(File file, byte[] content) throws PolicyException {
    String name = file.getPath();
    if (content.length > LARGEST) {
      throw new PolicyException(name, 0, "is larger than 256 KiB: no policy is");
    }
    TomlParseResult toml;
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      toml = Toml.parse(text);
    } catch (CharacterCodingException e) {
      throw new PolicyException(name, 0, "is not UTF-8 text");
    } catch (StackOverflowError e) {
      throw new PolicyException(name, 0, "nests too deeply");
    } catch (RuntimeException | AssertionError e) {
      // The parser's own mistakes: with assertions enabled, it doubts itself over some broken text.
      throw new PolicyException(name, 0, "is no TOML that can be parsed");
    }
    if (toml.hasErrors()) {
      TomlParseError first = toml.errors().getFirst();
      int line = first.position().line();
      throw new PolicyException(
          name, line, String.valueOf(first.getMessage()).replace('\n', ' ') + in(text, line));
    }
    Reader reader = new Reader(name);
    List<Section> sections = new ArrayList<>();
    sections.add(new Section(null, reader.policy(toml, List.of("files"))));
    Object files = toml.get(List.of("files"));
    if (files != null) {
      if (!(files instanceof TomlTable table)) {
        throw reader.mistake(
            toml, "files", "files needs tables: [files.\"target/release/*\"], not a value");
      }
      List<String> globs = new ArrayList<>(table.keySet());
      globs.sort(Comparator.comparingInt(glob -> line(table, glob)));
      for (String glob : globs) {
        if (!(table.get(List.of(glob)) instanceof TomlTable keys)) {
          throw reader.mistake(
              table, glob, "files." + glob + " is not a table: write [files.\"GLOB\"] above keys");
        }
        PathGlob matcher;
        try {
          matcher = PathGlob.of(glob);
        } catch (IllegalArgumentException e) {
          throw reader.mistake(table, glob, "'" + glob + "' is no glob: " + e.getMessage());
        }
        sections.add(new Section(matcher, reader.policy(keys, List.of())));
      }
    }
    Path path = file.getAbsoluteFile().toPath().normalize();
    Path folder = path.getParent();
    return new PolicyFile(folder == null ? path : folder, sections);
  }

  /** The line that is no TOML, so that the key is seen. */
  private static String in(String text, int line) {
    String wrong = text.lines().skip(line - 1L).findFirst().orElse("").strip();
    return wrong.isEmpty() || wrong.length() > 80 ? "" : ", in: " + wrong;
  }

  /** {@return what it asks of that file} */
  public Policy of(File file) {
    Path path = file.getAbsoluteFile().toPath().normalize();
    Path inside = path.startsWith(folder) ? folder.relativize(path) : path;
    Policy policy = Policy.NONE;
    for (Section section : sections) {
      if (section.files == null
          || section.files.matches(inside.toString())
          || section.files.matches(String.valueOf(inside.getFileName()))) {
        policy = section.policy.over(policy);
      }
    }
    return policy;
  }

  /** The later table wins, whatever the parser's order is. */
  private static int line(TomlTable table, String key) {
    TomlPosition position = table.inputPositionOf(List.of(key));
    return position == null ? 0 : position.line();
  }

  /** Turns tables into policies. */
  private record Reader(String file) {
    PolicyException mistake(TomlTable table, String key, String what) {
      return new PolicyException(file, line(table, key), what);
    }

    Policy policy(TomlTable table, List<String> elsewhere) throws PolicyException {
      for (String key : table.keySet()) {
        if (!KEYS.contains(key) && !elsewhere.contains(key)) {
          throw mistake(table, key, unknown(key, elsewhere));
        }
      }
      Map<Budget, Long> budgets = new EnumMap<>(Budget.class);
      for (Budget budget : Budget.values()) {
        long limit = count(table, budget.key());
        if (limit >= 0) {
          budgets.put(budget, limit);
        }
      }
      Set<Rule> ignore = EnumSet.noneOf(Rule.class);
      for (String name : texts(table, "ignore")) {
        Rule rule = Rule.named(name);
        if (rule == null) {
          throw mistake(table, "ignore", "ignore: " + Rule.unknown(name));
        }
        ignore.add(rule);
      }
      return new Policy(
          texts(table, "expect"),
          texts(table, "forbid-static"),
          budgets,
          time(table),
          glibc(table),
          percent(table),
          ignore,
          texts(table, "allow-paths"),
          flag(table, "forbid-build-paths"),
          flag(table, "forbid-text-relocations"),
          flag(table, "plain-shell"));
    }

    private static String unknown(String key, List<String> elsewhere) {
      List<String> known = new ArrayList<>(KEYS);
      known.addAll(elsewhere);
      String near = Spelling.nearest(key, known);
      return "unknown key '"
          + key
          + "'"
          + (near == null
              ? "; known are " + String.join(", ", known)
              : ": did you mean '" + near + "'?");
    }

    private long count(TomlTable table, String key) throws PolicyException {
      Object value = table.get(List.of(key));
      if (value == null) {
        return -1;
      }
      if (value instanceof Long number && number >= 0) {
        return number;
      }
      throw mistake(table, key, key + " needs a whole number from 0 on, not " + said(value));
    }

    private long time(TomlTable table) throws PolicyException {
      Object value = table.get(List.of("max-start"));
      if (value == null) {
        return -1;
      }
      long nanos = value instanceof String text ? Quantity.nanos(text) : -1;
      if (nanos < 0) {
        throw mistake(
            table,
            "max-start",
            "max-start needs a time with its unit, as \"5ms\" or \"800us\", not " + said(value));
      }
      return nanos;
    }

    private double percent(TomlTable table) throws PolicyException {
      Object value = table.get(List.of("max-regress"));
      if (value == null) {
        return -1;
      }
      double percent =
          value instanceof String || value instanceof Number
              ? Quantity.percent(value.toString())
              : -1;
      if (percent < 0) {
        throw mistake(
            table, "max-regress", "max-regress needs a percentage, as \"5%\", not " + said(value));
      }
      return percent;
    }

    private @Nullable String glibc(TomlTable table) throws PolicyException {
      Object value = table.get(List.of("max-glibc"));
      if (value == null) {
        return null;
      }
      if (value instanceof String text && GlibcVersion.numbers(text) != null) {
        return text;
      }
      throw mistake(
          table,
          "max-glibc",
          "max-glibc needs a version in quotes, as \"2.31\", not " + said(value));
    }

    private @Nullable Boolean flag(TomlTable table, String key) throws PolicyException {
      Object value = table.get(List.of(key));
      if (value == null || value instanceof Boolean) {
        return (Boolean) value;
      }
      throw mistake(table, key, key + " needs true or false, not " + said(value));
    }

    private List<String> texts(TomlTable table, String key) throws PolicyException {
      Object value = table.get(List.of(key));
      if (value == null) {
        return List.of();
      }
      List<String> texts = new ArrayList<>();
      if (value instanceof TomlArray array) {
        for (int i = 0; i < array.size(); i++) {
          if (!(array.get(i) instanceof String text) || text.isBlank()) {
            throw mistake(table, key, key + " needs texts in its list, not " + said(array.get(i)));
          }
          texts.add(text);
        }
        return texts;
      }
      throw mistake(table, key, key + " needs a list of texts, as [\"name\"], not " + said(value));
    }

    private static String said(Object value) {
      if (value instanceof String text) {
        return "\"" + text + "\"";
      }
      if (value instanceof TomlTable) {
        return "a table";
      }
      return value instanceof TomlArray ? "a list" : value.toString();
    }
  }
}
