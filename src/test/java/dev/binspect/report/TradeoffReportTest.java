package dev.binspect.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.binspect.image.Note;
import dev.binspect.tradeoff.Interval;
import dev.binspect.tradeoff.Tradeoff;
import dev.binspect.tradeoff.Tradeoff.BreakEven;
import dev.binspect.tradeoff.Tradeoff.Combination;
import dev.binspect.tradeoff.Tradeoff.NotWrapped;
import dev.binspect.tradeoff.Tradeoff.Outcome;
import dev.binspect.tradeoff.Tradeoff.Rebuild;
import dev.binspect.tradeoff.Tradeoff.Side;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class TradeoffReportTest {
  private static final String EVIL = "<b>|`\u001b[31m";
  private static final Interval SAVED = new Interval(580_000_000, 550_000_000, 600_000_000);
  private static final Interval COST = new Interval(1_900_000, 1_800_000, 2_000_000);

  private static Side side(@Nullable Interval start, String how) {
    return new Side("a/" + EVIL, 10, 20, 30, 40, 50, 60, 70, null, start, start, how, 80, 90);
  }

  static Tradeoff tradeoff(
      Outcome outcome, @Nullable Interval saved, @Nullable Interval costs, long starts) {
    return tradeoff(
        outcome,
        saved,
        costs,
        "measured",
        outcome == Outcome.PAYS_UNTIL ? new BreakEven(305, 280, 331) : null,
        starts);
  }

  private static Tradeoff tradeoff(
      Outcome outcome,
      @Nullable Interval saved,
      @Nullable Interval costs,
      String how,
      @Nullable BreakEven breakEven,
      long starts) {
    Interval whole = new Interval(1_414_000_000, 1_400_000_000, 1_500_000_000);
    Rebuild rebuild =
        new Rebuild(
            "default (lld)",
            7,
            whole,
            Interval.exactly(834_000_000),
            Interval.exactly(600_000_000),
            null,
            SAVED);
    return new Tradeoff(
        "some/" + EVIL,
        "app" + EVIL,
        "dev",
        "rustc 1.95.0",
        "wrapper",
        List.of("alpha"),
        List.of(new NotWrapped("macros" + EVIL, "a procedural macro")),
        side(Interval.exactly(1_300_000), how),
        side(Interval.exactly(3_200_000), how),
        null,
        saved,
        costs,
        breakEven,
        outcome,
        List.of(rebuild),
        rebuild,
        "alpha",
        53_000_000_000L,
        -1,
        Interval.exactly(280_000_000),
        Interval.exactly(50_000_000),
        starts,
        2,
        List.of(
            new Combination("dylib, default", whole, COST, 2, SAVED, true),
            new Combination("static, default", whole, COST, 2, whole, false)),
        List.of(Note.info("linker-not-timed", "why" + EVIL)));
  }

  private static String json(Tradeoff t) throws IOException {
    StringWriter out = new StringWriter();
    TradeoffJson.write(t, out, JsonReport.Layout.INDENTED);
    return out.toString();
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void everyOutcomeFollowsTheSchema(Outcome outcome) throws IOException {
    String json = json(tradeoff(outcome, SAVED, COST, -1));
    JsonNode node = new ObjectMapper().readTree(json);
    assertThat(JsonReportTest.strict("tradeoff.schema.json").validate(node)).isEmpty();
    assertThat(node.get("outcome").asString()).isEqualTo(outcome.key());
    assertThat(node.get("startsPerRebuild").isNull()).isTrue();
    assertThat(node.get("cleanDylibNanos").isNull()).isTrue();
    assertThat(node.at("/savedPerRebuild/ci95Nanos/1").asLong()).isEqualTo(600_000_000);
  }

  @Test
  void unknownSavingsAreNullInJsonAndSaidInWords() throws IOException {
    Tradeoff t = tradeoff(Outcome.UNDECIDED, null, COST, -1);
    JsonNode node = new ObjectMapper().readTree(json(t));
    assertThat(JsonReportTest.strict("tradeoff.schema.json").validate(node)).isEmpty();
    assertThat(node.get("savedPerRebuild").isNull()).isTrue();
    assertThat(TradeoffWords.answer(t)).contains("--link-saved");
  }

  @Test
  void theAnswerIsASentenceWithTheBreakEven() {
    assertThat(TradeoffWords.answer(tradeoff(Outcome.PAYS_UNTIL, SAVED, COST, -1)))
        .isEqualTo(
            "saves 580.00 ms per rebuild (41 %), costs 1.90 ms per start: worth it as long as one"
                + " rebuild is followed by fewer than 305 starts");
  }

  @Test
  void overlappingIntervalsGetNoVerdict() {
    Interval unclear = new Interval(10_000_000, -5_000_000, 30_000_000);
    assertThat(TradeoffWords.answer(tradeoff(Outcome.UNDECIDED, unclear, COST, -1)))
        .contains("no difference that could be measured")
        .contains("no verdict");
  }

  @Test
  void whatIsGivenOrEstimatedHasNoInterval() throws IOException {
    Tradeoff t =
        tradeoff(
            Outcome.PAYS_UNTIL,
            Interval.exactly(580_000_000),
            Interval.exactly(1_900_000),
            "estimated",
            new BreakEven(305, 305, 305),
            -1);
    JsonNode node = new ObjectMapper().readTree(json(t));
    assertThat(JsonReportTest.strict("tradeoff.schema.json").validate(node)).isEmpty();
    assertThat(node.at("/costPerStart/ci95Nanos").isNull()).isTrue();
    assertThat(node.at("/savedPerRebuild/medianNanos").asLong()).isEqualTo(580_000_000);
    assertThat(TradeoffWords.figure(Interval.exactly(1_900_000))).isEqualTo("1.90 ms");
    assertThat(TradeoffWords.breakEven(t)).isEqualTo("305 starts");
    assertThat(TradeoffWords.answer(t)).contains("costs 1.90 ms per start (estimated): ");
    StringWriter out = new StringWriter();
    TradeoffMarkdown.write(t, out);
    assertThat(out.toString()).contains("| cost per start | 1.90 ms |  |");
  }

  @Test
  void whatSavesAtAStartAsWellSaysSo() {
    Interval less = new Interval(-1_490_000, -1_540_000, -1_420_000);
    assertThat(TradeoffWords.answer(tradeoff(Outcome.PAYS, SAVED, less, -1)))
        .isEqualTo("saves 580.00 ms per rebuild (41 %), saves 1.49 ms per start as well: worth it");
  }

  @Test
  void whyThereIsNoVerdictIsTrueOfWhatWasMeasured() {
    Interval less = new Interval(-1_490_000, -1_540_000, -1_420_000);
    assertThat(TradeoffWords.answer(tradeoff(Outcome.UNDECIDED, SAVED, null, -1)))
        .endsWith("what a start costs is unknown: no verdict");
    assertThat(TradeoffWords.answer(tradeoff(Outcome.UNDECIDED, less, less, -1)))
        .isEqualTo(
            "loses 1.49 ms per rebuild, saves 1.49 ms per start: no verdict, it depends on how"
                + " often it is started");
  }

  @Test
  void theUsersStartsAreHeldAgainstTheInterval() {
    assertThat(TradeoffWords.forStarts(tradeoff(Outcome.PAYS_UNTIL, SAVED, COST, 12)))
        .isEqualTo("you start it 12 times: worth it");
    assertThat(TradeoffWords.forStarts(tradeoff(Outcome.PAYS_UNTIL, SAVED, COST, 1000)))
        .endsWith("not worth it");
    assertThat(TradeoffWords.forStarts(tradeoff(Outcome.PAYS_UNTIL, SAVED, COST, 300)))
        .endsWith("no verdict");
    assertThat(TradeoffWords.forStarts(tradeoff(Outcome.PAYS_UNTIL, SAVED, COST, -1)))
        .contains("cargo test")
        .endsWith("worth it");
  }

  @Test
  void textShowsNoControlCharacterAndKeepsToItsWidth() throws IOException {
    StringWriter out = new StringWriter();
    TradeoffText.write(tradeoff(Outcome.PAYS_UNTIL, SAVED, COST, 12), out, View.PLAIN);
    assertThat(out.toString()).doesNotContain("\u001b").contains("305 starts (95 %: 280 to 331)");
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= View.PLAIN.width());
  }

  @Test
  void theHtmlIsWellFormedAndItsPictureCrossesAtTheBreakEven() throws Exception {
    StringWriter out = new StringWriter();
    TradeoffHtml.write(tradeoff(Outcome.PAYS_UNTIL, SAVED, COST, 12), out);
    String xml =
        out.toString()
            .replaceFirst("<!DOCTYPE html>", "")
            .replaceAll("<meta ([^>]*)>", "<meta $1/>");
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(xml)));
    assertThat(document.getElementsByTagName("svg").getLength()).isEqualTo(1);
    assertThat(document.getElementsByTagName("b").getLength()).isZero();
    assertThat(lines(document, "s")).hasSize(1);
    assertThat(lines(document, "d")).hasSize(1);
    double[] one = lines(document, "s").getFirst();
    double[] other = lines(document, "d").getFirst();
    // where the first ends below the second, the two have crossed: at the line drawn there
    double along = (other[1] - one[1]) / (other[1] - one[1] + one[3] - other[3]);
    double crossing = one[0] + along * (one[2] - one[0]);
    assertThat(lines(document, "axis"))
        .anySatisfy(l -> assertThat(l[0]).isCloseTo(crossing, within(1.5)).isEqualTo(l[2]));
    assertThat(out.toString()).contains(">305 starts (95 %: 280 to 331)<");
    StringWriter without = new StringWriter();
    TradeoffHtml.write(tradeoff(Outcome.UNDECIDED, SAVED, COST, 12), without);
    assertThat(without.toString()).doesNotContain("<svg");
  }

  /** x1, y1, x2, y2 of the lines drawn in a style. */
  private static List<double[]> lines(org.w3c.dom.Document document, String style) {
    List<double[]> found = new java.util.ArrayList<>();
    var all = document.getElementsByTagName("line");
    for (int i = 0; i < all.getLength(); i++) {
      var attributes = all.item(i).getAttributes();
      if (attributes.getNamedItem("class").getNodeValue().equals(style)) {
        found.add(
            java.util.stream.Stream.of("x1", "y1", "x2", "y2")
                .mapToDouble(n -> Double.parseDouble(attributes.getNamedItem(n).getNodeValue()))
                .toArray());
      }
    }
    return found;
  }

  @Test
  void ticksAreRoundAndFew() {
    assertThat(BreakEvenPicture.step(610)).isEqualTo(200);
    assertThat(BreakEvenPicture.step(2)).isEqualTo(1);
    assertThat(BreakEvenPicture.step(6)).isEqualTo(1);
    assertThat(BreakEvenPicture.step(7)).isEqualTo(2);
    assertThat(BreakEvenPicture.step(3_000_000_000L)).isEqualTo(500_000_000L);
  }

  @Test
  void markdownKeepsNamesInTheirCells() throws IOException {
    StringWriter out = new StringWriter();
    TradeoffMarkdown.write(tradeoff(Outcome.PAYS_UNTIL, SAVED, COST, 12), out);
    assertThat(out.toString().replaceAll("`[^`]*`", "")).doesNotContain("<b>");
    assertThat(out.toString()).doesNotContain("\u001b");
    assertThat(out.toString())
        .contains("| a rebuild and 2 starts | together | 95 % |")
        .contains("| dylib, default (a best one) |")
        .contains("- in the dylib: `alpha`")
        .contains("A rebuild: of 1.41 s statically");
    assertThat(out.toString()).contains("**The dylib saves 580.00 ms per rebuild");
  }
}
