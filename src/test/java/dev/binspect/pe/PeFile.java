package dev.binspect.pe;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds PE files byte by byte, valid ones and odd ones, so that every count is known beforehand.
 */
final class PeFile {
  private record Section(
      String name, long rva, long virtualSize, long raw, byte[] data, int flags) {}

  static final int CODE = 0x60000020;
  static final int DATA = 0xc0000040;
  static final int RDATA = 0x40000040;

  private final boolean plus;
  private final List<Section> sections = new ArrayList<>();
  private final long[] directories = new long[32];
  private final List<byte[]> overlays = new ArrayList<>();
  private final List<Integer> overlayAt = new ArrayList<>();
  int machine;
  int lfanew = 0x80;
  int characteristics = 0x22;
  int dllCharacteristics = 0x160;
  int subsystem = 3;
  int linker = 14 | 36 << 8;
  long imageBase;
  long sectionAlignment = 0x1000;
  long fileAlignment = 0x200;
  long sizeOfImage = 0x10000;
  long sizeOfHeaders = 0x400;
  long announced = 16;
  int optionalSize;
  int sectionCount = -1;
  int length;

  PeFile(boolean plus) {
    this.plus = plus;
    this.machine = plus ? 0x8664 : 0x14c;
    this.imageBase = plus ? 0x140000000L : 0x400000;
    this.optionalSize = (plus ? 112 : 96) + 128;
  }

  PeFile section(String name, long rva, long virtualSize, long raw, byte[] data, int flags) {
    sections.add(new Section(name, rva, virtualSize, raw, data, flags));
    return this;
  }

  /** One section at 0x1000, its bytes at 0x400 in the file. */
  PeFile data(byte[] data) {
    return section(".rdata", 0x1000, data.length, 0x400, data, RDATA);
  }

  PeFile directory(int index, long rva, long size) {
    directories[2 * index] = rva;
    directories[2 * index + 1] = size;
    return this;
  }

  /** Bytes laid over everything else. */
  PeFile put(int at, byte[] bytes) {
    overlayAt.add(at);
    overlays.add(bytes);
    return this;
  }

  byte[] build() {
    int optional = lfanew + 24;
    int table = optional + optionalSize;
    int end = Math.max(table + 40 * sections.size(), optional + (plus ? 112 : 96) + 128);
    for (Section s : sections) {
      end = Math.max(end, (int) s.raw + s.data.length);
    }
    for (int i = 0; i < overlays.size(); i++) {
      end = Math.max(end, overlayAt.get(i) + overlays.get(i).length);
    }
    ByteBuffer b = ByteBuffer.allocate(end).order(ByteOrder.LITTLE_ENDIAN);
    for (Section s : sections) {
      if (s.data.length > 0) {
        b.put((int) s.raw, s.data);
      }
    }
    b.putShort(0, (short) 0x5a4d);
    b.putInt(lfanew, 0x4550);
    b.putShort(lfanew + 4, (short) machine);
    b.putShort(lfanew + 6, (short) (sectionCount < 0 ? sections.size() : sectionCount));
    b.putShort(lfanew + 20, (short) optionalSize);
    b.putShort(lfanew + 22, (short) characteristics);
    b.putShort(optional, (short) (plus ? 0x20b : 0x10b));
    b.putShort(optional + 2, (short) linker);
    if (plus) {
      b.putLong(optional + 24, imageBase);
    } else {
      b.putInt(optional + 28, (int) imageBase);
    }
    b.putInt(optional + 32, (int) sectionAlignment);
    b.putInt(optional + 36, (int) fileAlignment);
    b.putInt(optional + 56, (int) sizeOfImage);
    b.putInt(optional + 60, (int) sizeOfHeaders);
    b.putShort(optional + 68, (short) subsystem);
    b.putShort(optional + 70, (short) dllCharacteristics);
    int count = optional + (plus ? 108 : 92);
    b.putInt(count, (int) announced);
    for (int i = 0; i < 2 * Math.min(announced, 16); i++) {
      b.putInt(count + 4 + 4 * i, (int) directories[i]);
    }
    for (int i = 0; i < sections.size(); i++) {
      Section s = sections.get(i);
      int at = table + 40 * i;
      byte[] name = s.name.getBytes(StandardCharsets.ISO_8859_1);
      b.put(at, Arrays.copyOf(name, 8));
      b.putInt(at + 8, (int) s.virtualSize);
      b.putInt(at + 12, (int) s.rva);
      b.putInt(at + 16, s.data.length);
      b.putInt(at + 20, (int) s.raw);
      b.putInt(at + 36, s.flags);
    }
    // Last, where headers overlap: with a header at 4 the section alignment is e_lfanew.
    b.putInt(0x3c, lfanew);
    for (int i = 0; i < overlays.size(); i++) {
      b.put(overlayAt.get(i), overlays.get(i));
    }
    return length > 0 ? Arrays.copyOf(b.array(), length) : b.array();
  }

  /** Little-endian numbers and NUL-terminated text, one behind the other. */
  static final class Block {
    private final ByteBuffer b = ByteBuffer.allocate(1 << 22).order(ByteOrder.LITTLE_ENDIAN);

    Block u16(int... values) {
      for (int v : values) {
        b.putShort((short) v);
      }
      return this;
    }

    Block u32(long... values) {
      for (long v : values) {
        b.putInt((int) v);
      }
      return this;
    }

    Block u64(long... values) {
      for (long v : values) {
        b.putLong(v);
      }
      return this;
    }

    Block text(String text) {
      b.put(text.getBytes(StandardCharsets.ISO_8859_1)).put((byte) 0);
      return this;
    }

    /** Goes on at an offset, forward or back. */
    Block at(int position) {
      b.position(position);
      return this;
    }

    byte[] bytes() {
      return Arrays.copyOf(b.array(), b.position());
    }
  }
}
