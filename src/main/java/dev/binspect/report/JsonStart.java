package dev.binspect.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.binspect.start.Start;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The field {@code start}. */
final class JsonStart {
  private JsonStart() {}

  static void write(@Nullable Start start, JsonGenerator json, boolean samples) throws IOException {
    if (start == null) {
      json.writeNullField("start");
      return;
    }
    json.writeObjectFieldStart("start");
    json.writeStringField("how", start.how().key());
    JsonValues.text(json, "why", start.why());
    json.writeNumberField("runs", start.runs());
    JsonValues.count(json, "medianNanos", start.medianNanos());
    JsonValues.count(json, "madNanos", start.madNanos());
    if (start.ci95Nanos().length == 2) {
      json.writeFieldName("ci95Nanos");
      json.writeArray(start.ci95Nanos(), 0, 2);
    } else {
      json.writeNullField("ci95Nanos");
    }
    JsonValues.count(json, "p95Nanos", start.p95Nanos());
    JsonValues.count(json, "wallMedianNanos", start.wallMedianNanos());
    json.writeArrayFieldStart("phases");
    for (Start.Phase phase : start.phases()) {
      json.writeStartObject();
      json.writeStringField("name", phase.name());
      JsonValues.count(json, "medianNanos", phase.medianNanos());
      json.writeEndObject();
    }
    json.writeEndArray();
    JsonValues.count(json, "pageFaults", start.pageFaults());
    JsonValues.count(json, "dirtyBytes", start.dirtyBytes());
    JsonValues.texts(json, "objectsLoaded", start.objectsLoaded());
    json.writeArrayFieldStart("libraries");
    for (Start.LibraryCost cost : start.libraries()) {
      json.writeStartObject();
      json.writeStringField("path", cost.path());
      JsonValues.count(json, "mapNanos", cost.mapNanos());
      JsonValues.count(json, "relocateNanos", cost.relocateNanos());
      JsonValues.count(json, "constructorsNanos", cost.constructorsNanos());
      json.writeBooleanField("modelled", cost.modelled());
      json.writeEndObject();
    }
    json.writeEndArray();
    Start.LibraryScale scale = start.libraryScale();
    if (scale == null) {
      json.writeNullField("libraryScale");
    } else {
      json.writeObjectFieldStart("libraryScale");
      JsonValues.count(json, "mapPercent", scale.mapPercent());
      JsonValues.count(json, "relocatePercent", scale.relocatePercent());
      JsonValues.count(json, "constructorsPercent", scale.constructorsPercent());
      json.writeEndObject();
    }
    if (samples) {
      json.writeArrayFieldStart("samples");
      for (Start.Sample sample : start.samples()) {
        json.writeStartObject();
        JsonValues.count(json, "cpuNanos", sample.cpuNanos());
        JsonValues.count(json, "wallNanos", sample.wallNanos());
        JsonValues.count(json, "pageFaults", sample.pageFaults());
        JsonValues.count(json, "exitNanos", sample.exitNanos());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    json.writeStringField("method", start.method());
    JsonValues.count(json, "loaderNanos", start.loaderNanos());
    JsonValues.count(json, "floorNanos", start.floorNanos());
    JsonValues.count(json, "majorFaults", start.majorFaults());
    JsonValues.count(json, "predictedPages", start.predictedPages());
    if (start.instructions() >= 0) {
      json.writeNumberField("instructions", start.instructions());
    }
    JsonValues.count(json, "exitNanos", start.exitNanos());
    JsonValues.count(json, "errorPercent", start.errorPercent());
    JsonValues.text(json, "errorBasis", start.errorBasis());
    Start.AtReference reference = start.atReference();
    if (reference == null) {
      json.writeNullField("atReferenceSpeed");
    } else {
      json.writeObjectFieldStart("atReferenceSpeed");
      JsonValues.count(json, "medianNanos", reference.medianNanos());
      json.writeFieldName("ci95Nanos");
      json.writeArray(reference.ci95Nanos(), 0, 2);
      JsonValues.count(json, "gaugeNanos", reference.gaugeNanos());
      JsonValues.count(json, "referenceNanos", reference.referenceNanos());
      JsonValues.count(json, "speedPercent", reference.speedPercent());
      json.writeEndObject();
    }
    JsonValues.texts(json, "warnings", start.warnings());
    json.writeEndObject();
  }
}
