package dev.binspect.tradeoff;

/** {@code Cargo.lock}, which Cargo writes by itself where a wrapper came in. */
final class LockFile {
  private LockFile() {}

  /** {@return a lock file without the wrapper's entry, and without it in the program's list} */
  static String withoutWrapper(String lock) {
    String newline = Wrapper.newline(lock);
    StringBuilder out = new StringBuilder(lock.length());
    String[] blocks = lock.split("(?=\\[\\[package]])", -1);
    for (String block : blocks) {
      if (block.startsWith("[[package]]" + newline + "name = \"" + Wrapper.PACKAGE + "\"")) {
        continue;
      }
      String less = block.replace(" \"" + Wrapper.PACKAGE + "\"," + newline, "");
      if (!less.equals(block)) {
        less = less.replace("dependencies = [" + newline + "]" + newline, "");
      }
      out.append(less);
    }
    // the wrapper's may have been the last: then one blank line too many is left
    String text = out.toString();
    return text.endsWith(newline + newline) && !lock.endsWith(newline + newline)
        ? text.substring(0, text.length() - newline.length())
        : text;
  }
}
