package dev.binspect.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.binspect.image.Note;
import dev.binspect.tradeoff.Interval;
import dev.binspect.tradeoff.Tradeoff;
import dev.binspect.tradeoff.Tradeoff.Rebuild;
import java.io.IOException;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/** A tradeoff as {@code binspect-tradeoff/1}. Differences of times may be negative. */
public final class TradeoffJson {
  private static final String SCHEMA = "binspect-tradeoff/1";

  private TradeoffJson() {}

  /** Writes one object and a line end; the writer stays open. */
  public static void write(Tradeoff t, Writer out, JsonReport.Layout layout) throws IOException {
    try (JsonGenerator json = JsonValues.generator(out, layout == JsonReport.Layout.INDENTED)) {
      json.writeStartObject();
      json.writeStringField("schema", SCHEMA);
      JsonValues.text(json, "project", t.project());
      json.writeStringField("program", t.program());
      json.writeStringField("profile", t.profile());
      json.writeStringField("toolchain", t.toolchain());
      json.writeStringField("how", t.how());
      json.writeStringField("outcome", t.outcome().key());
      json.writeStringField("answer", TradeoffWords.answer(t));
      interval(json, "savedPerRebuild", t.saved());
      interval(json, "costPerStart", t.costs());
      breakEven(json, t);
      JsonValues.count(json, "startsPerRebuild", t.startsPerRebuild());
      JsonValues.count(json, "testPrograms", t.testPrograms());
      JsonValues.texts(json, "wrapped", t.wrapped());
      json.writeArrayFieldStart("notWrapped");
      for (Tradeoff.NotWrapped n : t.notWrapped()) {
        json.writeStartObject();
        json.writeStringField("name", n.name());
        json.writeStringField("reason", n.reason());
        json.writeEndObject();
      }
      json.writeEndArray();
      side(json, "static", t.statically());
      side(json, "dylib", t.dynamically());
      side(json, "symbolic", t.symbolic());
      json.writeArrayFieldStart("rebuilds");
      for (Rebuild r : t.rebuilds()) {
        rebuild(json, r);
      }
      json.writeEndArray();
      if (t.dependency() == null) {
        json.writeNullField("changedDependency");
      } else {
        json.writeFieldName("changedDependency");
        rebuild(json, t.dependency());
      }
      JsonValues.text(json, "changed", t.changed());
      JsonValues.count(json, "cleanStaticNanos", t.cleanStaticNanos());
      JsonValues.count(json, "cleanDylibNanos", t.cleanDylibNanos());
      interval(json, "noop", t.noop());
      interval(json, "frontEnd", t.frontEnd());
      json.writeArrayFieldStart("combinations");
      for (Tradeoff.Combination c : t.combinations()) {
        json.writeStartObject();
        json.writeStringField("name", c.name());
        interval(json, "rebuild", c.rebuild());
        interval(json, "start", c.start());
        json.writeNumberField("starts", c.starts());
        interval(json, "total", c.total());
        json.writeBooleanField("ties", c.ties());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeArrayFieldStart("notes");
      for (Note note : t.notes()) {
        json.writeStartObject();
        json.writeStringField("level", note.level().key());
        json.writeStringField("code", note.code());
        json.writeStringField("message", note.message());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    out.write('\n');
  }

  private static void interval(JsonGenerator json, String field, @Nullable Interval i)
      throws IOException {
    if (i == null) {
      json.writeNullField(field);
      return;
    }
    json.writeObjectFieldStart(field);
    json.writeNumberField("medianNanos", i.value());
    if (i.isKnown()) {
      json.writeArrayFieldStart("ci95Nanos");
      json.writeNumber(i.low());
      json.writeNumber(i.high());
      json.writeEndArray();
    } else {
      json.writeNullField("ci95Nanos");
    }
    json.writeEndObject();
  }

  private static void breakEven(JsonGenerator json, Tradeoff t) throws IOException {
    Tradeoff.BreakEven at = t.breakEven();
    if (at == null) {
      json.writeNullField("breakEven");
      return;
    }
    json.writeObjectFieldStart("breakEven");
    json.writeNumberField("starts", at.value());
    json.writeNumberField("low", at.low());
    JsonValues.count(json, "high", at.high());
    json.writeEndObject();
  }

  private static void rebuild(JsonGenerator json, Rebuild r) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", r.name());
    json.writeNumberField("rounds", r.rounds());
    interval(json, "static", r.statically());
    interval(json, "dylib", r.dynamically());
    interval(json, "staticLink", r.staticLink());
    interval(json, "dylibLink", r.dynamicLink());
    interval(json, "saved", r.saved());
    json.writeEndObject();
  }

  private static void side(JsonGenerator json, String field, Tradeoff.@Nullable Side s)
      throws IOException {
    if (s == null) {
      json.writeNullField(field);
      return;
    }
    json.writeObjectFieldStart(field);
    json.writeStringField("path", s.path());
    JsonValues.count(json, "programBytes", s.programBytes());
    JsonValues.count(json, "libraryBytes", s.libraryBytes());
    JsonValues.count(json, "relocations", s.relocations());
    JsonValues.count(json, "relative", s.relative());
    JsonValues.count(json, "lookups", s.lookups());
    JsonValues.count(json, "probes", s.probes());
    JsonValues.count(json, "pages", s.pages());
    JsonValues.text(json, "verdict", s.linkage() == null ? null : s.linkage().verdict().key());
    json.writeStringField("startHow", s.startHow());
    interval(json, "start", s.start());
    interval(json, "exit", s.exit());
    JsonValues.count(json, "pageFaults", s.pageFaults());
    JsonValues.count(json, "dirtyBytes", s.dirtyBytes());
    json.writeEndObject();
  }
}
