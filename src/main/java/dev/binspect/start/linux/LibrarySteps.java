package dev.binspect.start.linux;

import dev.binspect.start.Run.Step;
import dev.binspect.start.Run.StepKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run at {@link dev.binspect.start.Tracer.Detail#LIBRARIES} sees on its way: libraries
 * opened, their relocated data made read-only, their first constructors called.
 */
final class LibrarySteps {
  private final Tracee tracee;
  private final Cpu cpu;
  private final int pid;
  private final Clocks clocks;
  private final Breakpoints breakpoints;
  private final List<Step> steps = new ArrayList<>();
  private final List<Long> protectedAt = new ArrayList<>();

  /** Constructors with a breakpoint: address to object. */
  private final Map<Long, String> constructors = new HashMap<>();

  LibrarySteps(LinuxTracer session, int pid, Clocks clocks, Breakpoints breakpoints) {
    this.tracee = session.tracee;
    this.cpu = session.cpu;
    this.pid = pid;
    this.clocks = clocks;
    this.breakpoints = breakpoints;
  }

  /**
   * The process stopped at a system call of the loader's; its registers were read.
   *
   * @param number of the call
   */
  void called(long number) {
    if (number == cpu.mprotect) {
      protectedAt.add(tracee.firstArgument());
      step(StepKind.PROTECT, "");
    } else if (number == cpu.openat || number == cpu.open) {
      long path = number == cpu.openat ? tracee.secondArgument() : tracee.firstArgument();
      int memory = tracee.openMemory(pid);
      step(StepKind.OPEN, memory < 0 ? "" : LinkMap.string(tracee, memory, path));
      Libc.close(memory);
    }
  }

  /**
   * Everything is relocated: from now on stops at each library's first constructor.
   *
   * @param debug address of r_debug
   */
  void watchConstructors(long debug) {
    int memory = tracee.openMemory(pid);
    if (memory < 0) {
      return;
    }
    try {
      List<LinkMap.Entry> entries = LinkMap.entries(tracee, memory, debug);
      // The first is the program, whose constructors run after its entry point.
      for (LinkMap.Entry object : entries.subList(Math.min(1, entries.size()), entries.size())) {
        long address = LinkMap.firstConstructor(tracee, memory, object);
        if (address != 0 && !breakpoints.at(address) && breakpoints.set(address)) {
          constructors.put(address, object.name());
        }
      }
    } finally {
      Libc.close(memory);
    }
  }

  /** The process stopped at a constructor's breakpoint; it goes on without. */
  void constructorCalled(long address) {
    String object = constructors.remove(address);
    step(StepKind.CONSTRUCT, object == null ? "" : object);
    clocks.trapped();
    breakpoints.remove(address);
    tracee.jump(pid, address);
  }

  private void step(StepKind kind, String object) {
    steps.add(new Step(kind, object, clocks.now()));
  }

  /** {@return the steps in order, with the objects that the census knows by their addresses} */
  List<Step> named(Census census, List<String> objects) {
    return census.named(steps, protectedAt, objects);
  }
}
