package dev.binspect.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.binspect.image.MachoTables;
import java.io.IOException;

/** What only Mach-O images have. */
final class JsonMacho {
  private JsonMacho() {}

  static void write(MachoTables tables, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("macho");
    json.writeStringField("fileType", tables.fileType());
    JsonValues.text(json, "platform", tables.platform());
    JsonValues.text(json, "minimumVersion", tables.minimumVersion());
    int sdk = tables.sdk();
    JsonValues.text(json, "sdk", sdk == 0 ? null : sdk(sdk));
    json.writeBooleanField("twoLevel", tables.twoLevel());
    JsonValues.texts(json, "dyldEnvironment", tables.dyldEnvironment());
    JsonValues.count(json, "weakDefinitions", tables.weakDefinitions());
    MachoTables.Fixups fixups = tables.fixups();
    if (fixups == null) {
      json.writeNullField("fixups");
    } else {
      json.writeObjectFieldStart("fixups");
      json.writeNumberField("pageSize", fixups.pageSize());
      JsonValues.counts(json, "bySegment", fixups.bySegment());
      JsonValues.counts(json, "bySection", fixups.bySection());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  static String sdk(int packed) {
    String text = (packed >>> 16) + "." + (packed >>> 8 & 0xff);
    return (packed & 0xff) == 0 ? text : text + "." + (packed & 0xff);
  }
}
