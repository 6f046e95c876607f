package dev.binspect.start.linux;

import com.sun.jna.Memory;
import java.util.ArrayList;
import java.util.List;

/** A NULL-terminated array of strings, as execve takes them. */
final class Arguments implements AutoCloseable {
  private final List<Memory> strings = new ArrayList<>();
  private final Memory array;

  /**
   * @param spare bytes of one more string at the end, which {@link #pad} fills
   */
  Arguments(List<String> texts, int spare) {
    array = new Memory(8L * (texts.size() + 2));
    int at = 0;
    for (String text : texts) {
      Memory string = Libc.string(text);
      strings.add(string);
      array.setPointer(8L * at++, string);
    }
    if (spare > 0) {
      Memory string = new Memory(spare + 1L);
      string.setMemory(0, spare, (byte) 'x');
      string.setByte(spare, (byte) 0);
      byte[] name = PADDING.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      string.write(0, name, 0, name.length);
      strings.add(string);
      array.setPointer(8L * at++, string);
    }
    array.setPointer(8L * at, null);
  }

  private static final String PADDING = "BINSPECT_PADDING=";

  /** Shortens or lengthens the spare string to {@code length} bytes beyond its name. */
  void pad(int length) {
    Memory spare = strings.getLast();
    long end = spare.size() - 1;
    spare.setMemory(PADDING.length(), end - PADDING.length(), (byte) 'x');
    spare.setByte(Math.min(end, PADDING.length() + (long) length), (byte) 0);
  }

  long address() {
    return Libc.address(array);
  }

  @Override
  public void close() {
    array.close();
    for (Memory string : strings) {
      string.close();
    }
  }
}
