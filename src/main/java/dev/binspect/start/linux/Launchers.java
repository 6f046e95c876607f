package dev.binspect.start.linux;

import java.io.IOException;

/** The launchers of one session: they differ in the system calls that stop for the tracer. */
final class Launchers implements AutoCloseable {
  /** Where a run stops besides its breakpoints. */
  enum Calls {
    /** At set_tid_address: glibc has mapped all libraries then. */
    MAPPED,
    /** And where a library is opened, and where its relocated data become read-only. */
    LIBRARIES
  }

  private final AnonymousFile unfiltered;
  private final AnonymousFile mapped;
  private final AnonymousFile libraries;
  private boolean filters = true;

  Launchers(Cpu cpu) throws IOException {
    int parent = Libc.getpid();
    unfiltered = AnonymousFile.of(Launcher.launcher(cpu, parent));
    mapped = AnonymousFile.of(Launcher.launcher(cpu, parent, cpu.setTidAddress));
    libraries =
        AnonymousFile.of(
            cpu.open < 0
                ? Launcher.launcher(cpu, parent, cpu.setTidAddress, cpu.mprotect, cpu.openat)
                : Launcher.launcher(
                    cpu, parent, cpu.setTidAddress, cpu.mprotect, cpu.openat, cpu.open));
  }

  AnonymousFile stoppingAt(Calls calls) {
    if (!filters) {
      return unfiltered;
    }
    return calls == Calls.LIBRARIES ? libraries : mapped;
  }

  boolean withFilter() {
    return filters;
  }

  /** From now on the launchers stop at no call. */
  void giveFiltersUp() {
    filters = false;
  }

  @Override
  public void close() {
    unfiltered.close();
    mapped.close();
    libraries.close();
  }
}
