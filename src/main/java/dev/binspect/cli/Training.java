package dev.binspect.cli;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Enumeration;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * What the AOT cache is trained with at build time: the real commands, over the files named on the
 * command line, and every class of ours: one that only a rare file needs (unique symbols, say)
 * would be read from the jar, and to open that costs a start ten times what the class does. What is
 * here starts without class loading later.
 */
final class Training {
  private Training() {}

  /** Runs every command that matters over every file, and loads what none of them needed. */
  public static void main(String[] files) throws IOException, ClassNotFoundException {
    PrintStream sink =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    String[][] commands = {
      {"--version"},
      {"--help"},
      {"inspect", "--help"},
      {"inspect", "--no-such-option"},
      {"inspect", "--no-run", "/dev/null"},
      {"inspect", "--no-run"},
      {"inspect", "--no-run", "--color", "always"},
      {"inspect", "--no-run", "--json"},
      {"inspect", "--no-run", "--format", "html"},
      {"inspect", "--no-run", "--format", "markdown"},
      {"check", "--format", "sarif"},
      {"check", "--format", "junit"},
      {"inspect", "--runs", "3"},
      {"start", "--runs", "3"},
      {"check"},
      {"check", "--expect", "deps_dylib", "--format", "github"},
      {"tree"},
      {"bindings", "--format", "ndjson"},
      {"scan", "--format", "ndjson", "-q"},
    };
    for (String[] command : commands) {
      for (String file : files) {
        String[] args = java.util.Arrays.copyOf(command, command.length + 1);
        args[command.length] = file;
        Main.run(args, new ByteArrayInputStream(new byte[0]), sink, sink);
      }
    }
    File jar = new File(System.getProperty("java.class.path", ""));
    loadAll(jar, "dev/binspect/");
    // What it reads Cargo's and others' files with: which part of it depends on what stands there.
    loadAll(new File(jar.getParentFile(), "lib/jackson-core.jar"), "com/fasterxml/jackson/core/");
  }

  /** Loads every class that a jar holds in these packages, and initializes none. */
  private static void loadAll(File jar, String packages)
      throws IOException, ClassNotFoundException {
    try (JarFile file = new JarFile(jar)) {
      Enumeration<JarEntry> entries = file.entries();
      while (entries.hasMoreElements()) {
        String name = entries.nextElement().getName();
        if (name.startsWith(packages) && name.endsWith(".class")) {
          String type = name.substring(0, name.length() - ".class".length()).replace('/', '.');
          if (!type.endsWith("package-info")) {
            Class.forName(type, false, Training.class.getClassLoader());
          }
        }
      }
    }
  }
}
