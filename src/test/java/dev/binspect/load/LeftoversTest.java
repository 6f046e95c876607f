package dev.binspect.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.binspect.fuzz.SectionsImage;
import dev.binspect.image.ElfTables;
import dev.binspect.image.ElfTables.VersionNeed;
import dev.binspect.image.Image;
import dev.binspect.image.Symbols;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LeftoversTest {
  private static Image image(List<VersionNeed> needs) {
    Image i = SectionsImage.of(Map.of());
    ElfTables tables =
        new ElfTables(
            62,
            0,
            Symbols.NONE,
            null,
            null,
            null,
            ElfTables.Entries.NONE,
            0,
            0,
            0,
            0,
            List.of(),
            needs,
            List.of(),
            List.of());
    return new Image(
        i.format(),
        i.kind(),
        i.machine(),
        i.bits(),
        i.littleEndian(),
        i.pie(),
        i.linking(),
        i.interpreter(),
        i.name(),
        i.searchPaths(),
        i.producers(),
        i.needed(),
        i.imports(),
        i.exports(),
        i.hardening(),
        i.relocations(),
        i.buildId(),
        i.preferredBase(),
        tables,
        i.contents(),
        i.notes());
  }

  /** As many as a reader lists of a file that was made for it. */
  @Test
  void noFileMakesItSlowByManyVersions() {
    int most = 60_000;
    List<String> versions = new ArrayList<>();
    List<LoadPlan.Undefined> undefined = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      versions.add("V" + i);
      undefined.add(new LoadPlan.Undefined("f" + i, "V" + i, "/app"));
    }
    undefined.add(new LoadPlan.Undefined("g", "W", "/app"));
    Image app =
        image(
            List.of(
                new VersionNeed("libgone.so", versions), new VersionNeed("libc.so", List.of("W"))));
    LoadPlan plan =
        new LoadPlan(
            LoadPlan.Loader.GLIBC,
            List.of(new LoadedObject("/app", "/app", null, FoundBy.PROGRAM, 0, app, 0, 0, 0, 0, 0)),
            List.of(new LoadPlan.Missing("libgone.so", "/app", List.of())),
            undefined,
            new Counters(0, 0, 0, 0, 0, 0, 0, 0),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    assertTimeout(
        Duration.ofSeconds(2), () -> assertThat(plan.undefined(LeftTo.MISSING)).hasSize(most));
    assertThat(plan.undefined(LeftTo.NOBODY)).containsExactly(undefined.getLast());
  }
}
