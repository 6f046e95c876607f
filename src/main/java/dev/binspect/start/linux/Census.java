package dev.binspect.start.linux;

import dev.binspect.start.Run.Step;
import dev.binspect.start.Run.StepKind;
import java.util.ArrayList;
import java.util.List;

/** What the loader and the kernel tell of a process that stands at its entry point. */
final class Census {
  private final LinuxTracer session;
  private final int pid;

  Census(LinuxTracer session, int pid) {
    this.session = session;
    this.pid = pid;
  }

  /**
   * {@return paths of the objects, in the order of loading}
   *
   * @param debug address of r_debug, 0 where there is none: then the mappings tell
   */
  List<String> objects(long debug) {
    List<String> paths = new ArrayList<>();
    int memory = debug == 0 ? -1 : session.tracee.openMemory(pid);
    if (memory >= 0) {
      for (LinkMap.Entry object : LinkMap.entries(session.tracee, memory, debug)) {
        if (object.name().indexOf('/') >= 0) {
          paths.add(object.name());
        } else if (paths.isEmpty() && object.name().isEmpty()) {
          paths.add(session.program(pid));
        }
      }
      Libc.close(memory);
    }
    if (paths.isEmpty()) {
      for (ProcFiles.Mapping mapping : session.files.mappings(pid)) {
        if (!paths.contains(mapping.path())) {
          paths.add(mapping.path());
        }
      }
    }
    return List.copyOf(paths);
  }

  /** {@return private dirty memory without the breakpoints' pages, -1 where it cannot be had} */
  long dirtyBytes(Breakpoints breakpoints) {
    long dirty = session.files.privateDirty(pid);
    return dirty < 0 ? -1 : Math.max(0, dirty - breakpoints.dirtyBytes());
  }

  /**
   * {@return the steps with the objects behind the addresses that were made read-only}
   *
   * @param protectedAt the addresses, one for each {@link StepKind#PROTECT}
   */
  List<Step> named(List<Step> steps, List<Long> protectedAt, List<String> objects) {
    if (protectedAt.isEmpty()) {
      return List.copyOf(steps);
    }
    List<ProcFiles.Mapping> mappings = session.files.mappings(pid);
    List<Step> named = new ArrayList<>(steps.size());
    int n = 0;
    for (Step step : steps) {
      if (step.kind() == StepKind.PROTECT) {
        String file = owner(mappings, protectedAt.get(n++));
        named.add(new Step(StepKind.PROTECT, session.loaderName(file, objects), step.cpu()));
      } else {
        named.add(step);
      }
    }
    return List.copyOf(named);
  }

  private static String owner(List<ProcFiles.Mapping> mappings, long address) {
    for (ProcFiles.Mapping mapping : mappings) {
      if (address >= mapping.from() && address < mapping.to()) {
        return mapping.path();
      }
    }
    return "";
  }
}
