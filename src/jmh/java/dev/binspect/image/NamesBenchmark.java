package dev.binspect.image;

import dev.binspect.rust.LegacySymbols;
import dev.binspect.rust.RustSymbols;
import java.nio.charset.StandardCharsets;
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
import org.openjdk.jmh.annotations.Warmup;

/** What is asked of every name of a big symbol table: its hash, whether Rust made it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgs = {"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NamesBenchmark {
  private static final int COUNT = 100_000;

  @Param({"c++", "rust"})
  public String language;

  private int[] offsets;
  private byte[] strings;

  @Setup
  public void names() {
    StringBuilder all = new StringBuilder("\0");
    offsets = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      offsets[i] = all.length();
      all.append("_ZN3com3sun4star6script");
      all.append(language.equals("rust") ? "17h0123456789abcdefE" : "14XStorageAccessD2Ev")
          .append(i);
      all.append('\0');
    }
    strings = all.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private Symbols fresh() {
    byte[] info = new byte[COUNT];
    return new Symbols(
        COUNT, offsets, info, info, new int[COUNT], new long[COUNT], new long[COUNT], strings);
  }

  @Benchmark
  public int gnuHashes() {
    Symbols symbols = fresh();
    int sum = 0;
    for (int i = 0; i < COUNT; i++) {
      sum += symbols.gnuHash(i);
    }
    return sum;
  }

  @Benchmark
  public boolean legacyHashAnywhere() {
    return LegacySymbols.holdsHash(strings);
  }

  @Benchmark
  public int rustNames() {
    Symbols symbols = fresh();
    int rust = 0;
    for (int i = 0; i < COUNT; i++) {
      int from = symbols.nameOffset(i);
      rust += RustSymbols.isRust(strings, from, from + symbols.nameLength(i)) ? 1 : 0;
    }
    return rust;
  }
}
