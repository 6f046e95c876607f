package dev.binspect.start.linux;

import com.sun.jna.Memory;

/**
 * Starts processes with no terminal, no input, no output and default signals: whatever a
 * constructor does stays there.
 */
final class Spawner implements AutoCloseable {
  private static final short FLAGS = 0x80 | 8 | 4; // SETSID, SETSIGMASK, SETSIGDEF

  private final Memory actions = new Memory(512);
  private final Memory attributes = new Memory(1024);
  private final Memory spawned = new Memory(8);
  private final Memory nullDevice = Libc.string("/dev/null");

  Spawner() {
    Libc.posix_spawn_file_actions_init(Libc.address(actions));
    long device = Libc.address(nullDevice);
    Libc.posix_spawn_file_actions_addopen(Libc.address(actions), 0, device, 0, 0);
    Libc.posix_spawn_file_actions_addopen(Libc.address(actions), 1, device, Libc.O_WRONLY, 0);
    Libc.posix_spawn_file_actions_addopen(Libc.address(actions), 2, device, Libc.O_WRONLY, 0);
    Libc.posix_spawnattr_init(Libc.address(attributes));
    try (Memory none = new Memory(128);
        Memory all = new Memory(128)) {
      none.clear();
      all.setMemory(0, 8, (byte) 0xff);
      all.setMemory(8, 120, (byte) 0);
      Libc.posix_spawnattr_setsigmask(Libc.address(attributes), Libc.address(none));
      Libc.posix_spawnattr_setsigdefault(Libc.address(attributes), Libc.address(all));
    }
    Libc.posix_spawnattr_setflags(Libc.address(attributes), FLAGS);
  }

  /** {@return 0 or errno} */
  int spawn(AnonymousFile program, Arguments arguments, Arguments environment) {
    return Libc.posix_spawn(
        Libc.address(spawned),
        program.path(),
        Libc.address(actions),
        Libc.address(attributes),
        arguments.address(),
        environment.address());
  }

  /** {@return the process spawned last} */
  int pid() {
    return spawned.getInt(0);
  }

  @Override
  public void close() {
    Libc.posix_spawn_file_actions_destroy(Libc.address(actions));
  }
}
