package dev.binspect.start.linux;

import dev.binspect.start.Run;
import dev.binspect.start.Run.Ending;
import dev.binspect.start.Run.Milestone;
import dev.binspect.start.Run.Step;
import dev.binspect.start.Run.StepKind;
import dev.binspect.start.Tracer.Detail;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One run in progress: follows the process from its launcher's stop to its entry point. */
final class Observation {
  private static final int AT_BASE = 7;
  private static final int AT_ENTRY = 9;
  private static final int RT_CONSISTENT = 0;
  private static final int RT_ADD = 1;

  /** Processes and threads a program may start on its way before it is given up. */
  private static final int MOST_OTHERS = 1000;

  private static final long PAGE = 4096;

  /** Resume with no signal; {@link #GONE}: nothing is left to resume. */
  private static final int NO_SIGNAL = 0;

  private static final int GONE = -1;

  private final LinuxTracer session;
  private final Tracee tracee;
  private final Detail detail;
  private final int pid;

  private final long[] cpu = Run.unseen();
  private final long[] wall = Run.unseen();
  private final List<Step> steps = new ArrayList<>();
  private final List<Long> protectedAt = new ArrayList<>();
  private final List<String> incidents = new ArrayList<>();

  /** Processes and threads besides the program's first, as far as they live. */
  private final Set<Integer> others = new HashSet<>();

  /** All processes the program ever started. */
  private final Set<Integer> children = new HashSet<>();

  /** Constructors with a breakpoint: address to object. */
  private final Map<Long, String> constructors = new HashMap<>();

  private final Map<Long, Long> originals = new HashMap<>();
  private final Set<Long> patchedPages = new HashSet<>();

  private boolean gone;
  private boolean executed;
  private boolean mapped;
  private long cpuAtCall;
  private long wallHeldSince;
  private long wallRunning;

  /** What the stops so far cost the process. */
  private long cpuOverhead;

  private long wallOverhead;
  private long now;
  private long entry;
  private long loaderBase;
  private long rendezvousAt;
  private long debug;
  private ProcFiles.@Nullable Faults faultsAtCall;
  private @Nullable Run result;

  Observation(LinuxTracer session, Detail detail, int pid) {
    this.session = session;
    this.tracee = session.tracee;
    this.detail = detail;
    this.pid = pid;
  }

  /** Follows the process, which stands at its launcher's breakpoint, and ends it. */
  Run follow() {
    faultsAtCall = session.files.faults(pid);
    cpuAtCall = tracee.cpuNanos(pid);
    cpu[Milestone.CALL.at()] = 0;
    wall[Milestone.CALL.at()] = 0;
    go(pid, NO_SIGNAL);
    while (true) {
      int tid = session.await();
      if (tid == pid) {
        now = System.nanoTime();
        wallRunning += now - wallHeldSince;
      }
      if (tid < 0) {
        return failed(Ending.NOT_TRACED, -tid);
      }
      int status = session.status();
      int signal = tid == pid ? handle(status) : handleOther(tid, status);
      Run ended = result;
      if (ended != null) {
        return ended;
      }
      if (signal != GONE) {
        go(tid, signal);
      }
    }
  }

  /** Ends what is left of the process and of all it started. */
  void end() {
    if (!gone) {
      Libc.kill(pid, Libc.SIGKILL);
    }
    for (int other : others) {
      Libc.kill(other, Libc.SIGKILL);
    }
    while (session.await() > 0) {
      // Killed processes pass by once more each; new ones come traced and die with the rest.
      int status = session.status();
      if ((status & 0xff) == 0x7f) {
        Libc.kill(session.awaited(), Libc.SIGKILL);
        tracee.resume(session.awaited(), NO_SIGNAL);
      }
    }
    session.reapOrphans(children);
  }

  private void go(int tid, int signal) {
    if (tid == pid) {
      wallHeldSince = System.nanoTime();
    }
    tracee.resume(tid, signal);
  }

  /** {@return the signal to resume with, or {@link #GONE}} */
  private int handle(int status) {
    if ((status & 0x7f) == 0) {
      gone = true;
      int code = status >> 8 & 0xff;
      result = failed(executed ? Ending.EXITED : Ending.NOT_EXECUTED, code);
      return GONE;
    }
    if ((status & 0xff) != 0x7f) {
      gone = true;
      boolean late = session.timedOut();
      result = failed(late ? Ending.TIMED_OUT : Ending.KILLED, status & 0x7f);
      return GONE;
    }
    switch (status >> 16) {
      case Tracee.EVENT_EXEC -> executed();
      case Tracee.EVENT_SECCOMP -> called();
      case Tracee.EVENT_FORK, Tracee.EVENT_VFORK -> started("starts another process", pid);
      case Tracee.EVENT_CLONE -> started("starts a thread or process", pid);
      case 0 -> {
        return signalled(status >> 8 & 0xff);
      }
      default -> {}
    }
    return NO_SIGNAL;
  }

  private int handleOther(int tid, int status) {
    if ((status & 0xff) != 0x7f) {
      others.remove(tid);
      return GONE;
    }
    others.add(tid);
    int event = status >> 16;
    if (event == Tracee.EVENT_FORK || event == Tracee.EVENT_VFORK || event == Tracee.EVENT_CLONE) {
      started("starts another process", tid);
    }
    int signal = event == 0 ? status >> 8 & 0xff : NO_SIGNAL;
    if (signal == Libc.SIGTRAP && tracee.readRegisters(tid) && isOurs(tracee.trapAddress())) {
      // A copy of the program came as far as a breakpoint: it would run the program itself.
      Libc.kill(tid, Libc.SIGKILL);
      return NO_SIGNAL;
    }
    return isStop(signal) ? NO_SIGNAL : signal;
  }

  private boolean isOurs(long address) {
    return address == entry || address == rendezvousAt || constructors.containsKey(address);
  }

  private void started(String what, int by) {
    incident(what);
    int child = tracee.eventPid(by);
    if (child > 0) {
      others.add(child);
      children.add(child);
    }
    if (others.size() > MOST_OTHERS) {
      result = failed(Ending.TIMED_OUT, 0);
    }
    session.expectOrphans();
  }

  private static boolean isStop(int signal) {
    return signal == Libc.SIGSTOP
        || signal == Libc.SIGTSTP
        || signal == Libc.SIGTTIN
        || signal == Libc.SIGTTOU;
  }

  private int signalled(int signal) {
    if (signal != Libc.SIGTRAP) {
      if (isStop(signal)) {
        incident("stops itself");
        return NO_SIGNAL;
      }
      return signal;
    }
    if (!tracee.readRegisters(pid)) {
      return signal;
    }
    long address = tracee.trapAddress();
    if (!executed || !isOurs(address)) {
      incident("traps into a debugger");
      return signal; // a breakpoint of the program's own: it may have a handler for it
    }
    if (address == entry) {
      reached();
    } else if (address == rendezvousAt) {
      listChanged();
      cpuOverhead += session.trapCpu;
      wallOverhead += session.trapWall;
      tracee.returnFromFunction(pid);
    } else {
      String object = constructors.remove(address);
      step(StepKind.CONSTRUCT, object == null ? "" : object);
      cpuOverhead += session.trapCpu;
      wallOverhead += session.trapWall;
      unpatch(address);
      tracee.jump(pid, address);
    }
    return NO_SIGNAL;
  }

  private void executed() {
    if (executed) {
      result = failed(Ending.EXECUTED_ANOTHER, 0);
      return;
    }
    executed = true;
    pass(Milestone.EXEC);
    cpuOverhead += session.trapCpu;
    wallOverhead += session.trapWall;
    String refusal = session.check(pid);
    if (refusal != null) {
      incident(refusal);
      result = failed(Ending.OTHER_FILE, 0);
      return;
    }
    byte[] auxv = session.files.read(pid, "auxv");
    if (auxv == null || auxv.length == 0) {
      result = failed(Ending.NOT_TRACED, Libc.EACCES);
      return;
    }
    entry = ProcFiles.auxiliary(auxv, AT_ENTRY);
    loaderBase = ProcFiles.auxiliary(auxv, AT_BASE);
    if (loaderBase == 0) {
      cpu[Milestone.ENTRY.at()] = cpu[Milestone.EXEC.at()];
      wall[Milestone.ENTRY.at()] = wall[Milestone.EXEC.at()];
      finish();
      return;
    }
    if (!patch(entry)) {
      result = failed(Ending.NOT_TRACED, Libc.EPERM);
      return;
    }
    Rendezvous rendezvous = session.rendezvous(pid, loaderBase);
    if (rendezvous != null) {
      rendezvousAt = loaderBase + rendezvous.function();
      patch(rendezvousAt);
    }
  }

  /** The loader called the function that debuggers wait at. */
  private void listChanged() {
    Rendezvous rendezvous = session.rendezvous(pid, loaderBase);
    if (rendezvous == null || cpu[Milestone.CONSISTENT.at()] != Run.UNSEEN) {
      return; // a constructor loads more
    }
    debug = LinkMap.debug(tracee, pid, loaderBase, rendezvous);
    int state = debug == 0 ? RT_CONSISTENT : LinkMap.state(tracee, pid, debug);
    if (state == RT_ADD) {
      pass(Milestone.ADD);
    } else if (state == RT_CONSISTENT) {
      pass(Milestone.CONSISTENT);
      if (detail == Detail.LIBRARIES && debug != 0) {
        watchConstructors();
      }
    }
  }

  private void watchConstructors() {
    int memory = tracee.openMemory(pid);
    if (memory < 0) {
      return;
    }
    try {
      List<LinkMap.Entry> entries = LinkMap.entries(tracee, memory, debug);
      // The first is the program, whose constructors run after its entry point.
      for (LinkMap.Entry object : entries.subList(Math.min(1, entries.size()), entries.size())) {
        long address = LinkMap.firstConstructor(tracee, memory, object);
        if (address != 0 && !isOurs(address) && patch(address)) {
          constructors.put(address, object.name());
        }
      }
    } finally {
      Libc.close(memory);
    }
  }

  /** A system call that the filter stops at. */
  private void called() {
    if (!tracee.readRegisters(pid)) {
      return;
    }
    long number = tracee.callNumber();
    Cpu machine = session.cpu;
    boolean loading = executed && cpu[Milestone.CONSISTENT.at()] == Run.UNSEEN;
    if (number == machine.setTidAddress && loading && !mapped) {
      mapped = true;
      pass(Milestone.MAPPED);
    } else if (number == machine.mprotect && loading) {
      protectedAt.add(tracee.firstArgument());
      step(StepKind.PROTECT, "");
    } else if ((number == machine.openat || number == machine.open) && loading) {
      long path = number == machine.openat ? tracee.secondArgument() : tracee.firstArgument();
      int memory = tracee.openMemory(pid);
      step(StepKind.OPEN, memory < 0 ? "" : LinkMap.string(tracee, memory, path));
      Libc.close(memory);
    }
    cpuOverhead += session.callCpu;
    wallOverhead += session.callWall;
  }

  private void pass(Milestone milestone) {
    int i = milestone.at();
    if (cpu[i] == Run.UNSEEN) {
      cpu[i] = cpuNow();
      wall[i] = Math.max(0, wallRunning - wallOverhead);
    }
  }

  private long cpuNow() {
    return Math.max(0, tracee.cpuNanos(pid) - cpuAtCall - cpuOverhead);
  }

  private void step(StepKind kind, String object) {
    steps.add(new Step(kind, object, cpuNow()));
  }

  private void incident(String what) {
    if (!incidents.contains(what)) {
      incidents.add(what);
    }
  }

  private void reached() {
    pass(Milestone.ENTRY);
    finish();
  }

  private void finish() {
    ProcFiles.Faults before = faultsAtCall;
    ProcFiles.Faults after = session.files.faults(pid);
    long major = -1;
    long all = -1;
    if (before != null && after != null) {
      major = after.major() - before.major();
      all = after.minor() - before.minor() + major;
    }
    long dirty = -1;
    List<String> objects = List.of();
    if (detail != Detail.PLAIN) {
      objects = objects();
      dirty = session.files.privateDirty(pid);
      if (dirty >= 0) {
        dirty = Math.max(0, dirty - PAGE * patchedPages.size());
      }
    }
    result =
        new Run(
            Ending.ENTRY,
            0,
            cpu,
            wall,
            all,
            major,
            dirty,
            objects,
            namedSteps(objects),
            List.copyOf(incidents));
  }

  private List<String> objects() {
    List<String> paths = new ArrayList<>();
    int memory = debug == 0 ? -1 : tracee.openMemory(pid);
    if (memory >= 0) {
      for (LinkMap.Entry object : LinkMap.entries(tracee, memory, debug)) {
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

  /** The objects behind the addresses that were made read-only. */
  private List<Step> namedSteps(List<String> objects) {
    if (steps.isEmpty()) {
      return List.of();
    }
    List<ProcFiles.Mapping> mappings =
        protectedAt.isEmpty() ? List.of() : session.files.mappings(pid);
    Step[] named = steps.toArray(new Step[0]);
    int n = 0;
    for (int i = 0; i < named.length; i++) {
      if (named[i].kind() == StepKind.PROTECT) {
        String file = owner(mappings, protectedAt.get(n++));
        named[i] = new Step(StepKind.PROTECT, session.loaderName(file, objects), named[i].cpu());
      }
    }
    return List.copyOf(Arrays.asList(named));
  }

  private static String owner(List<ProcFiles.Mapping> mappings, long address) {
    for (ProcFiles.Mapping mapping : mappings) {
      if (address >= mapping.from() && address < mapping.to()) {
        return mapping.path();
      }
    }
    return "";
  }

  private boolean patch(long address) {
    long at = address & -8;
    int shift = (int) (address - at) * 8;
    Long before = originals.get(at);
    long word = before != null ? before : tracee.peek(pid, at);
    originals.putIfAbsent(at, word);
    patchedPages.add(address / PAGE);
    return tracee.poke(pid, at, session.cpu.withBreakpoint(word, shift));
  }

  private void unpatch(long address) {
    long at = address & -8;
    Long word = originals.get(at);
    if (word != null) {
      tracee.poke(pid, at, word);
    }
  }

  private Run failed(Ending ending, int code) {
    return Run.failed(ending, code, incidents);
  }
}
