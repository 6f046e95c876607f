package dev.binspect.tradeoff;

import dev.binspect.tradeoff.CargoMetadata.Target;
import dev.binspect.tradeoff.Wrapper.Candidate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The two copies of a project with a target folder each, and the builds in them. */
final class Workbench {
  /** Which of the two. */
  enum Side {
    STATIC("static"),
    DYLIB("dylib");

    final String key;

    Side(String key) {
      this.key = key;
    }
  }

  /**
   * A way to build.
   *
   * @param name in reports
   * @param debug value of the profile's {@code debug}, or null for the project's own
   * @param dylibFlag given when the dylib is linked, or null
   */
  record Variant(String name, Linker linker, @Nullable String debug, @Nullable String dylibFlag) {
    static final Variant DEFAULT = new Variant(Linker.DEFAULT_NAME, Linker.DEFAULT, null, null);

    Variant withDylibFlag(String flag) {
      return new Variant(name, linker, debug, flag);
    }
  }

  /**
   * A build that was timed.
   *
   * @param programLink the linker's time for the program; -1 unknown
   * @param dylibLink for the dylib; -1 if it was not linked, or unknown
   * @param chosen what {@code -fuse-ld} said
   */
  record Timed(Cargo.Build build, long programLink, long dylibLink, String chosen) {}

  private final Question question;
  private final Cargo cargo;
  private final Prepared prepared;
  private final LinkTimer timer;
  private final @Nullable String realLinker;

  Workbench(Question question, Cargo cargo, Prepared prepared, @Nullable String realLinker)
      throws IOException {
    this.question = question;
    this.cargo = cargo;
    this.prepared = prepared;
    this.timer = new LinkTimer(question.work().resolve("linkers"));
    this.realLinker = realLinker;
  }

  Path mirror(Side side) {
    return side == Side.STATIC || question.feature() != null
        ? prepared.mirror()
        : question.work().resolve("dylib");
  }

  /** {@return where a file of the static copy stands on a side} */
  Path on(Side side, Path file) {
    return side == Side.STATIC
        ? file
        : mirror(side).resolve(prepared.mirror().relativize(file).toString());
  }

  Path target(Side side, Variant variant) {
    String debug = variant.debug() == null ? "" : "-debug-" + variant.debug();
    return question.work().resolve("target").resolve(side.key + debug);
  }

  Path wrapper() {
    return question.work().resolve("dylib").resolve(Wrapper.PACKAGE);
  }

  /** Makes the second copy, with the lock file that the first one's resolution left. */
  void copyForDylib() throws IOException {
    Path there = question.work().resolve("dylib");
    WorkspaceCopy.delete(there);
    WorkspaceCopy.again(prepared.mirror(), there);
    Path manifest = on(Side.DYLIB, prepared.program().manifest());
    String text = Files.readString(manifest);
    Files.writeString(
        manifest, Wrapper.declaration(text, wrapper().toString()), StandardOpenOption.APPEND);
    List<Path> done = new ArrayList<>();
    for (Target program : Prepared.programs(prepared.program())) {
      Path source = on(Side.DYLIB, program.source());
      if (!done.contains(source) && Files.isRegularFile(source)) {
        Files.writeString(
            source, Wrapper.reference(Files.readString(source)), StandardOpenOption.APPEND);
        done.add(source);
      }
    }
  }

  /** Writes the wrapper for these, their paths turned to the second copy. */
  void wrap(List<Candidate> candidates) throws IOException {
    List<Candidate> turned = new ArrayList<>();
    for (Candidate c : candidates) {
      List<CargoMetadata.Dependency> declarations = new ArrayList<>();
      for (CargoMetadata.Dependency d : c.declarations()) {
        String path = d.path();
        declarations.add(
            new CargoMetadata.Dependency(
                d.name(),
                d.source(),
                d.requirement(),
                d.kind(),
                d.rename(),
                d.defaultFeatures(),
                d.features(),
                path == null || !Path.of(path).startsWith(prepared.mirror())
                    ? path
                    : on(Side.DYLIB, Path.of(path)).toString(),
                d.registry(),
                d.platform()));
      }
      turned.add(new Candidate(c.crate(), c.of(), declarations, c.crates(), c.links()));
    }
    Wrapper.write(wrapper(), turned);
  }

  /** {@return a build, which may have failed} */
  Timed build(Side side, Variant variant) throws IOException, TradeoffException {
    return build(side, variant, List.of());
  }

  /**
   * {@return a build, which may have failed}
   *
   * @param options for Cargo, besides what the comparison needs
   */
  Timed build(Side side, Variant variant, List<String> options)
      throws IOException, TradeoffException {
    Map<String, String> more =
        new HashMap<>(
            timer.environment(
                prepared.host(),
                realLinker,
                variant.linker().program() == null
                    ? null
                    : variant.linker().folder(question.work().resolve("linkers")),
                variant.dylibFlag()));
    String debug = variant.debug();
    if (debug != null) {
      more.put(
          "CARGO_PROFILE_"
              + question.profile().toUpperCase(Locale.ROOT).replace('-', '_')
              + "_DEBUG",
          debug);
    }
    List<String> args = new ArrayList<>();
    args.add("--manifest-path");
    args.add(on(side, prepared.program().manifest()).toString());
    args.add("--bin");
    args.add(prepared.binary().name());
    args.add("--profile");
    args.add(question.profile());
    if (question.offline()) {
      args.add("--offline");
    }
    args.addAll(options);
    args.addAll(question.features());
    String feature = question.feature();
    if (side == Side.DYLIB && feature != null) {
      args.add("--features");
      args.add(feature);
    }
    timer.forget();
    Cargo.Build build =
        cargo.build(on(side, prepared.project()), target(side, variant), more, args);
    long program = -1;
    long dylib = -1;
    String chosen = "-";
    for (LinkTimer.Link link : timer.links()) {
      String name = String.valueOf(link.output().getFileName());
      String crate = prepared.binary().name().replace('-', '_');
      if (name.startsWith(crate + "-") || name.equals(prepared.binary().name())) {
        program = link.nanos();
        chosen = link.chosen();
      } else if (name.startsWith("lib" + Wrapper.CRATE)) {
        dylib = link.nanos();
      }
    }
    return new Timed(build, program, dylib, chosen);
  }

  /**
   * {@return a build that must not fail}
   *
   * @throws TradeoffException with the compiler's first error
   */
  Timed built(Side side, Variant variant) throws IOException, TradeoffException {
    Timed timed = build(side, variant);
    if (timed.build().failure() != null) {
      throw new TradeoffException(
          "the "
              + (side == Side.STATIC ? "project's copy" : "dylib's program")
              + " cannot be built ("
              + variant.name()
              + "): "
              + timed.build().failure());
    }
    executable(timed);
    return timed;
  }

  /** {@return the program that a build made} */
  Path executable(Timed timed) throws TradeoffException {
    Path executable = timed.build().executables().get(prepared.binary().name());
    if (executable == null) {
      throw new TradeoffException("Cargo names no executable for " + prepared.binary().name());
    }
    return executable;
  }

  void touchMain(Side side) throws IOException {
    touch(side, prepared.binary().source());
  }

  /** Makes Cargo think that a source has changed; never one that stands outside of our copies. */
  void touch(Side side, Path source) throws IOException {
    Path file = on(side, source);
    if (!file.toRealPath().startsWith(question.work().toRealPath())) {
      throw new IOException(file + " lies outside of the copy");
    }
    Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
  }

  void touchWrapper() throws IOException {
    Files.setLastModifiedTime(wrapper().resolve("lib.rs"), FileTime.from(Instant.now()));
  }

  /** {@return folders that {@code cargo run} would put into the library path} */
  List<Path> libraryPath(Path executable) {
    List<Path> folders = new ArrayList<>();
    Path profile = executable.getParent();
    if (profile != null) {
      folders.add(profile.resolve("deps"));
      folders.add(profile);
    }
    folders.add(standardLibraries());
    return folders;
  }

  Path standardLibraries() {
    return prepared.sysroot().resolve("lib/rustlib/" + prepared.host() + "/lib");
  }
}
