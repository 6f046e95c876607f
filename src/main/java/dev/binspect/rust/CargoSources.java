package dev.binspect.rust;

import dev.binspect.image.Door;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a crate's sources refer to another crate, as far as they are at hand: rustc links a dylib
 * only if the code refers to it, and Cargo's files do not say whether it does.
 */
public final class CargoSources {
  private static final int MAX_SOURCE = 1 << 22;
  private static final int MAX_FILES = 400;

  private CargoSources() {}

  /**
   * A line that refers to a crate.
   *
   * @param condition the attribute that may compile it out, or null
   */
  public record Reference(String file, int line, @Nullable String condition) {}

  /**
   * What was found.
   *
   * @param files sources that were read, the crate root first
   */
  public record Found(List<String> files, List<Reference> references) {}

  /** {@return the references of a unit's sources to a crate} */
  public static Found references(CargoFolder folder, String unit, String crate, Door door) {
    List<String> files = new ArrayList<>();
    List<Reference> references = new ArrayList<>();
    byte[] info = DylibFiles.dependencyInfo(folder, unit, door);
    if (info == null) {
      return new Found(files, references);
    }
    String workspace = folder.workspace(door);
    for (String line : Lines.of(new String(info, StandardCharsets.UTF_8))) {
      if (!line.endsWith(".rs:") || files.size() >= MAX_FILES) {
        continue;
      }
      String file = line.substring(0, line.length() - 1).replace("\\ ", " ");
      String path = file.startsWith("/") || workspace == null ? file : workspace + "/" + file;
      byte[] source = door.content(path, MAX_SOURCE);
      if (source != null) {
        files.add(file);
        scan(file, new String(source, StandardCharsets.UTF_8), crate, references);
      }
    }
    return new Found(files, references);
  }

  /** A block that stands under a condition, until its braces close. */
  private record Block(String condition, int depth) {}

  /** Collects the lines of one source that refer to the crate, and what may compile them out. */
  static void scan(String file, String source, String crate, List<Reference> references) {
    int number = 0;
    int depth = 0;
    @Nullable String pending = null;
    @Nullable String whole = null;
    ArrayDeque<Block> blocks = new ArrayDeque<>();
    for (String raw : Lines.of(source)) {
      number++;
      String line = raw.strip();
      int comment = line.indexOf("//");
      String code = comment < 0 ? line : line.substring(0, comment);
      if (code.startsWith("#![cfg(")) {
        whole = condition(code, "#![cfg(");
        continue;
      }
      String condition = condition(code, "#[cfg(");
      pending = condition != null ? condition : pending;
      if (mentions(code, crate)) {
        Block around = blocks.peek();
        references.add(
            new Reference(
                file,
                number,
                pending != null ? pending : around != null ? around.condition : whole));
      }
      int before = depth;
      depth += braces(code);
      while (!blocks.isEmpty() && depth <= blocks.peek().depth) {
        blocks.pop();
      }
      if (pending != null && depth > before) {
        blocks.push(new Block(pending, before));
        pending = null;
      } else if (!code.isEmpty() && !code.startsWith("#[") || code.endsWith(";")) {
        pending = null;
      }
    }
  }

  /** {@return how many more blocks a line opens than it closes, what stands in quotes left out} */
  private static int braces(String code) {
    int depth = 0;
    boolean quoted = false;
    for (int i = 0; i < code.length(); i++) {
      char c = code.charAt(i);
      if (c == '"' && (i == 0 || code.charAt(i - 1) != '\\')) {
        quoted = !quoted;
      } else if (!quoted) {
        boolean character = i > 0 && code.charAt(i - 1) == '\'';
        depth += character ? 0 : c == '{' ? 1 : c == '}' ? -1 : 0;
      }
    }
    return depth;
  }

  private static @Nullable String condition(String code, String start) {
    int at = code.indexOf(start);
    if (at < 0) {
      return null;
    }
    int depth = 0;
    for (int i = at; i < code.length(); i++) {
      char c = code.charAt(i);
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (c == ']' && depth == 0) {
        return code.substring(at, i + 1);
      }
    }
    return code.substring(at);
  }

  /** Whether a line names the crate as a path does: {@code use crate…}, or {@code crate::…}. */
  private static boolean mentions(String code, String crate) {
    boolean imports = imports(code);
    int at = code.indexOf(crate);
    while (at >= 0) {
      int end = at + crate.length();
      boolean before = at == 0 || !identifier(code.charAt(at - 1));
      boolean behind = end == code.length() || !identifier(code.charAt(end));
      if (before && behind && (imports || code.startsWith("::", end))) {
        return true;
      }
      at = code.indexOf(crate, at + 1);
    }
    return false;
  }

  private static boolean imports(String code) {
    int use = code.indexOf("use ");
    int extern = code.indexOf("extern crate ");
    return (use >= 0 && (use == 0 || !identifier(code.charAt(use - 1))))
        || (extern >= 0 && (extern == 0 || !identifier(code.charAt(extern - 1))));
  }

  private static boolean identifier(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }
}
