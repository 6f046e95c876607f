package dev.binspect.pe;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Names in PE files are bytes in no stated encoding. */
final class PeText {
  private PeText() {}

  /** {@return the bytes as UTF-8 where they are that, else as Latin-1, which loses nothing} */
  static String decode(byte[] array, int from, int count) {
    return ascii(array, from, count)
        ? new String(array, from, count, StandardCharsets.ISO_8859_1)
        : decodeOther(array, from, count);
  }

  /** {@return whether the bytes are the same in every encoding that names have} */
  static boolean ascii(byte[] array, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (array[i] < 0) {
        return false;
      }
    }
    return true;
  }

  private static String decodeOther(byte[] array, int from, int count) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(array, from, count))
          .toString();
    } catch (CharacterCodingException e) {
      return new String(array, from, count, StandardCharsets.ISO_8859_1);
    }
  }
}
