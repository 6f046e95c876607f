package dev.binspect.tradeoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.binspect.tradeoff.CargoMetadata.CargoPackage;
import dev.binspect.tradeoff.Wrapper.Candidate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SelectionTest {
  private static Candidate candidate(String name, boolean links, String... with) {
    Set<String> crates = new TreeSet<>(Set.of(with));
    crates.add(name);
    CargoPackage of =
        new CargoPackage(
            name,
            name,
            "1.0.0",
            null,
            Path.of(name, "Cargo.toml"),
            null,
            null,
            List.of(),
            List.of());
    return new Candidate(name, of, List.of(), crates, links);
  }

  private static List<String> names(List<Candidate> candidates) {
    return candidates.stream().map(Candidate::crate).toList();
  }

  private static @Nullable String hasAny(List<Candidate> tried, String refusal, String... names) {
    for (String name : names) {
      if (names(tried).contains(name)) {
        return refusal;
      }
    }
    return null;
  }

  @Test
  void whatIsAcceptedAtOnceIsTriedOnce() throws Exception {
    List<Integer> trials = new ArrayList<>();
    var found =
        Selection.largest(
            List.of(candidate("a", false), candidate("b", false)),
            tried -> {
              trials.add(tried.size());
              return null;
            });
    assertThat(names(found.wrapped())).containsExactly("a", "b");
    assertThat(found.left()).isEmpty();
    assertThat(trials).containsExactly(2);
  }

  @Test
  void aDiamondIsLeftOutByTheCrateThatRustcNames() throws Exception {
    var found =
        Selection.largest(
            List.of(candidate("a", false, "shared"), candidate("b", false), candidate("c", false)),
            tried ->
                hasAny(tried, "cannot satisfy dependencies so `shared` only shows up once", "a"));
    assertThat(names(found.wrapped())).containsExactly("b", "c");
    assertThat(found.left()).extracting(Tradeoff.NotWrapped::name).containsExactly("a");
    assertThat(found.left().getFirst().reason()).contains("`shared` only shows up once");
  }

  @Test
  void ofSeveralPackagesWithLinksOnlyTheRefusedStaysOutside() throws Exception {
    var found =
        Selection.largest(
            List.of(candidate("a", true), candidate("b", true), candidate("c", false)),
            tried -> hasAny(tried, "linking failed: undefined symbol: bump", "b"));
    assertThat(names(found.wrapped())).containsExactlyInAnyOrder("a", "c");
    assertThat(found.left()).extracting(Tradeoff.NotWrapped::name).containsExactly("b");
  }

  @Test
  void withoutAHintHalvesAreTriedUntilTheRestBuilds() throws Exception {
    List<Candidate> all = new ArrayList<>();
    for (String name : List.of("a", "b", "c", "d", "e", "f", "g", "h")) {
      all.add(candidate(name, false));
    }
    List<List<String>> trials = new ArrayList<>();
    var found =
        Selection.largest(
            all,
            tried -> {
              trials.add(names(tried));
              return hasAny(tried, "something strange", "c", "g");
            });
    assertThat(names(found.wrapped())).containsExactly("a", "b", "d", "e", "f", "h");
    assertThat(found.left()).extracting(Tradeoff.NotWrapped::name).containsExactly("c", "g");
    assertThat(trials.getLast()).as("the last build is the one reported").hasSize(6);
  }

  @Test
  void abortingPanicsAreRefusedWithAReasonAtOnce() {
    assertThatThrownBy(
            () ->
                Selection.largest(
                    List.of(candidate("a", false)),
                    tried ->
                        "the linked panic runtime `panic_unwind` is not compiled with this crate's"
                            + " panic strategy `abort`"))
        .isInstanceOf(TradeoffException.class)
        .hasMessageContaining("panic = \"abort\"");
  }

  @Test
  void ifNothingCanBeWrappedTheReasonIsTold() {
    assertThatThrownBy(
            () ->
                Selection.largest(
                    List.of(candidate("a", false), candidate("b", false)),
                    tried -> tried.isEmpty() ? null : "rustc says no"))
        .isInstanceOf(TradeoffException.class)
        .hasMessageContaining("rustc says no");
  }
}
