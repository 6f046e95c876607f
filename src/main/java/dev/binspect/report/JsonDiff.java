package dev.binspect.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.binspect.check.Figure;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Two builds side by side as JSON, after {@code diff.schema.json} ("binspect-diff/1"). */
public final class JsonDiff {
  private JsonDiff() {}

  /** Writes one object and a line feed; the writer is left open. */
  public static void write(Diff diff, Writer out, JsonReport.Layout layout) throws IOException {
    try (JsonGenerator json = JsonValues.generator(out, layout == JsonReport.Layout.INDENTED)) {
      json.writeStartObject();
      json.writeStringField("schema", "binspect-diff/1");
      file("before", diff.before(), json);
      file("after", diff.after(), json);
      List<Diff.Change> figures = new ArrayList<>();
      for (Figure figure : Figure.values()) {
        figures.add(diff.of(figure));
      }
      changes("figures", figures, json);
      json.writeObjectFieldStart("relocations");
      for (String by : Build.TALLIES) {
        changes(by, diff.tally(by), json);
      }
      json.writeEndObject();
      json.writeArrayFieldStart("libraries");
      for (Diff.Library library : diff.libraries()) {
        json.writeStartObject();
        json.writeStringField("name", library.name());
        object("before", library.before(), json);
        object("after", library.after(), json);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeObjectFieldStart("crates");
      JsonValues.texts(json, "becameStatic", List.copyOf(diff.becameStatic()));
      JsonValues.texts(json, "becameDynamic", List.copyOf(diff.becameDynamic()));
      changes("bytes", diff.crates(), json);
      json.writeEndObject();
      json.writeObjectFieldStart("start");
      start("before", diff.before().start(), json);
      start("after", diff.after().start(), json);
      Diff.StartDifference difference = diff.start();
      if (difference == null) {
        json.writeNullField("difference");
      } else {
        json.writeObjectFieldStart("difference");
        json.writeNumberField("medianNanos", difference.medianNanos());
        json.writeFieldName("ci95Nanos");
        json.writeArray(difference.ci95Nanos(), 0, difference.ci95Nanos().length);
        json.writeNumberField("pairs", difference.pairs());
        if (difference.ratioCi95().length == 2) {
          json.writeNumberField("ratio", difference.ratio());
          json.writeFieldName("ratioCi95");
          json.writeArray(difference.ratioCi95(), 0, 2);
        }
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    out.write('\n');
    out.flush();
  }

  private static void file(String field, Build build, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart(field);
    json.writeStringField("path", build.path());
    JsonValues.count(json, "size", build.size());
    JsonValues.text(json, "buildId", build.buildId());
    JsonValues.text(json, "verdict", build.verdict());
    JsonReport.notes(build.notes(), json);
    json.writeEndObject();
  }

  private static void changes(String field, List<Diff.Change> changes, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart(field);
    for (Diff.Change change : changes) {
      json.writeObjectFieldStart(change.name());
      JsonValues.count(json, "before", change.before());
      JsonValues.count(json, "after", change.after());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void object(String field, Build.@Nullable Library object, JsonGenerator json)
      throws IOException {
    if (object == null) {
      json.writeNullField(field);
      return;
    }
    json.writeObjectFieldStart(field);
    json.writeStringField("path", object.path());
    JsonValues.count(json, "relocations", object.relocations());
    JsonValues.count(json, "lookups", object.lookups());
    JsonValues.count(json, "probes", object.probes());
    JsonValues.count(json, "pages", object.pages());
    json.writeEndObject();
  }

  private static void start(String field, Build.@Nullable Started start, JsonGenerator json)
      throws IOException {
    if (start == null) {
      json.writeNullField(field);
      return;
    }
    json.writeObjectFieldStart(field);
    json.writeStringField("how", start.how());
    JsonValues.text(json, "why", start.why());
    JsonValues.count(json, "medianNanos", start.medianNanos());
    if (start.ci95Nanos().length == 2) {
      json.writeFieldName("ci95Nanos");
      json.writeArray(start.ci95Nanos(), 0, 2);
    } else {
      json.writeNullField("ci95Nanos");
    }
    json.writeEndObject();
  }
}
