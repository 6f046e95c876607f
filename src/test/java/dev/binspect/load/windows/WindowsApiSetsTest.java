package dev.binspect.load.windows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The three layouts of the API set map, byte by byte. */
class WindowsApiSetsTest {
  private final ByteBuffer b = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);

  private WindowsApiSetsTest words(int at, int... words) {
    for (int i = 0; i < words.length; i++) {
      b.putInt(at + 4 * i, words[i]);
    }
    return this;
  }

  private WindowsApiSetsTest text(int at, String text) {
    b.put(at, text.getBytes(StandardCharsets.UTF_16LE));
    return this;
  }

  private WindowsApiSets read() throws MalformedException {
    return WindowsApiSets.read(Bytes.of("apisetschema.dll", b.array()));
  }

  @Test
  void sinceWindows10TheVersionBehindTheLastHyphenDoesNotCount() throws MalformedException {
    text(0x80, "api-ms-win-core-x-l1-1-0");
    text(0xc0, "kernelbase.dll");
    text(0xe0, "special.dll");
    text(0x100, "asker.dll");
    // Header, one entry, two values: the usual host, and another for asker.dll.
    words(0, 6, 512, 0, 1, 28, 0, 31);
    words(28, 0, 0x80, 48, 44, 0x40, 2);
    words(0x40, 0, 0, 0, 0xc0, 28, 0, 0x100, 18, 0xe0, 22);
    WindowsApiSets sets = read();
    assertThat(sets.host("api-ms-win-core-x-l1-1-7.dll", "app.exe")).isEqualTo("kernelbase.dll");
    assertThat(sets.host("api-ms-win-core-x-l1-1-0.dll", "asker.dll")).isEqualTo("special.dll");
    assertThat(sets.host("api-ms-win-core-x-l2-1-0.dll", "app.exe")).isNull();
  }

  @Test
  void windows81HoldsNamesWithoutTheirPrefix() throws MalformedException {
    text(0x80, "ms-win-core-x-l1-1-0");
    text(0xc0, "kernelbase.dll");
    words(0, 4, 512, 0, 1);
    words(16, 0, 0x80, 40, 0x80, 40, 0x40);
    words(0x40, 0, 1, 0, 0, 0, 0xc0, 28);
    assertThat(read().host("api-ms-win-core-x-l1-1-0.dll", "app.exe")).isEqualTo("kernelbase.dll");
  }

  @Test
  void windows7HoldsShorterRows() throws MalformedException {
    text(0x80, "MS-Win-Core-X-L1-1-0");
    text(0xc0, "kernel32.dll");
    words(0, 2, 1, 0x80, 40, 0x40);
    words(0x40, 1, 0, 0, 0xc0, 24);
    WindowsApiSets sets = read();
    assertThat(sets.host("api-ms-win-core-x-l1-1-0.dll", "app.exe")).isEqualTo("kernel32.dll");
    assertThat(sets.host("api-ms-win-core-y-l1-1-0.dll", "app.exe")).isNull();
  }

  @Test
  void aContractWithoutAHostIsKnownAndEmpty() throws MalformedException {
    text(0x80, "ext-ms-win-x-l1-1-0");
    words(0, 6, 512, 0, 1, 28, 0, 31);
    words(28, 0, 0x80, 38, 34, 0x40, 1);
    words(0x40, 0, 0, 0, 0, 0);
    assertThat(read().host("ext-ms-win-x-l1-1-0.dll", "app.exe")).isEmpty();
  }
}
