package dev.binspect.rust;

import dev.binspect.image.Door;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The units a program was built from, by Cargo's fingerprints: each names the fingerprints of the
 * units it depends on, so the very graph of this build can be walked.
 */
public final class CargoUnits {
  private static final int MAX_FINGERPRINT = 1 << 22;
  private static final int MAX_UNITS = 50_000;

  /**
   * One library that the program was built with.
   *
   * @param name crate name as its dependents write it
   * @param target crate name of its library target
   * @param hash of the unit, part of its files' names
   * @param dependents the units that depend on it directly, as their files in {@code deps} are
   *     called ({@code app-8ca5555b4577849b})
   */
  public record Unit(String name, String target, String hash, List<String> dependents) {}

  private record Place(String folder, String kind, String target, String hash) {}

  private final CargoFolder folder;
  private final Door door;
  private final Map<Long, Place> places = new HashMap<>();
  private final List<Unit> units = new ArrayList<>();
  private final List<String> scriptOutputs = new ArrayList<>();
  private List<String> rustflags = List.of();
  private String features = "";
  private boolean known;

  private CargoUnits(CargoFolder folder, Door door) {
    this.folder = folder;
    this.door = door;
  }

  /** Reads the graph below the program's unit. */
  public static CargoUnits of(CargoFolder folder, Door door) {
    CargoUnits graph = new CargoUnits(folder, door);
    graph.read();
    return graph;
  }

  /** {@return whether the program's own fingerprint was found} */
  public boolean known() {
    return known;
  }

  /** {@return the libraries in the graph; build scripts and what only they need are left out} */
  public List<Unit> units() {
    return units;
  }

  /** {@return the flags that the program's unit was compiled with} */
  public List<String> rustflags() {
    return rustflags;
  }

  /** {@return the features of the program's package, as the fingerprint writes them} */
  public String features() {
    return features;
  }

  /** {@return the files with what the build scripts of these units told Cargo} */
  public List<String> scriptOutputs() {
    return scriptOutputs;
  }

  private void read() {
    if (folder.unit() == null) {
      return;
    }
    CargoFingerprint program = index(folder.unit());
    if (program == null) {
      return;
    }
    known = true;
    rustflags = program.rustflags();
    features = program.features();
    Map<String, Unit> byHash = new HashMap<>();
    Set<Long> seen = new HashSet<>();
    ArrayDeque<Map.Entry<String, CargoFingerprint>> queue = new ArrayDeque<>();
    queue.add(Map.entry(folder.program().replace('-', '_') + "-" + folder.unit(), program));
    while (!queue.isEmpty() && seen.size() < MAX_UNITS) {
      Map.Entry<String, CargoFingerprint> next = queue.remove();
      CargoFingerprint from = next.getValue();
      for (int i = 0; i < from.dependencies().size(); i++) {
        Place place = places.get(from.dependencies().get(i));
        if (place == null) {
          continue;
        }
        boolean first = seen.add(from.dependencies().get(i));
        if (place.kind.equals("run-build-script")) {
          if (first) {
            scriptOutputs.add(scriptOutput(place));
          }
          continue;
        }
        if (!place.kind.equals("lib")) {
          continue;
        }
        Unit unit = byHash.get(place.hash);
        if (unit == null) {
          unit = new Unit(from.names().get(i), place.target, place.hash, new ArrayList<>());
          byHash.put(place.hash, unit);
          units.add(unit);
        }
        unit.dependents.add(next.getKey());
        if (first && !procMacro(place)) {
          CargoFingerprint of = fingerprint(place.folder + "/lib-" + place.target + ".json");
          if (of != null) {
            queue.add(Map.entry(place.target.replace('-', '_') + "-" + place.hash, of));
          }
        }
      }
    }
  }

  private String scriptOutput(Place place) {
    String above = CargoFolder.parent(place.folder);
    if (CargoFolder.name(place.folder).equals("fingerprint")) {
      return above + "/output";
    }
    return folder.build() + "/build/" + CargoFolder.name(place.folder) + "/output";
  }

  /**
   * A proc macro's dependencies end up in the compiler, not in the program. What tells it from a
   * dylib stands in the library itself.
   */
  private boolean procMacro(Place place) {
    String file = DylibFiles.hashed(folder, place.target, place.hash, door);
    return file != null && DylibFiles.kind(file, door) == DylibFiles.Kind.PROC_MACRO;
  }

  /** Reads where every unit's fingerprint stands; {@return that of the program's unit, or null} */
  private @Nullable CargoFingerprint index(String program) {
    String fingerprints = folder.build() + "/.fingerprint";
    @Nullable CargoFingerprint found = null;
    for (String unit : door.list(fingerprints)) {
      CargoFingerprint own = indexUnit(fingerprints + "/" + unit, hashOf(unit), program);
      found = own != null ? own : found;
    }
    if (found == null) {
      for (String packageName : door.list(folder.build() + "/build")) {
        String units = folder.build() + "/build/" + packageName;
        for (String hash : door.list(units)) {
          if (CargoFolder.isHash(hash)) {
            CargoFingerprint own = indexUnit(units + "/" + hash + "/fingerprint", hash, program);
            found = own != null ? own : found;
          }
        }
      }
    }
    return found;
  }

  private @Nullable CargoFingerprint indexUnit(String at, String hash, String program) {
    @Nullable CargoFingerprint own = null;
    for (String file : door.list(at)) {
      if (hash.equals(program) && file.endsWith(".json")) {
        CargoFingerprint read = fingerprint(at + "/" + file);
        boolean named =
            file.substring(0, file.length() - 5)
                .replace('-', '_')
                .endsWith("_" + folder.program().replace('-', '_'));
        if (read != null && (own == null || named)) {
          own = read;
        }
      }
      @Nullable String kind = null;
      if (file.startsWith("lib-")) {
        kind = "lib";
      } else if (file.startsWith("run-build-script")) {
        kind = "run-build-script";
      }
      if (kind == null || file.endsWith(".json") || places.size() >= MAX_UNITS) {
        continue;
      }
      byte[] content = door.content(at + "/" + file, 64);
      if (content != null && content.length == 16) {
        Long value = littleEndianHex(content);
        if (value != null) {
          places.put(value, new Place(at, kind, file.substring(kind.length() + 1), hash));
        }
      }
    }
    return own;
  }

  private static String hashOf(String unit) {
    return unit.substring(unit.lastIndexOf('-') + 1);
  }

  private static @Nullable Long littleEndianHex(byte[] digits) {
    long value = 0;
    for (int i = 14; i >= 0; i -= 2) {
      int high = Character.digit(digits[i], 16);
      int low = Character.digit(digits[i + 1], 16);
      if (high < 0 || low < 0) {
        return null;
      }
      value = value << 8 | high << 4 | low;
    }
    return value;
  }

  private @Nullable CargoFingerprint fingerprint(String path) {
    byte[] content = door.content(path, MAX_FINGERPRINT);
    return content == null ? null : CargoFingerprint.parse(content);
  }

  /**
   * What build scripts told the linker.
   *
   * @param libraries names asked for dynamically or without saying how
   * @param staticLibraries names asked for as archives
   * @param searched folders named with {@code rustc-link-search}
   */
  public record LinkInstructions(
      List<String> libraries, List<String> staticLibraries, List<String> searched) {}

  /** {@return what the build scripts of the program's units told the linker} */
  public LinkInstructions linkInstructions() {
    List<String> libraries = new ArrayList<>();
    List<String> archives = new ArrayList<>();
    List<String> searched = new ArrayList<>();
    for (String path : scriptOutputs) {
      byte[] content = door.content(path, MAX_FINGERPRINT);
      if (content == null) {
        continue;
      }
      for (String line : Lines.of(new String(content, StandardCharsets.UTF_8))) {
        String value = instruction(line, "rustc-link-lib=");
        if (value != null) {
          library(value, libraries, archives);
        }
        value = instruction(line, "rustc-link-search=");
        if (value != null) {
          int equals = value.indexOf('=');
          searched.add(value.substring(equals + 1).strip());
        }
      }
    }
    return new LinkInstructions(libraries, archives, searched);
  }

  private static @Nullable String instruction(String line, String key) {
    for (String prefix : new String[] {"cargo::", "cargo:"}) {
      if (line.startsWith(prefix) && line.startsWith(key, prefix.length())) {
        return line.substring(prefix.length() + key.length());
      }
    }
    return null;
  }

  /** {@code [KIND[:MODIFIERS]=]NAME[:RENAME]}. */
  private static void library(String value, List<String> libraries, List<String> archives) {
    int equals = value.indexOf('=');
    String kind = equals < 0 ? "" : value.substring(0, equals);
    int colon = kind.indexOf(':');
    kind = colon < 0 ? kind : kind.substring(0, colon);
    String name = value.substring(equals + 1).strip();
    int rename = name.indexOf(':');
    name = rename < 0 ? name : name.substring(rename + 1);
    if (kind.equals("static")) {
      archives.add(name);
    } else if (kind.isEmpty() || kind.equals("dylib")) {
      libraries.add(name);
    }
  }
}
