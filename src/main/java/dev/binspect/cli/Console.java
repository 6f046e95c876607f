package dev.binspect.cli;

import dev.binspect.bytes.MalformedException;
import dev.binspect.report.Escape;
import java.io.InputStream;
import java.io.PrintStream;

/**
 * The streams of a run. Diagnostics are one line each on standard error; reports alone go to
 * standard output.
 */
record Console(InputStream in, PrintStream out, PrintStream err) {
  /** Characters of a sentence: a name in it may be as long as a file. */
  private static final int LONGEST = 4096;

  /** Says what is wrong with a file. */
  void diagnose(String file, String what) {
    String shown = what.length() > LONGEST ? what.substring(0, LONGEST) + " …" : what;
    err.println("binspect: " + Escape.text(file) + ": " + Escape.text(shown));
  }

  /** Says what is wrong with a file, with offset and structure. */
  void diagnose(String file, MalformedException e) {
    diagnose(file, e.getMessage());
  }

  /** Says what was done besides the report. */
  void told(String what) {
    misused(what);
  }

  /** Says what is wrong with the command line. */
  void misused(String what) {
    err.println("binspect: " + Escape.text(what));
  }
}
