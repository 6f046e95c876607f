package dev.binspect.tradeoff;

import dev.binspect.tradeoff.Workbench.Side;

/** Names of the journal's series and facts, each in one place. */
final class Series {
  /** Cargo with nothing to do. */
  static final String NOOP = "noop";

  /** rustc up to the point where code generation begins. */
  static final String FRONT_END = "front-end";

  private Series() {}

  static String rebuild(String variant, Side side) {
    return "rebuild/" + variant + "/" + side.key;
  }

  static String link(String variant, Side side) {
    return "link/" + variant + "/" + side.key;
  }

  static String dependency(Side side) {
    return "dependency/" + side.key;
  }

  static String clean(Side side) {
    return "clean/" + side.key;
  }

  /**
   * @param program name of the folder with the kept program
   */
  static String start(String program) {
    return "start/" + program;
  }

  /** The fact whether a program's starts were measured. */
  static String startHow(String program) {
    return "start-how/" + program;
  }

  /** The fact why they were not. */
  static String startWhy(String program) {
    return "start-why/" + program;
  }

  /** What the process's end cost, a sample for each of {@link #start}. */
  static String exit(String program) {
    return "exit/" + program;
  }

  /** {@return the name of a kept program} */
  static String program(String variant, String side) {
    return side + "-" + variant;
  }
}
