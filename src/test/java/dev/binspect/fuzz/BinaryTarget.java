package dev.binspect.fuzz;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.files.BinaryFiles;
import dev.binspect.image.EmptyDoor;
import dev.binspect.image.Image;
import dev.binspect.image.Relocations;
import dev.binspect.image.Section;
import dev.binspect.image.Symbols;
import dev.binspect.linkage.Linkage;
import dev.binspect.linkage.LinkageJudge;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.Loaders;
import dev.binspect.report.JsonReport;
import dev.binspect.report.Report;
import dev.binspect.report.TextReport;
import dev.binspect.report.View;
import dev.binspect.start.Start;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;

/** A file of any format, the whole way to its report. */
public final class BinaryTarget {
  private BinaryTarget() {}

  /** Called by the fuzzer: anything but a report or a {@link MalformedException} is a finding. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      List<Image> images = BinaryFiles.images(Bytes.of("fuzz", data));
      for (Image image : images) {
        holds(image.relocations());
        readAll(image);
        report(data.length, image);
      }
    } catch (MalformedException e) {
      if (e.getMessage().indexOf('\n') >= 0) {
        throw new AssertionError("more than one line: " + e.getMessage(), e);
      }
    } catch (IOException e) {
      throw new AssertionError("a StringWriter failed", e);
    }
  }

  /** What any tally promises, whatever it was made from. */
  static void holds(@org.jspecify.annotations.Nullable Relocations tally) {
    if (tally == null) {
      return;
    }
    check(tally.total(), tally.byTable(), "byTable");
    check(tally.total(), tally.byType(), "byType");
    check(tally.total(), tally.byKind(), "byKind");
    check(tally.total(), tally.byPlace(), "byPlace");
    check(tally.total(), tally.byTarget(), "byTarget");
    if (tally.pages() < 0 || tally.total() < 0) {
      throw new AssertionError("negative: " + tally);
    }
  }

  private static void check(long total, Map<String, Long> parts, String name) {
    long sum = 0;
    for (long part : parts.values()) {
      if (part <= 0) {
        throw new AssertionError(name + " holds " + parts);
      }
      sum += part;
    }
    if (sum != total) {
      throw new AssertionError(name + " adds up to " + sum + ", and the total is " + total);
    }
  }

  private static void readAll(Image image) {
    try {
      for (Section section : image.contents().sections()) {
        try {
          image.contents().bytes(section);
        } catch (MalformedException e) {
          continue;
        }
      }
      Symbols symbols = image.contents().symbols();
      for (int i = 0; i < Math.min(symbols.count(), 1000); i++) {
        symbols.name(i);
      }
    } catch (MalformedException e) {
      return;
    }
  }

  private static void report(long size, Image image) throws IOException {
    LoadOptions options = new LoadOptions(null, List.of(), Map.of(), false, true);
    LoadPlan plan = Loaders.plan("/fuzz", image, options, new EmptyDoor());
    Linkage linkage =
        LinkageJudge.judge(
            "/fuzz", image, plan, options, LinkageJudge.Expectation.NONE, new EmptyDoor());
    Report report =
        new Report(
            "fuzz",
            size,
            List.of(image),
            plan,
            linkage,
            Start.notRun("fuzzing"),
            List.of(),
            List.of());
    JsonReport.write(report, new StringWriter(), JsonReport.Layout.LINE);
    TextReport.write(report, new StringWriter(), View.PLAIN);
  }
}
