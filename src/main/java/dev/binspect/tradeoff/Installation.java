package dev.binspect.tradeoff;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.binspect.json.JsonTree;
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
        text -> Wrapper.declaration(text, way.isEmpty() ? "." : way));
    for (Target target : Prepared.programs(program)) {
      Path source = mirror.relativize(target.source());
      if (!insertions.containsKey(source)) {
        append(insertions, workspace, source, Wrapper::reference);
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
      replace(file, insertion.into(Files.readAllBytes(file)));
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
    insertions.put(file, Insertion.of(file, now, added, now.length));
  }

  private static void exclude(Map<Path, Insertion> insertions, Path workspace)
      throws IOException, TradeoffException {
    Path root = WorkspaceRoot.MANIFEST;
    byte[] now = Files.readAllBytes(workspace.resolve(root));
    Insertion first = WorkspaceRoot.exclusion(now);
    if (first == null) {
      return;
    }
    Insertion other = insertions.remove(root);
    if (other == null) {
      insertions.put(root, first);
      return;
    }
    // the root is the program's own package as well: two insertions, the end's after this one
    insertions.put(Path.of("Cargo.toml#exclude"), first);
    byte[] once = first.into(now);
    insertions.put(
        root,
        Insertion.of(root, once, new String(other.text(), StandardCharsets.UTF_8), once.length));
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
      byte[] without = now == null ? null : insertion.outOf(now);
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
          LockFile.withoutWrapper(new String(lockNow, StandardCharsets.UTF_8))
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

  private static void replace(Path file, byte[] content) throws IOException {
    Path real = file.toRealPath();
    Path unfinished = real.resolveSibling("." + real.getFileName() + ".binspect");
    Files.copy(
        real, unfinished, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    Files.write(unfinished, content);
    Files.move(
        unfinished, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
