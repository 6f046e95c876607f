package dev.binspect.rust;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RustSymbolsTest {
  private static byte[] bytes(String text) {
    return ("before\0" + text + "\0after").getBytes(StandardCharsets.UTF_8);
  }

  private static int end(byte[] bytes) {
    return bytes.length - "\0after".length();
  }

  private static @Nullable String crate(String symbol) {
    byte[] bytes = bytes(symbol);
    return RustSymbols.text(bytes, RustSymbols.crate(bytes, 7, end(bytes)));
  }

  private static @Nullable String instantiating(String symbol) {
    byte[] bytes = bytes(symbol);
    return RustSymbols.text(bytes, V0Symbols.instantiatingCrate(bytes, 7, end(bytes)));
  }

  @Test
  void theCrateOfALegacySymbolIsItsFirstPart() {
    assertThat(crate("_ZN5alpha5plain17h0123456789abcdefE")).isEqualTo("alpha");
    assertThat(crate("__ZN5alpha5plain17h0123456789abcdefE")).isEqualTo("alpha");
    assertThat(crate("_ZN5alpha5plain17h0123456789abcdefE.llvm.1234567890")).isEqualTo("alpha");
    assertThat(crate("_ZN5alpha5plain17h0123456789abcdefE.cold")).isEqualTo("alpha");
  }

  @Test
  void theCrateOfALegacyImplIsThatOfItsType() {
    assertThat(
            crate("_ZN50_$LT$alpha..Square$u20$as$u20$alpha..Shape$GT$4area17h0123456789abcdefE"))
        .isEqualTo("alpha");
    assertThat(
            crate(
                "_ZN57_$LT$$RF$mut$u20$beta..Square$u20$as$u20$alpha..Shape$GT$4area"
                    + "17h0123456789abcdefE"))
        .isEqualTo("beta");
  }

  @Test
  void namesOfOtherLanguagesAreNotRust() {
    assertThat(crate("_ZN3foo3barEv")).isNull();
    assertThat(crate("_ZNSt6vectorIiSaIiEE9push_backERKi")).isNull();
    assertThat(crate("_ZN4testE")).isNull();
    assertThat(crate("deflate")).isNull();
    assertThat(crate("_Rsomething")).isNull();
    assertThat(crate("")).isNull();
    assertThat(crate("_")).isNull();
    assertThat(crate("_R")).isNull();
  }

  @Test
  void theCrateOfAV0SymbolIsTheRootOfItsPath() {
    assertThat(crate("_RNvCs1234_7mycrate3foo")).isEqualTo("mycrate");
    assertThat(crate("__RNvCs1234_7mycrate3foo")).isEqualTo("mycrate");
    assertThat(crate("_RNvMs_NtCs1_5alpha5shapeNtB4_6Square4area")).isEqualTo("alpha");
    assertThat(crate("_RNvXCs1_4betaNtB2_6SquareNtCs2_5alpha5Shape4area")).isEqualTo("beta");
    assertThat(crate("_RNvYNtCs1_4beta6SquareNtCs2_5alpha5Shape4area")).isEqualTo("alpha");
    assertThat(crate("_RINvCs1_5alpha7generichECs3_3app")).isEqualTo("alpha");
  }

  @Test
  void theInstantiatingCrateStandsBehindThePath() {
    assertThat(instantiating("_RINvCs1_5alpha7generichECs3_3app")).isEqualTo("app");
    assertThat(instantiating("_RINvCs1_5alpha7generichEB2_")).isEqualTo("alpha");
    assertThat(instantiating("_RNvCs1_5alpha5plain")).isNull();
    assertThat(instantiating("_RNvCs1_5alpha5plain.llvm.123")).isNull();
  }

  @Test
  void theDisambiguatorIsReadAsANumber() {
    byte[] bytes = bytes("_RNvCs1234_7mycrate3foo");
    assertThat(V0Symbols.disambiguator(bytes, 7, end(bytes))).isEqualTo(0x3c1c0L);
  }

  @Test
  void theStandardLibraryIsKnown() {
    assertThat(RustSymbols.isStandard("core")).isTrue();
    assertThat(RustSymbols.isStandard("hashbrown")).isTrue();
    assertThat(RustSymbols.isStandard("serde")).isFalse();
  }
}
