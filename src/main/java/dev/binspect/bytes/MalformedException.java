package dev.binspect.bytes;

/**
 * A structure of a file that cannot be what it claims to be. Carries all that the one line on
 * standard error needs: file, offset, structure, index and what is wrong.
 */
public final class MalformedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final long offset;
  private final String structure;
  private final long index;
  private final String what;

  /**
   * @param file name of the file as the user gave it
   * @param offset file offset in bytes, or -1 where no offset applies
   * @param structure the format's own name of the structure ("program header", "LC_RPATH")
   * @param index which of several, or -1
   * @param what what is wrong with it, with the bad value
   */
  public MalformedException(String file, long offset, String structure, long index, String what) {
    super(null, null, false, false);
    this.file = file;
    this.offset = offset;
    this.structure = structure;
    this.index = index;
    this.what = what;
  }

  public MalformedException(String file, long offset, String structure, String what) {
    this(file, offset, structure, -1, what);
  }

  /** {@return the file's name} */
  public String file() {
    return file;
  }

  /** {@return the file offset in bytes, or -1} */
  public long offset() {
    return offset;
  }

  /** {@return the format's name of the structure} */
  public String structure() {
    return structure;
  }

  /** {@return which of several structures, or -1} */
  public long index() {
    return index;
  }

  /** {@return what is wrong} */
  public String what() {
    return what;
  }

  /** {@return one line without the file's name: {@code what (structure index at offset)}} */
  @Override
  public String getMessage() {
    String where = index < 0 ? structure : structure + " " + index;
    return offset < 0
        ? what + " (" + where + ")"
        : what + " (" + where + " at offset 0x" + Long.toHexString(offset) + ")";
  }
}
