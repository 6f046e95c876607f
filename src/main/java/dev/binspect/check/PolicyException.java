package dev.binspect.check;

/** A policy that cannot be understood. The message begins with the file and the line. */
public final class PolicyException extends Exception {
  private static final long serialVersionUID = 1;
  private final String file;
  private final int line;
  private final String what;

  /**
   * @param line from 1 on; 0 where it is about the file as a whole
   */
  public PolicyException(String file, int line, String what) {
    super(what);
    this.file = file;
    this.line = line;
    this.what = what;
  }

  /** {@return "FILE:LINE: WHAT"} */
  @Override
  public String getMessage() {
    return line > 0 ? file + ":" + line + ": " + what : file + ": " + what;
  }

  public String file() {
    return file;
  }

  public int line() {
    return line;
  }

  /** {@return the message without the place} */
  public String what() {
    return what;
  }
}
