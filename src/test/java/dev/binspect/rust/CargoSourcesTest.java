package dev.binspect.rust;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CargoSourcesTest {
  private static List<String> scan(String... lines) {
    List<CargoSources.Reference> references = new ArrayList<>();
    CargoSources.scan("main.rs", String.join("\n", lines), "bundle", references);
    List<String> found = new ArrayList<>();
    for (CargoSources.Reference one : references) {
      found.add(one.line() + " " + one.condition());
    }
    return found;
  }

  @Test
  void aReferenceIsAPathAndNoOtherWord() {
    assertThat(scan("use bundle as _;")).containsExactly("1 null");
    assertThat(scan("pub(crate) use ::bundle::{self, parts};")).containsExactly("1 null");
    assertThat(scan("extern crate bundle;")).containsExactly("1 null");
    assertThat(scan("fn main() {", "  bundle::start();", "}")).containsExactly("2 null");
    assertThat(scan("let bundle = 1;", "// use bundle as _;", "use bundled as _;")).isEmpty();
  }

  @Test
  void aConditionHoldsForTheItemBelowIt() {
    assertThat(scan("#[cfg(unix)] use bundle as _;")).containsExactly("1 #[cfg(unix)]");
    assertThat(scan("#[cfg(feature = \"x\")]", "#[allow(unused_imports)]", "use bundle as _;"))
        .containsExactly("3 #[cfg(feature = \"x\")]");
    assertThat(scan("#[cfg(unix)]", "use other as _;", "use bundle as _;"))
        .containsExactly("3 null");
  }

  @Test
  void aConditionHoldsForTheWholeBlockBelowIt() {
    assertThat(
            scan(
                "#[cfg(test)]",
                "mod tests {",
                "  fn one() { let text = \"}\"; }",
                "  use bundle as _;",
                "}",
                "use bundle as _;"))
        .containsExactly("4 #[cfg(test)]", "6 null");
    assertThat(scan("#![cfg(windows)]", "use bundle as _;")).containsExactly("2 #![cfg(windows)]");
  }
}
