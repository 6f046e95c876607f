package dev.binspect.load.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.binspect.files.BinaryFiles;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Image;
import dev.binspect.image.Needed;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadedObject;
import dev.binspect.load.Loaders;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AheadTest {
  private static final String PROGRAM = "/bin/ls";

  private static LoadOptions world(List<String> libraryPath) {
    return new LoadOptions(null, libraryPath, Map.of(), false, true);
  }

  /** What is large and the program itself needs is prepared, however it was found. */
  @ParameterizedTest
  @ValueSource(strings = {"", "/nowhere"})
  void preparesWhatTheProgramNeedsWhileTheFirstBindsIt(String folder) throws Exception {
    assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "there is one processor");
    BinaryFiles files = new BinaryFiles();
    Image program = files.images(PROGRAM).getFirst();
    Set<String> needed = new HashSet<>();
    for (Needed one : program.needed()) {
      needed.add(one.name());
    }
    LoadOptions world = world(folder.isEmpty() ? List.of() : List.of(folder));
    List<Image> wanted = new ArrayList<>();
    for (LoadedObject object : Loaders.plan(PROGRAM, program, world, files).objects()) {
      if (needed.contains(object.name())
          && object.image().tables() instanceof ElfTables elf
          && elf.symbols().count() >= Ahead.LARGE) {
        wanted.add(object.image());
      }
    }
    assertThat(wanted).as("the C library at least").isNotEmpty();
    CountDownLatch left = new CountDownLatch(wanted.size());
    Set<Image> prepared = ConcurrentHashMap.newKeySet();
    Ahead ahead =
        Ahead.start(
            PROGRAM,
            world,
            files,
            new Ahead.Rest() {
              @Override
              public void rehearse() {}

              @Override
              public void prepare(Image library) {
                if (prepared.add(library)) {
                  left.countDown();
                }
              }
            },
            true);
    assertThat(ahead).isNotNull();
    Loaders.plan(PROGRAM, program, world, ahead.watched());
    assertThat(left.await(30, TimeUnit.SECONDS)).as("%s", prepared).isTrue();
    ahead.stop();
    assertThat(prepared).containsExactlyInAnyOrderElementsOf(wanted);
  }

  /** Who watches nothing has no thread waiting for it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theThreadEnds(boolean watches) throws Exception {
    assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "there is one processor");
    Set<Thread> before = threads();
    CountDownLatch rehearsed = new CountDownLatch(1);
    Ahead ahead =
        Ahead.start(
            PROGRAM,
            world(List.of()),
            new BinaryFiles(),
            new Ahead.Rest() {
              @Override
              public void rehearse() {
                rehearsed.countDown();
              }

              @Override
              public void prepare(Image library) {}
            },
            watches);
    assertThat(ahead).isNotNull();
    Set<Thread> begun = threads();
    begun.removeAll(before);
    assertThat(rehearsed.await(30, TimeUnit.SECONDS)).isTrue();
    if (watches) {
      assertThat(begun).allMatch(Thread::isAlive);
      ahead.stop();
    }
    for (Thread thread : begun) {
      thread.join(30_000);
      assertThat(thread.isAlive()).isFalse();
    }
  }

  private static Set<Thread> threads() {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("ahead")) {
        threads.add(thread);
      }
    }
    return threads;
  }
}
