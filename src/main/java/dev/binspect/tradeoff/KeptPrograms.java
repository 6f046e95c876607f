package dev.binspect.tradeoff;

import dev.binspect.load.LoadedObject;
import dev.binspect.tradeoff.Question.Effort;
import dev.binspect.tradeoff.Workbench.Side;
import dev.binspect.tradeoff.Workbench.Timed;
import dev.binspect.tradeoff.Workbench.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Builds each variant once, which is the warming up as well, and puts its programs aside. */
final class KeptPrograms {
  private static final String SYMBOLIC_FLAG = "-Wl,-Bsymbolic-functions";

  private final Question question;
  private final Workbench bench;
  private final Journal journal;
  private final Examiner examiner;
  private final Consumer<String> progress;

  KeptPrograms(
      Question question,
      Workbench bench,
      Journal journal,
      Examiner examiner,
      Consumer<String> progress) {
    this.question = question;
    this.bench = bench;
    this.journal = journal;
    this.examiner = examiner;
    this.progress = progress;
  }

  /**
   * {@return the programs of each variant}
   *
   * @param variants those that cannot be built are taken out, and the reason is written down
   * @throws TradeoffException if the first of them cannot be built
   */
  List<KeptProgram> of(List<Variant> variants) throws IOException, TradeoffException {
    List<KeptProgram> programs = new ArrayList<>();
    for (Variant variant : List.copyOf(variants)) {
      try {
        for (Side side : Side.values()) {
          programs.add(keep(variant, side, side.key, null));
        }
      } catch (TradeoffException e) {
        if (variant.equals(Variant.DEFAULT)) {
          throw e;
        }
        journal.fact("refused/" + variant.name(), e.getMessage());
        variants.remove(variant);
        programs.removeIf(kept -> kept.variant().equals(variant));
      }
    }
    if (question.feature() == null && question.effort() != Effort.QUICK) {
      for (Variant variant : variants) {
        if (variant.linker().program() == null) {
          symbolic(variant, programs);
        }
      }
    }
    return programs;
  }

  /** The dylib linked once more so that its own functions bind to themselves. */
  private void symbolic(Variant variant, List<KeptProgram> programs)
      throws IOException, TradeoffException {
    try {
      programs.add(keep(variant, Side.DYLIB, KeptProgram.SYMBOLIC, SYMBOLIC_FLAG));
    } catch (TradeoffException e) {
      journal.fact("refused/symbolic", e.getMessage());
    }
    // and back, for the rounds
    bench.touchWrapper();
    bench.built(Side.DYLIB, variant);
  }

  private KeptProgram keep(
      Variant variant, Side side, String as, @org.jspecify.annotations.Nullable String flag)
      throws IOException, TradeoffException {
    String name = Series.program(variant.name(), as);
    Path folder = question.work().resolve("programs").resolve(name);
    List<Path> libraryPath = List.of(folder, bench.standardLibraries());
    String done = journal.fact("kept/" + name);
    if (done != null && Files.exists(Path.of(done))) {
      return new KeptProgram(variant, as, Path.of(done), libraryPath);
    }
    progress.accept("building " + name);
    if (side == Side.DYLIB && question.feature() == null) {
      bench.touchWrapper();
    }
    bench.touchMain(side);
    Timed timed = bench.built(side, flag == null ? variant : variant.withDylibFlag(flag));
    Path executable = bench.executable(timed);
    Files.createDirectories(folder);
    Path file = folder.resolve(String.valueOf(executable.getFileName()));
    Files.copy(executable, file, StandardCopyOption.REPLACE_EXISTING);
    Path target = bench.target(side, variant);
    Examiner.Examined examined =
        examiner.examine(executable, bench.libraryPath(executable), target, List.of());
    if (examined.plan() != null) {
      for (LoadedObject object : examined.plan().objects()) {
        Path library = Path.of(object.path());
        if (object.depth() > 0 && library.startsWith(target)) {
          Path needed = Path.of(object.name()).getFileName();
          Files.copy(
              library, folder.resolve(String.valueOf(needed)), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    journal.fact("kept/" + name, file.toString());
    return new KeptProgram(variant, as, file, libraryPath);
  }
}
