package dev.binspect.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.linkage.Verdict;
import dev.binspect.load.Binding;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The page in a real browser: its script runs under its policy, sorts, searches and unpacks,
 * nothing complains, and axe finds nothing that would keep people out.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserTest {
  private static final String ATTACK = "</script><script>document.title='gotcha'</script>";

  @TempDir static Path folder;
  private Path page;
  private Browser browser;

  @BeforeAll
  void writeThePage() throws Exception {
    page = page("report.html", 100);
    browser = new Browser(folder);
  }

  private static Path page(String name, int libraries) throws IOException {
    StringWriter out = new StringWriter();
    HtmlReport.write(
        List.of(
            SampleReports.wide(libraries), SampleReports.report(Verdict.IGNORED, n -> n + ATTACK)),
        List.of(new Unread("no/" + ATTACK, ATTACK)),
        new Lookups(BrowserTest::bindings, symbol -> symbol.replace("_R", "clear::")),
        "1.2.3",
        out);
    return Files.writeString(folder.resolve(name), out.toString());
  }

  /** 250 different ones: each third is asked for twice, each tenth is answered by nobody. */
  private static void bindings(Report report, Binding.Sink sink) {
    for (int i = 0; i < 250; i++) {
      String to = i % 10 == 0 ? null : "/lib/libanswer" + i % 7 + ".so";
      for (int n = 0; n < (i % 3 == 0 ? 2 : 1); n++) {
        sink.accept(
            new Binding(
                "/lib/libask.so", to, "_Rsymbol" + i + ATTACK, "V_1", "normal", i + 1, false));
      }
    }
  }

  @AfterAll
  void close() throws Exception {
    if (browser != null) {
      browser.close();
    }
  }

  private String text(String expression) throws Exception {
    return browser.evaluate(expression).asString();
  }

  private int number(String expression) throws Exception {
    return browser.evaluate(expression).asInt();
  }

  private void open() throws Exception {
    browser.open(page, 1280, false);
    browser.await("document.querySelectorAll('.lookups .search:not([hidden])').length === 2");
  }

  private static String type(String selector, String words) {
    return "{const i = document.querySelector('"
        + selector
        + "'); i.value = '"
        + words
        + "'; i.dispatchEvent(new Event('input'));}";
  }

  @Test
  void theScriptRunsAndNothingComplains() throws Exception {
    open();
    assertThat(text("document.title")).isEqualTo("binspect: 2 files");
    assertThat(number("document.querySelectorAll('#theme:not([hidden])').length")).isOne();
    String before = text("getComputedStyle(document.body).backgroundColor");
    browser.evaluate("document.getElementById('theme').click()");
    assertThat(text("getComputedStyle(document.body).backgroundColor")).isNotEqualTo(before);
    assertThat(browser.faults()).isEmpty();
  }

  @Test
  void aHeadOfATableSortsIt() throws Exception {
    open();
    String column =
        "[...document.querySelectorAll('#l0 tbody tr')].map((r) => +r.cells[2].dataset.v)";
    String button = "document.querySelectorAll('#l0 thead button')[2]";
    browser.evaluate(button + ".click()");
    assertThat(text(button + ".closest('th').getAttribute('aria-sort')")).isEqualTo("descending");
    List<Integer> down = numbers(column);
    assertThat(down).hasSize(100).isSortedAccordingTo((a, b) -> b - a);
    browser.evaluate(button + ".click()");
    assertThat(numbers(column)).isSorted().containsExactlyElementsOf(down.reversed());
    browser.evaluate("document.querySelectorAll('#l0 thead button')[0].click()");
    assertThat(number("document.querySelectorAll('#l0 [aria-sort]').length")).isOne();
  }

  private List<Integer> numbers(String expression) throws Exception {
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode n : browser.evaluate(expression)) {
      numbers.add(n.asInt());
    }
    return numbers;
  }

  @Test
  void aSearchHidesWhatDoesNotFit() throws Exception {
    open();
    browser.evaluate(type("#sl0", "LIBnumber1 cache"));
    int shown = number("document.querySelectorAll('#l0 tbody tr:not([hidden])').length");
    assertThat(shown).isEqualTo(11); // libnumber1 and libnumber10 to libnumber19
    assertThat(text("document.querySelector('#sl0 + output').textContent"))
        .isEqualTo(shown + " of 100");
    browser.evaluate(type("#sl0", ""));
    assertThat(number("document.querySelectorAll('#l0 tbody tr:not([hidden])').length"))
        .isEqualTo(100);
  }

  @Test
  void symbolsAreUnpackedSearchedAndSorted() throws Exception {
    open();
    String rows = "document.querySelectorAll('#f0 .lookups tbody tr')";
    assertThat(number(rows + ".length")).isEqualTo(20);
    assertThat(text("document.querySelector('#s0 + output').textContent"))
        .isEqualTo("250 of 250, the first 20 shown");
    assertThat(text(rows + "[0].cells[0].textContent"))
        .isEqualTo("clear::symbol0" + ATTACK + "@V_1");
    assertThat(text(rows + "[0].cells[0].title")).isEqualTo("_Rsymbol0" + ATTACK);
    assertThat(text(rows + "[0].cells[2].textContent")).isEqualTo("nobody");
    assertThat(text(rows + "[3].cells[3].textContent")).isEqualTo("2");
    assertThat(text(rows + "[3].cells[4].textContent")).isEqualTo("8");

    browser.evaluate("document.querySelectorAll('#f0 .lookups thead button')[4].click()");
    assertThat(text(rows + "[0].cells[4].textContent")).isEqualTo("500");
    browser.evaluate(type("#s0", "SYMBOL24 nobody"));
    assertThat(text("document.querySelector('#s0 + output').textContent")).isEqualTo("1 of 250");
    assertThat(text(rows + "[0].cells[0].textContent")).startsWith("clear::symbol240");
    browser.evaluate(type("#s0", ""));
    browser.evaluate("document.querySelector('#f0 .more').click()");
    assertThat(number(rows + ".length")).isEqualTo(220);
    assertThat(browser.evaluate("document.querySelector('#f0 .more').hidden").asBoolean())
        .isFalse();
  }

  @Test
  void theTreemapShowsWhatIsChosen() throws Exception {
    open();
    String shown =
        "[...document.querySelectorAll('#f0 svg.map')].filter((s) => s.getBoundingClientRect().width)"
            + ".map((s) => s.getAttribute('aria-label')).join()";
    assertThat(text(shown)).startsWith("Libraries by relocations");
    browser.evaluate("document.querySelector('#f0 [name=m0][value=\"1\"]').click()");
    assertThat(text(shown)).startsWith("Libraries by look-ups");
  }

  /** WCAG as far as a program can tell, in both colours, on a desk and on a phone. */
  @Test
  void axeFindsNoSeriousFault() throws Exception {
    String axe;
    try (InputStream in = BrowserTest.class.getResourceAsStream("/axe.min.js")) {
      assertThat(in).isNotNull();
      axe = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    // a small page has all that a large one has, and axe looks at each element
    Path small = page("small.html", 8);
    for (boolean dark : new boolean[] {false, true}) {
      for (int width : new int[] {1280, 360}) {
        browser.open(small, width, dark);
        browser.await("document.querySelectorAll('.lookups .search:not([hidden])').length === 2");
        // everything that is folded is looked at, too
        browser.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
        assertThat(number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(width);
        browser.evaluate(axe + ";0");
        JsonNode found =
            browser.evaluate(
                "axe.run().then((r) => ({passes: r.passes.length, bad: r.violations.map("
                    + "(v) => v.impact + ' ' + v.id + ' ' + v.nodes[0].html)}))");
        assertThat(found.path("passes").asInt()).isGreaterThan(30);
        assertThat(found.path("bad").isEmpty()).as(found.path("bad").toString()).isTrue();
      }
    }
  }

  @Test
  void whatOnlyAScreenNeedsIsNotPrinted() throws Exception {
    open();
    browser.print();
    assertThat(text("getComputedStyle(document.getElementById('theme')).display"))
        .isEqualTo("none");
    assertThat(text("getComputedStyle(document.querySelector('.search')).display"))
        .isEqualTo("none");
    assertThat(text("getComputedStyle(document.body).backgroundColor"))
        .isEqualTo("rgb(255, 255, 255)");
  }
}
