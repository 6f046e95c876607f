package dev.binspect.tradeoff;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.binspect.tradeoff.CargoMetadata.CargoPackage;
import dev.binspect.tradeoff.CargoMetadata.Target;
import dev.binspect.tradeoff.Wrapper.Candidate;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The wrapper in the project for good, and out again.
 *
 * <p>Every change is an insertion whose text is written down, with the file's checksums before and
 * after, before the first file is changed: whatever interrupts, {@link #undo} knows what to do.
 * Each file is replaced in one step.
 */
final class Installation {
  private static final String RECORD = "undo.json";

  /**
   * One insertion.
   *
   * @param file relative to the workspace
   * @param before SHA-256 of the file as it was
   * @param text what was inserted
   * @param at offset in bytes
   */
  private record Insertion(Path file, String before, byte[] text, int at) {}

  private Installation() {}

  /**
   * Writes the wrapper into a workspace.
   *
   * @param workspace the user's folder
   * @param mirror the copy's folder of the same workspace
   * @param wrapped what the wrapper holds, with the copy's paths
   * @return the files written and changed, relative to the workspace
   */
  static List<Path> install(
      Path workspace, Path mirror, CargoPackage program, List<Candidate> wrapped)
      throws IOException, TradeoffException {
    Path folder = workspace.resolve(Wrapper.PACKAGE);
    if (Files.exists(folder)) {
      throw new TradeoffException(folder + " is there already: --undo first");
    }
    Map<Path, Insertion> insertions = new LinkedHashMap<>();
    Path manifest = mirror.relativize(program.manifest());
    Path own = manifest.getParent() == null ? Path.of("") : manifest.getParent();
    String way = own.relativize(Path.of(Wrapper.PACKAGE)).toString();
    append(
        insertions,
        workspace,
        manifest,
        text -> Wrapper.declaration(Wrapper.newline(text), way.isEmpty() ? "." : way));
    for (Target target : Prepared.programs(program)) {
      Path source = mirror.relativize(target.source());
      if (!insertions.containsKey(source)) {
        append(
            insertions,
            workspace,
            source,
            text -> Wrapper.reference(Wrapper.newline(text), target.edition()));
      }
    }
    exclude(insertions, workspace);
    Path unfinished = workspace.resolve("." + Wrapper.PACKAGE + ".new");
    WorkspaceCopy.delete(unfinished);
    Files.createDirectories(unfinished);
    Files.writeString(
        unfinished.resolve("Cargo.toml"),
        Wrapper.manifest(wrapped, mirror.resolve(Wrapper.PACKAGE)));
    Files.writeString(unfinished.resolve("lib.rs"), Wrapper.source(wrapped));
    Path lock = workspace.resolve("Cargo.lock");
    if (Files.exists(lock)) {
      Files.copy(lock, unfinished.resolve("Cargo.lock.before"));
    }
    Files.writeString(unfinished.resolve(RECORD), record(insertions));
    Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    List<Path> changed = new ArrayList<>();
    changed.add(Path.of(Wrapper.PACKAGE));
    for (Insertion insertion : insertions.values()) {
      Path file = workspace.resolve(insertion.file());
      replace(file, inserted(Files.readAllBytes(file), insertion));
      changed.add(insertion.file());
    }
    return changed;
  }

  private interface Text {
    String of(String file);
  }

  private static void append(Map<Path, Insertion> insertions, Path workspace, Path file, Text text)
      throws IOException {
    byte[] now = Files.readAllBytes(workspace.resolve(file));
    String added = text.of(new String(now, StandardCharsets.UTF_8));
    insertions.put(
        file, new Insertion(file, sha256(now), added.getBytes(StandardCharsets.UTF_8), now.length));
  }

  /**
   * Keeps the wrapper from being a member: {@code cargo build --workspace} would build it with
   * libstd inside, which the programs have too, and rustc refuses that.
   */
  private static void exclude(Map<Path, Insertion> insertions, Path workspace)
      throws IOException, TradeoffException {
    Path root = Path.of("Cargo.toml");
    byte[] bytes = Files.readAllBytes(workspace.resolve(root));
    // one byte a character: offsets are the file's
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int at = -1;
    String added = "";
    boolean inWorkspace = false;
    int position = 0;
    for (String line : text.split("(?<=\n)", -1)) {
      String bare = line.strip();
      int end = position + line.length();
      if (bare.startsWith("[")) {
        inWorkspace = bare.startsWith("[workspace]");
        if (inWorkspace) {
          at = end;
          String newline = Wrapper.newline(text);
          added =
              (line.endsWith("\n") ? "" : newline)
                  + "exclude = ["
                  + Wrapper.string(Wrapper.PACKAGE)
                  + "]"
                  + newline;
        }
      } else if (inWorkspace && bare.matches("exclude\\s*=\\s*\\[.*")) {
        at = position + line.indexOf('[') + 1;
        added = Wrapper.string(Wrapper.PACKAGE) + ", ";
        if (bare.matches("exclude\\s*=\\s*\\[\\s*].*")) {
          added = Wrapper.string(Wrapper.PACKAGE);
        }
        break;
      } else if (at < 0
          && !text.contains("[package]")
          && bare.matches("workspace(\\.\\w+)?\\s*=.*")) {
        throw new TradeoffException(
            "Cargo.toml writes its workspace as an inline table: exclude the wrapper by hand");
      }
      position = end;
    }
    if (at < 0) {
      return;
    }
    Insertion other = insertions.get(root);
    byte[] text2 = added.getBytes(StandardCharsets.UTF_8);
    if (other == null) {
      insertions.put(root, new Insertion(root, sha256(bytes), text2, at));
      return;
    }
    // the root is the program's own package as well: two insertions, the end's after this one
    Insertion first = new Insertion(root, sha256(bytes), text2, at);
    insertions.put(Path.of("Cargo.toml#exclude"), first);
    byte[] once = inserted(bytes, first);
    insertions.remove(root);
    insertions.put(root, new Insertion(root, sha256(once), other.text(), once.length));
  }

  private static byte[] inserted(byte[] before, Insertion insertion) {
    byte[] after = new byte[before.length + insertion.text().length];
    System.arraycopy(before, 0, after, 0, insertion.at());
    System.arraycopy(insertion.text(), 0, after, insertion.at(), insertion.text().length);
    System.arraycopy(
        before,
        insertion.at(),
        after,
        insertion.at() + insertion.text().length,
        before.length - insertion.at());
    return after;
  }

  private static String record(Map<Path, Insertion> insertions) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.useDefaultPrettyPrinter();
      json.writeStartArray();
      for (Insertion insertion : insertions.values()) {
        json.writeStartObject();
        json.writeStringField("file", insertion.file().toString());
        json.writeStringField("before", insertion.before());
        json.writeNumberField("at", insertion.at());
        json.writeStringField("text", HexFormat.of().formatHex(insertion.text()));
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    return text.toString() + "\n";
  }

  /**
   * Takes the wrapper out.
   *
   * @return files restored
   * @throws TradeoffException if there is none, or a file was changed where it was inserted; then
   *     nothing was done
   */
  static List<Path> undo(Path workspace) throws IOException, TradeoffException {
    Path folder = workspace.resolve(Wrapper.PACKAGE);
    Path recorded = folder.resolve(RECORD);
    if (!Files.isRegularFile(recorded)) {
      throw new TradeoffException(folder + ": no wrapper of --init stands there");
    }
    List<Insertion> insertions = new ArrayList<>();
    for (JsonTree each : JsonTree.of(Files.readString(recorded)).items()) {
      insertions.add(
          new Insertion(
              Path.of(each.get("file").text("")),
              each.get("before").text(""),
              HexFormat.of().parseHex(each.get("text").text("")),
              (int) each.get("at").number(0)));
    }
    // the last insertion first: the offsets of those before it are right then
    Map<Path, byte[]> restored = new LinkedHashMap<>();
    for (Insertion insertion : insertions.reversed()) {
      Path file = workspace.resolve(insertion.file()).normalize();
      if (!file.startsWith(workspace)) {
        throw new TradeoffException(recorded + " names a file outside of the workspace");
      }
      byte[] now = restored.containsKey(file) ? restored.get(file) : read(file);
      byte[] without = now == null ? null : without(now, insertion);
      if (without == null) {
        throw new TradeoffException(
            insertion.file() + " was changed where the wrapper is named: take it out by hand");
      }
      restored.put(file, without);
    }
    Path lock = workspace.resolve("Cargo.lock");
    byte[] lockNow = read(lock);
    if (lockNow != null) {
      byte[] without =
          withoutWrapper(new String(lockNow, StandardCharsets.UTF_8))
              .getBytes(StandardCharsets.UTF_8);
      restored.put(lock, without);
    }
    List<Path> changed = new ArrayList<>();
    for (Map.Entry<Path, byte[]> entry : restored.entrySet()) {
      if (!java.util.Arrays.equals(read(entry.getKey()), entry.getValue())) {
        replace(entry.getKey(), entry.getValue());
        changed.add(workspace.relativize(entry.getKey()));
      }
    }
    WorkspaceCopy.delete(folder);
    return changed;
  }

  private static byte @Nullable [] read(Path file) throws IOException {
    return Files.isRegularFile(file) ? Files.readAllBytes(file) : null;
  }

  /** {@return the file as it was, or null if the inserted text is not found in one place} */
  private static byte @Nullable [] without(byte[] now, Insertion insertion) {
    if (sha256(now).equals(insertion.before())) {
      // never inserted: an interrupt came first
      return now;
    }
    int at = insertion.at();
    if (!found(now, insertion.text(), at)) {
      at = -1;
      for (int i = 0; i + insertion.text().length <= now.length; i++) {
        if (found(now, insertion.text(), i)) {
          if (at >= 0) {
            return null;
          }
          at = i;
        }
      }
    }
    if (at < 0) {
      return null;
    }
    byte[] before = new byte[now.length - insertion.text().length];
    System.arraycopy(now, 0, before, 0, at);
    System.arraycopy(now, at + insertion.text().length, before, at, before.length - at);
    return before;
  }

  private static boolean found(byte[] in, byte[] text, int at) {
    return at >= 0
        && at + text.length <= in.length
        && java.util.Arrays.equals(in, at, at + text.length, text, 0, text.length);
  }

  /** {@return a lock file without the wrapper's entry, and without it in the program's list} */
  static String withoutWrapper(String lock) {
    String newline = Wrapper.newline(lock);
    StringBuilder out = new StringBuilder(lock.length());
    String[] blocks = lock.split("(?=\\[\\[package]])", -1);
    for (String block : blocks) {
      if (block.startsWith("[[package]]" + newline + "name = \"" + Wrapper.PACKAGE + "\"")) {
        continue;
      }
      String less = block.replace(" \"" + Wrapper.PACKAGE + "\"," + newline, "");
      if (!less.equals(block)) {
        less = less.replace("dependencies = [" + newline + "]" + newline, "");
      }
      out.append(less);
    }
    // the wrapper's may have been the last: then one blank line too many is left
    String text = out.toString();
    return text.endsWith(newline + newline) && !lock.endsWith(newline + newline)
        ? text.substring(0, text.length() - newline.length())
        : text;
  }

  private static void replace(Path file, byte[] content) throws IOException {
    Path real = file.toRealPath();
    Path unfinished = real.resolveSibling("." + real.getFileName() + ".binspect");
    Files.copy(
        real, unfinished, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    Files.write(unfinished, content);
    Files.move(
        unfinished, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of()
          .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(content));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
