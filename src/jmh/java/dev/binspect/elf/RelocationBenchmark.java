package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Image;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A million relocations of a table, as a big program has them: nearly all relative, in the order of
 * their places.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgs = {"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RelocationBenchmark {
  private static final int ENTRIES = 1_000_000;
  private static final int TABLE = 0x1000;
  private static final long DATA = 0x1000_0000;

  /** One entry of so many asks for a symbol. */
  @Param({"0", "10"})
  public int symbolic;

  private Path file;

  @Setup
  public void write() throws IOException {
    ByteBuffer out = ByteBuffer.allocate(TABLE + ENTRIES * 24).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
    out.putShort(16, (short) 3).putShort(18, (short) 62).putInt(20, 1);
    out.putLong(32, 64).putShort(52, (short) 64).putShort(54, (short) 56).putShort(56, (short) 3);
    segment(out, 64, 1, 4, 0, 0, out.capacity());
    segment(out, 120, 1, 6, 0, DATA, 0);
    out.putLong(120 + 40, 8L * ENTRIES);
    segment(out, 176, 2, 6, 0x200, 0x200, 7 * 16);
    long[] dynamic = {7, TABLE, 8, 24L * ENTRIES, 9, 24, 5, 0x400, 10, 16, 6, 0x500, 0, 0};
    for (int i = 0; i < dynamic.length; i++) {
      out.putLong(0x200 + i * 8, dynamic[i]);
    }
    for (int i = 0; i < ENTRIES; i++) {
      int at = TABLE + i * 24;
      boolean asks = symbolic != 0 && i % symbolic == 0;
      out.putLong(at, DATA + i * 8L).putLong(at + 8, asks ? 1L << 32 | 1 : 8).putLong(at + 16, i);
    }
    file = Files.createTempFile("relocations", ".so");
    Files.write(file, out.array());
  }

  private static void segment(
      ByteBuffer out, int at, int type, int flags, long offset, long address, long size) {
    out.putInt(at, type).putInt(at + 4, flags).putLong(at + 8, offset).putLong(at + 16, address);
    out.putLong(at + 32, size).putLong(at + 40, size).putLong(at + 48, 4096);
  }

  @TearDown
  public void remove() throws IOException {
    Files.delete(file);
  }

  @Benchmark
  public Image read() throws IOException, MalformedException {
    try (Bytes bytes = Bytes.open(new File(file.toString()), "relocations")) {
      Image image = ElfReader.read(bytes);
      if (image.relocations() == null || image.relocations().total() != ENTRIES) {
        throw new IllegalStateException("not counted: " + image.notes());
      }
      return image;
    }
  }
}
