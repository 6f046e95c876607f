package dev.binspect.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.binspect.check.Check;
import dev.binspect.image.Note;
import dev.binspect.linkage.Linkage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The report as JSON, one object per file, after {@code report.schema.json} ("binspect-report/1").
 */
public final class JsonReport {
  /** What the field {@code schema} says. */
  public static final String SCHEMA = "binspect-report/1";

  /** How the JSON is written. */
  public enum Layout {
    /** Indented, for people. */
    INDENTED,
    /** One line, for NDJSON. */
    LINE
  }

  private JsonReport() {}

  /** Writes one object and a line feed; the writer is left open. */
  public static void write(Report report, Writer out, Layout layout) throws IOException {
    write(report, out, layout, false);
  }

  /**
   * Writes one object and a line feed; the writer is left open.
   *
   * @param samples also the single runs of the start
   */
  public static void write(Report report, Writer out, Layout layout, boolean samples)
      throws IOException {
    try (JsonGenerator json = JsonValues.generator(out, layout == Layout.INDENTED)) {
      write(report, json, samples);
    }
    out.write('\n');
    out.flush();
  }

  /** {@return the object on one line in UTF-8, with a line feed} */
  public static byte[] line(Report report) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 13);
    try (JsonGenerator json = JsonValues.generator(out)) {
      write(report, json, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // there is nothing that could fail
    }
    out.write('\n');
    return out.toByteArray();
  }

  static void write(Report report, JsonGenerator json, boolean samples) throws IOException {
    json.writeStartObject();
    json.writeStringField("schema", SCHEMA);
    json.writeObjectFieldStart("file");
    json.writeStringField("path", report.path());
    JsonValues.count(json, "size", report.size());
    String id = report.images().isEmpty() ? null : report.images().getFirst().buildId();
    JsonValues.text(json, "buildId", id);
    json.writeEndObject();
    json.writeArrayFieldStart("images");
    for (int i = 0; i < report.images().size(); i++) {
      JsonImage.write(report.images().get(i), json);
    }
    json.writeEndArray();
    if (report.load() == null) {
      json.writeNullField("load");
    } else {
      json.writeFieldName("load");
      JsonLoad.write(report.load(), json);
    }
    linkage(report.linkage(), json);
    JsonStart.write(report.start(), json, samples);
    json.writeArrayFieldStart("checks");
    for (Check check : report.checks()) {
      json.writeStartObject();
      json.writeStringField("id", check.id());
      switch (check.outcome()) {
        case HOLDS, ACCEPTED -> json.writeBooleanField("holds", true);
        case FAILS -> json.writeBooleanField("holds", false);
        case NOT_JUDGED -> json.writeNullField("holds");
      }
      json.writeStringField("message", check.message());
      JsonValues.text(json, "fix", check.fix());
      json.writeStringField("subject", check.subject());
      json.writeBooleanField("accepted", check.outcome() == Check.Outcome.ACCEPTED);
      json.writeStringField("fingerprint", check.fingerprint(report.path()));
      json.writeEndObject();
    }
    json.writeEndArray();
    notes(report.allNotes(), json);
    if (report.crates() == null) {
      json.writeNullField("crates");
    } else {
      json.writeObjectFieldStart("crates");
      for (Map.Entry<String, Long> e : report.crates().entrySet()) {
        JsonValues.count(json, e.getKey(), e.getValue());
      }
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  static void notes(List<Note> notes, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("notes");
    for (Note note : notes) {
      json.writeStartObject();
      json.writeStringField("level", note.level().key());
      json.writeStringField("code", note.code());
      json.writeStringField("message", note.message());
      JsonValues.count(json, "offset", note.offset());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void linkage(@Nullable Linkage linkage, JsonGenerator json) throws IOException {
    if (linkage == null) {
      json.writeNullField("linkage");
      return;
    }
    json.writeObjectFieldStart("linkage");
    json.writeStringField("verdict", linkage.verdict().key());
    json.writeStringField("confidence", linkage.confidence().key());
    json.writeArrayFieldStart("dylibs");
    for (Linkage.Dylib dylib : linkage.dylibs()) {
      json.writeStartObject();
      json.writeStringField("name", dylib.name());
      json.writeStringField("expectedBy", dylib.expectedBy());
      json.writeBooleanField("needed", dylib.needed());
      JsonValues.text(json, "file", dylib.file());
      json.writeStringField("verdict", dylib.verdict().key());
      json.writeStringField("confidence", dylib.confidence().key());
      JsonValues.count(json, "imports", dylib.imports());
      JsonValues.count(json, "exports", dylib.exports());
      JsonValues.count(json, "definedInBoth", dylib.definedInBoth());
      JsonValues.texts(json, "staticCrates", dylib.staticCrates());
      evidence(dylib.evidence(), json);
      fix(dylib.fix(), dylib.fixAt(), json);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeObjectFieldStart("loads");
    JsonValues.text(json, "plain", linkage.plain());
    JsonValues.text(json, "cargo", linkage.cargo());
    json.writeArrayFieldStart("cargoPath");
    for (String folder : linkage.cargoPath()) {
      json.writeString(folder);
    }
    json.writeEndArray();
    json.writeEndObject();
    evidence(linkage.evidence(), json);
    fix(linkage.fix(), linkage.fixAt(), json);
    json.writeEndObject();
  }

  private static void fix(@Nullable String fix, Linkage.@Nullable SourceLine at, JsonGenerator json)
      throws IOException {
    JsonValues.text(json, "fix", fix);
    if (at == null) {
      json.writeNullField("fixAt");
    } else {
      json.writeObjectFieldStart("fixAt");
      json.writeStringField("file", at.file());
      json.writeNumberField("line", at.line());
      json.writeEndObject();
    }
  }

  private static void evidence(List<Linkage.Evidence> evidence, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart("evidence");
    for (Linkage.Evidence e : evidence) {
      json.writeStartObject();
      json.writeStringField("kind", e.kind());
      json.writeStringField("detail", e.detail());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
