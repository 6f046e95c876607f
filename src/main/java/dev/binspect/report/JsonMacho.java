package dev.binspect.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.binspect.image.MachoTables;
import java.io.IOException;

/** What only Mach-O images have. */
final class JsonMacho {
  private JsonMacho() {}

  static void write(MachoTables tables, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("macho");
    JsonValues.text(json, "platform", tables.platform());
    JsonValues.text(json, "minimumVersion", tables.minimumVersion());
    int sdk = tables.sdk();
    JsonValues.text(
        json,
        "sdk",
        sdk == 0
            ? null
            : (sdk >>> 16)
                + "."
                + (sdk >>> 8 & 0xff)
                + ((sdk & 0xff) == 0 ? "" : "." + (sdk & 0xff)));
    json.writeBooleanField("twoLevel", tables.twoLevel());
    JsonValues.texts(json, "dyldEnvironment", tables.dyldEnvironment());
    JsonValues.count(json, "weakDefinitions", tables.weakDefinitions());
    json.writeEndObject();
  }
}
