package dev.binspect.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Image;
import dev.binspect.load.Counters;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import java.io.IOException;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/** The field {@code load}. */
final class JsonLoad {
  private JsonLoad() {}

  /** What was written of a library's relocations, for the lines of all its users. */
  private record Written(SerializedString relocations) {}

  static void write(LoadPlan load, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("loader", load.loader().key());
    json.writeArrayFieldStart("objects");
    SerializedString own = null;
    for (LoadedObject object : load.objects()) {
      json.writeStartObject();
      if (object.depth() == 0) {
        own = JsonValues.own(json, object.path());
        json.writeStringField("name", object.name());
      } else {
        repeated("name", object.name(), null, json);
      }
      repeated("path", object.path(), own, json);
      if (object.requiredBy() == null) {
        json.writeNullField("requiredBy");
      } else {
        repeated("requiredBy", object.requiredBy(), own, json);
      }
      json.writeStringField("foundBy", object.foundBy().key());
      json.writeNumberField("depth", object.depth());
      relocations(object, json);
      JsonValues.count(json, "lookups", object.lookups());
      JsonValues.count(json, "cachedLookups", object.cachedLookups());
      JsonValues.count(json, "probes", object.probes());
      JsonValues.count(json, "deferred", object.deferred());
      JsonValues.count(json, "pages", object.pages());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("missing");
    for (LoadPlan.Missing missing : load.missing()) {
      json.writeStartObject();
      json.writeStringField("name", missing.name());
      json.writeStringField("requiredBy", missing.requiredBy());
      JsonValues.texts(json, "searched", missing.searched());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("undefined");
    for (LoadPlan.Undefined undefined : load.knownUndefined()) {
      json.writeStartObject();
      json.writeStringField("symbol", undefined.symbol());
      json.writeStringField("version", undefined.version());
      json.writeStringField("requiredBy", undefined.requiredBy());
      json.writeEndObject();
    }
    json.writeEndArray();
    Counters counters = load.counters();
    json.writeObjectFieldStart("counters");
    JsonValues.count(json, "relative", counters.relative());
    JsonValues.count(json, "lookups", counters.lookups());
    JsonValues.count(json, "cachedLookups", counters.cachedLookups());
    JsonValues.count(json, "own", counters.own());
    JsonValues.count(json, "probes", counters.probes());
    JsonValues.count(json, "deferred", counters.deferred());
    JsonValues.count(json, "relocations", counters.relocations());
    JsonValues.count(json, "pages", counters.pages());
    json.writeEndObject();
    json.writeArrayFieldStart("pairs");
    for (LoadPlan.Pair pair : load.pairs()) {
      json.writeStartObject();
      repeated("from", pair.from(), own, json);
      repeated("to", pair.to(), own, json);
      JsonValues.count(json, "lookups", pair.lookups());
      JsonValues.count(json, "probes", pair.probes());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("delayed");
    for (LoadPlan.Delayed delayed : load.delayed()) {
      json.writeStartObject();
      json.writeStringField("name", delayed.name());
      JsonValues.text(json, "path", delayed.path());
      json.writeStringField("requiredBy", delayed.requiredBy());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("advice");
    for (LoadPlan.Advice advice : load.advice()) {
      json.writeStartObject();
      json.writeStringField("kind", advice.kind());
      json.writeStringField("object", advice.object());
      json.writeStringField("message", advice.message());
      JsonValues.counts(json, "saves", advice.saves());
      json.writeStringField("flag", advice.flag());
      json.writeStringField("risk", advice.risk());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void repeated(
      String field, String path, @Nullable SerializedString own, JsonGenerator json)
      throws IOException {
    json.writeFieldName(field);
    JsonValues.repeated(json, path, own);
  }

  private static void relocations(LoadedObject object, JsonGenerator json) throws IOException {
    Image image = object.image();
    if (image == null
        || object.depth() == 0
        || json.getPrettyPrinter() != null
        || !(image.tables() instanceof ElfTables elf)) {
      JsonImage.relocations(image == null ? null : image.relocations(), json);
      return;
    }
    json.writeFieldName("relocations");
    Written known = elf.symbols().attachments().attachment(Written.class);
    if (known == null) {
      StringWriter text = new StringWriter();
      try (JsonGenerator once = JsonValues.generator(text, false)) {
        JsonImage.tallies(image.relocations(), once);
      }
      known = new Written(new SerializedString(text.toString()));
      elf.symbols().attachments().attach(known);
    }
    json.writeRawValue(known.relocations());
  }
}
