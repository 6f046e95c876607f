package dev.binspect.start.linux;

import dev.binspect.start.Run;
import dev.binspect.start.Run.Ending;
import dev.binspect.start.Run.Milestone;
import dev.binspect.start.Run.Step;
import dev.binspect.start.Tracer.Detail;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One run in progress: follows the process from its launcher's stop to its entry point. */
final class Observation {
  private static final int AT_BASE = 7;
  private static final int AT_ENTRY = 9;
  private static final int RT_CONSISTENT = 0;
  private static final int RT_ADD = 1;

  /** Resume with no signal; {@link #GONE}: nothing is left to resume. */
  private static final int NO_SIGNAL = 0;

  private static final int GONE = -1;

  private final LinuxTracer session;
  private final Tracee tracee;
  private final Detail detail;
  private final int pid;
  private final Clocks clocks;
  private final Breakpoints breakpoints;
  private final Offspring offspring;

  private final LibrarySteps steps;
  private final List<String> incidents = new ArrayList<>();

  private boolean returns;
  private boolean gone;
  private boolean executed;
  private long entry;
  private long loaderBase;
  private long rendezvousAt;
  private long debug;
  private ProcFiles.@Nullable Faults faultsAtCall;
  private ProcFiles.@Nullable Faults faultsAtEntry;
  private long instructionsAtCall;
  private long cpuAtEntry = -1;
  private @Nullable Run result;

  Observation(LinuxTracer session, Detail detail, int pid) {
    this.session = session;
    this.tracee = session.tracee;
    this.detail = detail;
    this.pid = pid;
    this.clocks = new Clocks(session, pid);
    this.breakpoints = new Breakpoints(tracee, session.cpu, pid);
    this.offspring = new Offspring(session);
    this.steps = new LibrarySteps(session, pid, clocks, breakpoints);
  }

  /** Follows the process, which stands at its launcher's breakpoint, and ends it. */
  Run follow() {
    faultsAtCall = session.files.faults(pid);
    session.precedence.first(pid);
    instructionsAtCall = session.counter.begin(pid);
    clocks.begin();
    go(pid, NO_SIGNAL);
    while (true) {
      int tid = session.await();
      if (tid == pid) {
        clocks.stopped();
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
    session.counter.end();
    if (!gone) {
      Libc.kill(pid, Libc.SIGKILL);
    }
    offspring.end();
  }

  /**
   * {@return the run with what the kernel tells of a process that is gone} Of one that stood at its
   * entry point and was killed there: no page is touched from then on. What processes used that it
   * started and waited for would count as its end. To be asked after {@link #end}.
   */
  Run ended(Run run) {
    ResourceUsage whole = session.endedUsage();
    if (cpuAtEntry < 0 || whole == null) {
      return run;
    }
    ProcFiles.Faults before = faultsAtCall;
    ProcFiles.Faults after = faultsAtEntry;
    if (after == null && offspring.none()) {
      after = new ProcFiles.Faults(whole.minorFaults(), whole.majorFaults());
    }
    long major = before == null || after == null ? -1 : after.major() - before.major();
    long all = before == null || after == null ? -1 : after.minor() - before.minor() + major;
    long exit =
        run.incidents().contains(Run.STARTS_PROCESS)
            ? Run.UNSEEN
            : Math.max(0, whole.cpuNanos() - cpuAtEntry - session.costs.trapCpu());
    return run.ended(exit, all, major);
  }

  private void go(int tid, int signal) {
    if (tid == pid) {
      clocks.resumed();
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
      case Tracee.EVENT_FORK, Tracee.EVENT_VFORK -> started(Run.STARTS_PROCESS, pid);
      case Tracee.EVENT_CLONE -> started(Run.STARTS_THREAD, pid);
      case 0 -> {
        return signalled(status >> 8 & 0xff);
      }
      default -> {}
    }
    return NO_SIGNAL;
  }

  private int handleOther(int tid, int status) {
    if ((status & 0xff) != 0x7f) {
      offspring.ended(tid);
      return GONE;
    }
    offspring.seen(tid);
    int event = status >> 16;
    if (event == Tracee.EVENT_FORK || event == Tracee.EVENT_VFORK) {
      started(Run.STARTS_PROCESS, tid);
    } else if (event == Tracee.EVENT_CLONE) {
      started(Run.STARTS_THREAD, tid);
    }
    int signal = event == 0 ? status >> 8 & 0xff : NO_SIGNAL;
    if (signal == Libc.SIGTRAP
        && tracee.readRegisters(tid)
        && breakpoints.at(tracee.trapAddress())) {
      // A copy of the program came as far as a breakpoint: it would run the program itself.
      Libc.kill(tid, Libc.SIGKILL);
      return NO_SIGNAL;
    }
    return isStop(signal) ? NO_SIGNAL : signal;
  }

  private void started(String what, int by) {
    incident(what);
    session.threadsSeen();
    if (offspring.born(by)) {
      result = failed(Ending.TIMED_OUT, 0);
    }
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
    if (!executed || !breakpoints.at(address)) {
      incident("traps into a debugger");
      return signal; // a breakpoint of the program's own: it may have a handler for it
    }
    if (address == entry) {
      clocks.pass(Milestone.ENTRY);
      finish();
    } else if (address == rendezvousAt) {
      listChanged();
      clocks.trapped();
      if (detail == Detail.PLAIN && clocks.passed(Milestone.ADD) && !session.startsThreads()) {
        letPass(); // each stop more disturbs
      }
      if (!returns) {
        tracee.returnFromFunction(pid);
      }
    } else {
      steps.constructorCalled(address);
    }
    return NO_SIGNAL;
  }

  private void executed() {
    if (executed) {
      result = failed(Ending.EXECUTED_ANOTHER, 0);
      return;
    }
    executed = true;
    clocks.pass(Milestone.EXEC);
    clocks.trapped();
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
      clocks.entryIsExec();
      finish();
      return;
    }
    if (!breakpoints.set(entry)) {
      result = failed(Ending.NOT_TRACED, Libc.EPERM);
      return;
    }
    Rendezvous rendezvous = session.rendezvous(pid, loaderBase);
    if (rendezvous != null) {
      rendezvousAt = loaderBase + rendezvous.function();
      returns = breakpoints.setReturning(rendezvousAt);
      if (!returns) {
        breakpoints.set(rendezvousAt);
      }
    }
  }

  /** From now on the loader tells of its list without a stop. */
  private void letPass() {
    if (returns) {
      breakpoints.pass(rendezvousAt);
    } else {
      breakpoints.remove(rendezvousAt);
    }
  }

  /**
   * {@return whether the loader is at the program's objects} glibc loads auditors (DT_AUDIT)
   * before, each into a list of its own, and tells of those as well.
   */
  private boolean began() {
    Rendezvous rendezvous = session.rendezvous(pid, loaderBase);
    return rendezvous == null || rendezvous.onceOnly() || clocks.passed(Milestone.ADD);
  }

  /** The loader called the function that debuggers wait at. */
  private void listChanged() {
    Rendezvous rendezvous = session.rendezvous(pid, loaderBase);
    if (rendezvous == null || clocks.passed(Milestone.CONSISTENT)) {
      return; // a constructor loads more
    }
    debug = LinkMap.debug(tracee, pid, loaderBase, rendezvous);
    int state = debug == 0 ? RT_CONSISTENT : LinkMap.state(tracee, pid, debug);
    if (state == RT_ADD) {
      clocks.pass(Milestone.ADD);
    } else if (state == RT_CONSISTENT && began()) {
      clocks.pass(Milestone.CONSISTENT);
      if (session.startsThreads()) {
        session.precedence.anywhere(pid); // its constructors may ask how many processors there are
      }

      if (detail == Detail.LIBRARIES && debug != 0) {
        steps.watchConstructors(debug);
      }
    }
  }

  /** A system call that the filter stops at. */
  private void called() {
    boolean loading = executed && !clocks.passed(Milestone.CONSISTENT) && began();
    if (detail != Detail.LIBRARIES) {
      if (loading) {
        clocks.pass(Milestone.MAPPED); // no other call stops such a run: see Launchers
      }
      clocks.called();
      return;
    }
    if (!tracee.readRegisters(pid)) {
      return;
    }
    long number = tracee.callNumber();
    if (number == session.cpu.setTidAddress && loading) {
      clocks.pass(Milestone.MAPPED);
    } else if (loading) {
      steps.called(number);
    }
    clocks.called();
  }

  private void incident(String what) {
    if (!incidents.contains(what)) {
      incidents.add(what);
    }
  }

  private void finish() {
    cpuAtEntry = tracee.cpuNanos(pid);
    long instructions = session.counter.since(instructionsAtCall);
    if (!offspring.none()) {
      // At its end the kernel would add those of the children that it waited for.
      faultsAtEntry = session.files.faults(pid);
    }
    long dirty = -1;
    List<String> objects = List.of();
    List<Step> named = List.of();
    if (detail == Detail.CENSUS || detail == Detail.LIBRARIES) {
      Census census = new Census(session, pid);
      objects = census.objects(debug);
      dirty = census.dirtyBytes(breakpoints);
      named = steps.named(census, objects);
    }
    result =
        new Run(
            Ending.ENTRY,
            0,
            clocks.cpu(),
            clocks.wall(),
            -1,
            -1,
            dirty,
            instructions,
            -1,
            objects,
            named,
            List.copyOf(incidents));
  }

  private Run failed(Ending ending, int code) {
    return Run.failed(ending, code, incidents);
  }
}
