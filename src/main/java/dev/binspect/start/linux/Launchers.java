package dev.binspect.start.linux;

import dev.binspect.start.Tracer;
import java.io.IOException;

/** The launchers of one session: they differ in the system calls that stop for the tracer. */
final class Launchers implements AutoCloseable {
  private final AnonymousFile unfiltered;

  /** Stops at set_tid_address: glibc has mapped all libraries then. */
  private final AnonymousFile mapped;

  /** And where a library is opened, and where its relocated data become read-only. */
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

  AnonymousFile forRuns(Tracer.Detail detail) {
    if (!filters || detail == Tracer.Detail.PLAIN) {
      return unfiltered;
    }
    return detail == Tracer.Detail.LIBRARIES ? libraries : mapped;
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
