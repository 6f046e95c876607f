package dev.binspect.cli;

/** The program's version; a test holds it against pom.xml. */
final class Version {
  static final String NUMBER = "0.1.0";

  private Version() {}
}
