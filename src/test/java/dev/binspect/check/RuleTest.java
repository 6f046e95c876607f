package dev.binspect.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleTest {
  @Test
  void fingerprintsForgetCargosHashesAndNothingElse() {
    Check a = Check.fails(Rule.STALE, "libeng_dylib-0123456789abcdef.so", "x", null);
    Check b = Check.fails(Rule.STALE, "libeng_dylib-fedcba9876543210.so", "y", null);
    Check c = Check.fails(Rule.STALE, "libeng_dylib-0123.so", "x", null);
    assertThat(a.fingerprint("deps/app-0123456789abcdef")).isEqualTo(b.fingerprint("x/app"));
    assertThat(a.fingerprint("app")).isNotEqualTo(c.fingerprint("app"));
    assertThat(a.fingerprint("app")).isNotEqualTo(a.fingerprint("app2"));
  }

  @Test
  void everyRuleHasItsOwnIdAndHelp() {
    Set<String> ids = new HashSet<>();
    for (Rule rule : Rule.values()) {
      assertThat(ids.add(rule.id())).isTrue();
      assertThat(rule.id()).matches("BS\\d{3}");
      assertThat(rule.help()).doesNotEndWith("\n").hasSizeGreaterThan(70);
      assertThat(Rule.named(rule.id().toLowerCase(Locale.ROOT))).isEqualTo(rule);
      assertThat(Rule.named(rule.key())).isEqualTo(rule);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "5ms,5000000",
    "800us,800000",
    "1.5 s,1500000000",
    "0.1ms,100000",
    "5,-1",
    "ms,-1",
    "-5ms,-1",
    "1e3ms,-1",
    "5 m,-1"
  })
  void timesNeedAUnit(String text, long nanos) {
    assertThat(Quantity.nanos(text)).isEqualTo(nanos);
  }
}
