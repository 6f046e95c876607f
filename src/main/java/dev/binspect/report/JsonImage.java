package dev.binspect.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.binspect.image.Hardening;
import dev.binspect.image.Image;
import dev.binspect.image.Imports;
import dev.binspect.image.MachoTables;
import dev.binspect.image.Needed;
import dev.binspect.image.PeTables;
import dev.binspect.image.Relocations;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An entry of {@code images[]}. */
final class JsonImage {
  private JsonImage() {}

  static void write(Image image, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("format", image.format().key());
    json.writeStringField("kind", image.kind().key());
    json.writeStringField("machine", image.machine());
    json.writeNumberField("bits", image.bits());
    json.writeStringField("byteOrder", image.littleEndian() ? "little" : "big");
    json.writeBooleanField("pie", image.pie());
    json.writeStringField("linking", image.linking().key());
    JsonValues.text(json, "interpreter", image.interpreter());
    JsonValues.text(json, "name", image.name());
    JsonValues.text(json, "buildId", image.buildId());
    json.writeObjectFieldStart("searchPaths");
    JsonValues.texts(json, "rpath", image.searchPaths().rpath());
    JsonValues.texts(json, "runpath", image.searchPaths().runpath());
    json.writeEndObject();
    JsonValues.texts(json, "producers", image.producers());
    json.writeArrayFieldStart("needed");
    for (Needed needed : image.needed()) {
      json.writeStartObject();
      json.writeStringField("name", needed.name());
      json.writeStringField("how", needed.how().key());
      if (needed.delayedInit()) {
        json.writeBooleanField("delayedInit", true);
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    Imports imports = image.imports();
    json.writeObjectFieldStart("imports");
    JsonValues.count(json, "count", imports == null ? -1 : imports.count());
    JsonValues.counts(json, "byLibrary", imports == null ? Map.of() : imports.byLibrary());
    json.writeEndObject();
    json.writeObjectFieldStart("exports");
    JsonValues.count(json, "count", image.exports());
    json.writeEndObject();
    Hardening hardening = image.hardening();
    json.writeObjectFieldStart("hardening");
    json.writeBooleanField("bindNow", hardening.bindNow());
    json.writeStringField("relro", hardening.relro().key());
    json.writeBooleanField("textRelocations", hardening.textRelocations());
    for (Map.Entry<String, Boolean> e : hardening.more().entrySet()) {
      json.writeBooleanField(e.getKey(), e.getValue());
    }
    json.writeEndObject();
    relocations(image.relocations(), json);
    if (image.tables() instanceof PeTables tables) {
      JsonPe.write(image, tables, json);
    } else if (image.tables() instanceof MachoTables tables) {
      JsonMacho.write(tables, json);
    }
    json.writeEndObject();
  }

  static void relocations(@Nullable Relocations relocations, JsonGenerator json)
      throws IOException {
    json.writeFieldName("relocations");
    tallies(relocations, json);
  }

  static void tallies(@Nullable Relocations relocations, JsonGenerator json) throws IOException {
    if (relocations == null) {
      json.writeNull();
      return;
    }
    json.writeStartObject();
    JsonValues.count(json, "total", relocations.total());
    JsonValues.counts(json, "byTable", relocations.byTable());
    JsonValues.counts(json, "byType", relocations.byType());
    JsonValues.counts(json, "byKind", relocations.byKind());
    JsonValues.counts(json, "byPlace", relocations.byPlace());
    JsonValues.counts(json, "byTarget", relocations.byTarget());
    JsonValues.count(json, "pages", relocations.pages());
    json.writeEndObject();
  }
}
