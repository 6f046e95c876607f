package dev.binspect.load.dyld;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text stubs that SDKs hold instead of libraries: version 4 and older ones are YAML,
 * version 5 is JSON (LLVM's TextAPI).
 */
final class TextStubReader {
  private final String machine;
  private final @Nullable String platform;

  private TextStubReader(String machine, @Nullable String platform) {
    this.machine = machine;
    this.platform = platform;
  }

  /**
   * {@return the stub's first library as far as it is for a machine and platform, or null where it
   * is for others or is no stub}
   *
   * @param machine as in {@code Image.machine}
   * @param platform as in {@code MachoTables.platform}; null takes any
   */
  static @Nullable TextStub read(byte[] content, String machine, @Nullable String platform) {
    TextStubReader reader = new TextStubReader(arch(machine), platform(platform));
    String text = new String(content, StandardCharsets.UTF_8);
    if (text.stripLeading().startsWith("{")) {
      try {
        return reader.json(TextStubJson.read(text));
      } catch (IOException e) {
        return null;
      }
    }
    return reader.yaml(TextStubYaml.documents(text));
  }

  private static String arch(String machine) {
    return switch (machine) {
      case "x86-64" -> "x86_64";
      case "aarch64" -> "arm64";
      default -> machine;
    };
  }

  private static @Nullable String platform(@Nullable String name) {
    return "mac-catalyst".equals(name) ? "maccatalyst" : name;
  }

  private @Nullable TextStub yaml(List<Map<String, Object>> documents) {
    TextStub main = null;
    Map<String, TextStub> inlined = new HashMap<>();
    for (Map<String, Object> document : documents) {
      if (!mine(document)) {
        continue;
      }
      TextStub stub = yaml(document, main == null ? inlined : Map.of());
      if (main == null) {
        main = stub;
      } else {
        inlined.put(stub.installName(), stub);
      }
    }
    return main;
  }

  private TextStub yaml(Map<String, Object> document, Map<String, TextStub> inlined) {
    Set<String> symbols = new HashSet<>();
    Set<String> libraries = new HashSet<>();
    for (Map<String, Object> entry : entries(document, "reexported-libraries")) {
      if (mine(entry)) {
        libraries.addAll(texts(entry, "libraries"));
      }
    }
    for (String section : List.of("exports", "reexports")) {
      for (Map<String, Object> entry : entries(document, section)) {
        if (!mine(entry)) {
          continue;
        }
        libraries.addAll(texts(entry, "re-exports"));
        for (String key :
            List.of("symbols", "weak-symbols", "weak-def-symbols", "thread-local-symbols")) {
          symbols.addAll(texts(entry, key));
        }
        objectiveC(symbols, texts(entry, "objc-classes"), "objc-classes");
        objectiveC(symbols, texts(entry, "objc-eh-types"), "objc-eh-types");
        objectiveC(symbols, texts(entry, "objc-ivars"), "objc-ivars");
      }
    }
    return new TextStub(
        document.get("install-name") instanceof String name ? name : "",
        symbols,
        libraries,
        inlined);
  }

  private @Nullable TextStub json(Map<String, Object> root) {
    if (!(root.get("main_library") instanceof Map<?, ?> main) || !jsonMine(main)) {
      return null;
    }
    Map<String, TextStub> inlined = new HashMap<>();
    if (root.get("libraries") instanceof List<?> others) {
      for (Object other : others) {
        if (other instanceof Map<?, ?> library && jsonMine(library)) {
          TextStub stub = jsonLibrary(library, Map.of());
          inlined.put(stub.installName(), stub);
        }
      }
    }
    return jsonLibrary(main, inlined);
  }

  private boolean jsonMine(Map<?, ?> library) {
    if (!(library.get("target_info") instanceof List<?> infos)) {
      return true;
    }
    for (Object info : infos) {
      if (info instanceof Map<?, ?> map && map.get("target") instanceof String target) {
        if (mine(target)) {
          return true;
        }
      }
    }
    return false;
  }

  private TextStub jsonLibrary(Map<?, ?> library, Map<String, TextStub> inlined) {
    Set<String> symbols = new HashSet<>();
    Set<String> libraries = new HashSet<>();
    String name = "";
    for (Map<String, Object> entry : entries(library, "install_names")) {
      if (name.isEmpty() && entry.get("name") instanceof String text) {
        name = text;
      }
    }
    for (Map<String, Object> entry : entries(library, "reexported_libraries")) {
      if (mine(entry)) {
        libraries.addAll(texts(entry, "names"));
      }
    }
    for (String section : List.of("exported_symbols", "reexported_symbols")) {
      for (Map<String, Object> entry : entries(library, section)) {
        if (!mine(entry)) {
          continue;
        }
        for (String segment : List.of("data", "text")) {
          if (entry.get(segment) instanceof Map<?, ?> kinds) {
            for (String kind : List.of("global", "weak", "thread_local")) {
              symbols.addAll(texts(kinds, kind));
            }
            objectiveC(symbols, texts(kinds, "objc_class"), "objc-classes");
            objectiveC(symbols, texts(kinds, "objc_eh_type"), "objc-eh-types");
            objectiveC(symbols, texts(kinds, "objc_ivar"), "objc-ivars");
          }
        }
      }
    }
    return new TextStub(name, symbols, libraries, inlined);
  }

  /** Stubs name classes; the libraries export what the compiler makes of them. */
  private static void objectiveC(Set<String> symbols, List<String> names, String key) {
    for (String name : names) {
      switch (key) {
        case "objc-classes" -> {
          symbols.add("_OBJC_CLASS_$_" + name);
          symbols.add("_OBJC_METACLASS_$_" + name);
        }
        case "objc-eh-types" -> symbols.add("_OBJC_EHTYPE_$_" + name);
        default -> symbols.add("_OBJC_IVAR_$_" + name);
      }
    }
  }

  /** {@return whether an entry is for the machine and platform; one that names none is for all} */
  private boolean mine(Map<String, Object> entry) {
    List<String> targets = texts(entry, "targets");
    List<String> archs = texts(entry, "archs");
    if (targets.isEmpty() && archs.isEmpty()) {
      return true;
    }
    for (String target : targets) {
      if (mine(target)) {
        return true;
      }
    }
    for (String arch : archs) {
      if (mineArch(arch)) {
        return true;
      }
    }
    return false;
  }

  private boolean mine(String target) {
    int dash = target.indexOf('-');
    if (dash < 0) {
      return mineArch(target);
    }
    return mineArch(target.substring(0, dash))
        && (platform == null
            || platform.equals(target.substring(dash + 1).toLowerCase(Locale.ROOT)));
  }

  private boolean mineArch(String arch) {
    return arch.equals(machine)
        || (machine.equals("arm64") && arch.equals("arm64e"))
        || (machine.equals("x86_64") && arch.equals("x86_64h"));
  }

  private static List<Map<String, Object>> entries(Map<?, ?> map, String key) {
    if (!(map.get(key) instanceof List<?> list)) {
      return List.of();
    }
    List<Map<String, Object>> out = new java.util.ArrayList<>();
    for (Object item : list) {
      if (item instanceof Map<?, ?> entry) {
        Map<String, Object> copy = new HashMap<>();
        for (Map.Entry<?, ?> e : entry.entrySet()) {
          Object value = e.getValue();
          if (value != null) {
            copy.put(String.valueOf(e.getKey()), value);
          }
        }
        out.add(copy);
      }
    }
    return out;
  }

  private static List<String> texts(Map<?, ?> map, String key) {
    if (!(map.get(key) instanceof List<?> list)) {
      return List.of();
    }
    List<String> out = new java.util.ArrayList<>(list.size());
    for (Object item : list) {
      if (item instanceof String text) {
        out.add(text);
      }
    }
    return out;
  }
}
