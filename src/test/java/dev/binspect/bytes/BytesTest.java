package dev.binspect.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BytesTest {
  @TempDir Path folder;

  @Test
  void numbersAreReadInBothOrders() throws Exception {
    Bytes little = Bytes.of("x", new byte[] {1, 2, 3, 4, 5, 6, 7, (byte) 0x88, 9});
    Bytes big = little.order(false);
    assertThat(little.u16(0, "n")).isEqualTo(0x0201);
    assertThat(big.u16(0, "n")).isEqualTo(0x0102);
    assertThat(little.u32(1, "n")).isEqualTo(0x05040302L);
    assertThat(big.u32(4, "n")).isEqualTo(0x05060788L);
    assertThat(little.u64(0, "n")).isEqualTo(0x8807060504030201L);
    assertThat(big.u64(1, "n")).isEqualTo(0x0203040506078809L);
  }

  @Test
  void numbersAcrossPagesAreTheSameAsWithinOne() throws Exception {
    byte[] content = new byte[(1 << 14) * 3];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i * 31 + (i >> 8));
    }
    Bytes bytes = Bytes.of("x", content);
    for (int at = (1 << 14) - 9; at < (1 << 14) + 2; at++) {
      for (boolean little : new boolean[] {true, false}) {
        assertThat(bytes.order(little).u64(at, "n")).isEqualTo(Bytes.u64(content, at, little));
        assertThat(bytes.order(little).u32(at, "n")).isEqualTo(Bytes.u32(content, at, little));
        assertThat(bytes.order(little).u16(at, "n")).isEqualTo(Bytes.u16(content, at, little));
      }
    }
  }

  @Test
  void readsOutsideNameFileStructureAndAbsoluteOffset() throws Exception {
    Bytes slice = Bytes.of("lib.so", new byte[100]).slice(40, 10, "part");
    MalformedException e =
        catchThrowableOfType(MalformedException.class, () -> slice.u32(8, "dynamic entry"));
    assertThat(e.file()).isEqualTo("lib.so");
    assertThat(e.offset()).isEqualTo(48);
    assertThat(e.getMessage())
        .isEqualTo("needs 4 bytes, and only 2 are there (dynamic entry at offset 0x30)");
  }

  @Test
  void noOffsetOrLengthEscapesTheView() {
    Bytes bytes = Bytes.of("x", new byte[16]);
    long[] hostile = {-1, 17, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 3, 0xffffffffL};
    for (long offset : hostile) {
      assertThatThrownBy(() -> bytes.u8(offset, "n")).isInstanceOf(MalformedException.class);
      assertThatThrownBy(() -> bytes.u64(offset, "n")).isInstanceOf(MalformedException.class);
      assertThatThrownBy(() -> bytes.copy(offset, 1, "n")).isInstanceOf(MalformedException.class);
      assertThatThrownBy(() -> bytes.copy(1, offset, "n")).isInstanceOf(MalformedException.class);
      assertThatThrownBy(() -> bytes.slice(1, offset, "n")).isInstanceOf(MalformedException.class);
      assertThatThrownBy(() -> bytes.cString(offset, 9, "n"))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void sparseFilesBeyondFourGigabytesAreReadWhereAsked() throws Exception {
    File file = folder.resolve("sparse").toFile();
    long size = 5L << 30;
    try (RandomAccessFile out = new RandomAccessFile(file, "rw")) {
      out.setLength(size);
      out.seek(size - 8);
      out.writeLong(0x0102030405060708L);
    }
    try (Bytes bytes = Bytes.open(file, "sparse")) {
      assertThat(bytes.length()).isEqualTo(size);
      assertThat(bytes.order(false).u64(size - 8, "end")).isEqualTo(0x0102030405060708L);
      assertThat(bytes.slice(size - 4, 4, "end").order(false).u32(0, "end")).isEqualTo(0x05060708L);
      assertThatThrownBy(() -> bytes.copy(0, size, "all"))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("more than can be read at once");
    }
  }

  @Test
  void aFileThatShrinksWhileItIsReadIsTold() throws Exception {
    File file = folder.resolve("shrinks").toFile();
    Files.write(file.toPath(), new byte[1 << 16]);
    try (Bytes bytes = Bytes.open(file, "shrinks")) {
      try (RandomAccessFile out = new RandomAccessFile(file, "rw")) {
        out.setLength(100);
      }
      assertThatThrownBy(() -> bytes.copy(0, 1 << 16, "all"))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("became shorter");
    }
  }

  @Test
  void aFileThatChangedAfterItWasClosedIsNotReadAgain() throws Exception {
    File file = folder.resolve("changes").toFile();
    Files.write(file.toPath(), new byte[100_000]);
    Bytes bytes = Bytes.open(file, "changes");
    bytes.close();
    assertThat(bytes.u8(50_000, "reopened")).isZero();
    bytes.close();
    Files.write(file.toPath(), new byte[100_001]);
    assertThatThrownBy(() -> bytes.u8(90_000, "reopened"))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("changed while it was read");
  }

  @Test
  void foldersFifosAndMissingFilesAreRefusedWithoutOpeningThem() throws Exception {
    assertThatThrownBy(() -> Bytes.open(folder.toFile(), "f"))
        .isInstanceOf(IOException.class)
        .hasMessage("is a folder");
    assertThatThrownBy(() -> Bytes.open(folder.resolve("none").toFile(), "f"))
        .isInstanceOf(IOException.class)
        .hasMessage("no such file");
    assertThatThrownBy(() -> Bytes.open(new File("/dev/zero"), "f"))
        .isInstanceOf(IOException.class)
        .hasMessage("is not a regular file");
  }

  @Test
  void stringsEndAtTheirNulAndNeverBeyondTheView() throws Exception {
    Bytes bytes = Bytes.of("x", new byte[] {'a', 'b', 0, 'c', 'd'});
    assertThat(bytes.cString(0, 10, "s")).isEqualTo("ab");
    assertThat(bytes.cString(2, 10, "s")).isEmpty();
    assertThatThrownBy(() -> bytes.cString(3, 10, "s")).hasMessageContaining("not terminated");
    assertThatThrownBy(() -> bytes.cString(0, 1, "s")).hasMessageContaining("within 1 bytes");
  }
}
