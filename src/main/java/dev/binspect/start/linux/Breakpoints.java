package dev.binspect.start.linux;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The breakpoints of one traced process: where they stand, and what stood there before. */
final class Breakpoints {
  private static final long PAGE = 4096;
  private static final int WORD = 8;

  private final Tracee tracee;
  private final Cpu machine;
  private final int pid;

  /** By the address of the word: what it held. */
  private final Map<Long, Long> originals = new HashMap<>();

  private final Set<Long> addresses = new HashSet<>();
  private final Set<Long> pages = new HashSet<>();

  Breakpoints(Tracee tracee, Cpu machine, int pid) {
    this.tracee = tracee;
    this.machine = machine;
    this.pid = pid;
  }

  /** {@return whether it could be set} */
  boolean set(long address) {
    long at = address & -WORD;
    int shift = (int) (address - at) * 8;
    // Of the word as it is: another breakpoint may stand in it.
    long word = tracee.peek(pid, at);
    originals.putIfAbsent(at, word);
    pages.add(address / PAGE);
    addresses.add(address);
    return tracee.poke(pid, at, machine.withBreakpoint(word, shift));
  }

  /**
   * Sets a breakpoint at a function's first instruction, in place of all the function does: the
   * process returns from it when it is resumed, and no register is to be read or written for that.
   *
   * @return whether it could be set so; else nothing was changed
   */
  boolean setReturning(long address) {
    long at = address & -WORD;
    int shift = (int) (address - at) * 8;
    if (!machine.returnsAfterBreakpoint()
        || shift + 8 * machine.returnSize() > 8 * WORD
        || originals.containsKey(at)) {
      return false;
    }
    long word = tracee.peek(pid, at);
    originals.put(at, word);
    pages.add(address / PAGE);
    addresses.add(address);
    return tracee.poke(pid, at, machine.withReturn(word, shift, true));
  }

  /** From now on a function that {@link #setReturning} changed returns without a stop. */
  void pass(long address) {
    Long original = originals.get(address & -WORD);
    if (original != null && addresses.remove(address)) {
      int shift = (int) (address & WORD - 1) * 8;
      tracee.poke(pid, address & -WORD, machine.withReturn(original, shift, false));
    }
  }

  /** Puts back what stood there, and sets the others in the same word again. */
  void remove(long address) {
    addresses.remove(address);
    long at = address & -WORD;
    Long original = originals.get(at);
    if (original == null) {
      return;
    }
    long word = original;
    for (long other : addresses) {
      if ((other & -WORD) == at) {
        word = machine.withBreakpoint(word, (int) (other - at) * 8);
      }
    }
    tracee.poke(pid, at, word);
  }

  boolean at(long address) {
    return addresses.contains(address);
  }

  /** {@return bytes of memory that are private to the process because of the breakpoints alone} */
  long dirtyBytes() {
    return PAGE * pages.size();
  }
}
