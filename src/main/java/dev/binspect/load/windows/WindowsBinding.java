package dev.binspect.load.windows;

import dev.binspect.image.PeTables;
import dev.binspect.load.Binding;
import dev.binspect.load.LoadPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fills import address tables: who answers each import, through forwarders. */
final class WindowsBinding {
  /** Hops of a forwarder; real ones take three (contract, kernel32, kernelbase, ntdll). */
  private static final int FORWARDERS = 32;

  private final WindowsModules modules;
  private final Binding.@Nullable Sink sink;
  private final List<LoadPlan.Undefined> undefined = new ArrayList<>();
  private final Map<String, Map<String, long[]>> pairs = new LinkedHashMap<>();
  private boolean undefinedCut;

  WindowsBinding(WindowsModules modules, Binding.@Nullable Sink sink) {
    this.modules = modules;
    this.sink = sink;
  }

  List<LoadPlan.Undefined> undefined() {
    return undefined;
  }

  /** {@return whether more functions are undefined than are listed} */
  boolean undefinedCut() {
    return undefinedCut;
  }

  List<LoadPlan.Pair> pairs() {
    List<LoadPlan.Pair> list = new ArrayList<>();
    for (Map.Entry<String, Map<String, long[]>> from : pairs.entrySet()) {
      for (Map.Entry<String, long[]> to : from.getValue().entrySet()) {
        list.add(new LoadPlan.Pair(from.getKey(), to.getKey(), to.getValue()[0], to.getValue()[1]));
      }
    }
    return list;
  }

  /** Looks up every import of the module; a forwarder may load further ones. */
  void bind(WindowsModule module) {
    PeTables tables = module.tables();
    if (tables == null) {
      return;
    }
    for (PeTables.Import entry : tables.imports()) {
      if (entry.delayed()) {
        continue;
      }
      module.lookups++;
      WindowsModule target = modules.find(entry.library(), module, false, null);
      if (target == null) {
        continue; // told as missing
      }
      String symbol =
          entry.name() != null
              ? entry.name()
              : WindowsNames.file(entry.library()) + "#" + entry.ordinal();
      resolve(module, target, symbol, entry.name(), entry.ordinal());
    }
  }

  /** Finds the module that answers, through forwarders. */
  private void resolve(
      WindowsModule asking,
      WindowsModule target,
      String symbol,
      @Nullable String name,
      int ordinal) {
    int probes = 0;
    WindowsModule module = target;
    while (probes < FORWARDERS) {
      probes++;
      if (!module.readable()) {
        bound(asking, module, symbol, probes); // nothing says that it does not answer
        return;
      }
      PeTables.Export export = module.export(name, ordinal);
      if (export == null) {
        break;
      }
      String forwarder = export.forwarder();
      if (forwarder == null) {
        bound(asking, module, symbol, probes);
        return;
      }
      int dot = forwarder.lastIndexOf('.');
      if (dot <= 0) {
        break;
      }
      name = forwarder.substring(dot + 1);
      if (name.startsWith("#")) {
        ordinal = number(name);
        name = null;
      }
      WindowsModule next = modules.find(forwarder.substring(0, dot), module, false, null);
      if (next == null) {
        break;
      }
      module = next;
    }
    asking.probes += probes;
    if (undefined.size() < LoadPlan.MOST_UNDEFINED) {
      undefined.add(new LoadPlan.Undefined(symbol, "", asking.path));
    } else {
      undefinedCut = true;
    }
  }

  private static int number(String ordinal) {
    int value = 0;
    for (int i = 1; i < ordinal.length() && value < 1 << 20; i++) {
      int digit = ordinal.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private void bound(WindowsModule from, WindowsModule to, String symbol, int probes) {
    from.probes += probes;
    Map<String, long[]> answers = pairs.get(from.path);
    if (answers == null) {
      answers = new LinkedHashMap<>();
      pairs.put(from.path, answers);
    }
    long[] pair = answers.get(to.path);
    if (pair == null) {
      pair = new long[2];
      answers.put(to.path, pair);
    }
    pair[0]++;
    pair[1] += probes;
    if (sink != null) {
      sink.accept(new Binding(from.path, to.path, symbol, "", "normal", probes, false));
    }
  }
}
