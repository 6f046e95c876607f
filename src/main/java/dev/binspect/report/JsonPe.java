package dev.binspect.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.binspect.image.Image;
import dev.binspect.image.Needed;
import dev.binspect.image.PeTables;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What only PE images have: {@code images[].pe}. */
final class JsonPe {
  private JsonPe() {}

  static void write(Image image, PeTables tables, JsonGenerator json) throws IOException {
    PeTables.Details details = tables.details();
    json.writeObjectFieldStart("pe");
    json.writeStringField("subsystem", details.subsystem());
    json.writeBooleanField("driver", details.driver());
    json.writeNumberField(
        "imageBase", new java.math.BigInteger(Long.toUnsignedString(image.preferredBase())));
    json.writeNumberField("sizeOfImage", details.sizeOfImage());
    JsonValues.text(json, "pdb", details.pdb());
    JsonValues.count(json, "tlsCallbacks", details.tlsCallbacks());
    json.writeNumberField("dependentLoadFlags", details.dependentLoadFlags());
    libraries(image, tables, json);
    json.writeArrayFieldStart("undeclaredDelayImports");
    for (PeTables.Undeclared one : details.undeclaredDelays()) {
      json.writeStartObject();
      json.writeStringField("library", one.library());
      json.writeNumberField("byName", one.byName());
      json.writeNumberField("byOrdinal", one.byOrdinal());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeObjectFieldStart("exports");
    JsonValues.count(json, "names", image.exports() < 0 ? -1 : details.exportNames());
    JsonValues.count(json, "forwarders", image.exports() < 0 ? -1 : details.forwarders());
    json.writeEndObject();
    json.writeArrayFieldStart("boundImports");
    for (PeTables.Bound bound : details.bound()) {
      json.writeStartObject();
      json.writeStringField("library", bound.library());
      json.writeNumberField("timestamp", bound.timestamp());
      JsonValues.texts(json, "forwarders", bound.forwarders());
      json.writeEndObject();
    }
    json.writeEndArray();
    JsonValues.texts(json, "manifestDependencies", tables.manifestDependencies());
    json.writeEndObject();
  }

  /** Per library and way of loading: how many functions by name and by number. */
  private static void libraries(Image image, PeTables tables, JsonGenerator json)
      throws IOException {
    Map<String, long[]> loaded = new LinkedHashMap<>();
    Map<String, long[]> delayed = new LinkedHashMap<>();
    for (Needed needed : image.needed()) {
      // A descriptor may name a DLL and import nothing.
      (needed.how() == Needed.How.DELAY ? delayed : loaded).put(needed.name(), new long[2]);
    }
    for (PeTables.Import one : tables.imports()) {
      long[] counts =
          (one.delayed() ? delayed : loaded).computeIfAbsent(one.library(), name -> new long[2]);
      counts[one.name() != null ? 0 : 1]++;
    }
    json.writeArrayFieldStart("imports");
    libraries(loaded, false, json);
    libraries(delayed, true, json);
    json.writeEndArray();
  }

  private static void libraries(Map<String, long[]> counts, boolean delayed, JsonGenerator json)
      throws IOException {
    for (Map.Entry<String, long[]> library : counts.entrySet()) {
      json.writeStartObject();
      json.writeStringField("library", library.getKey());
      json.writeNumberField("byName", library.getValue()[0]);
      json.writeNumberField("byOrdinal", library.getValue()[1]);
      json.writeBooleanField("delayed", delayed);
      json.writeEndObject();
    }
  }
}
