package dev.binspect.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.binspect.check.Check;
import dev.binspect.check.Rule;
import dev.binspect.image.Note;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The checks as SARIF 2.1.0 (OASIS), as GitHub's code scanning reads it. */
public final class SarifReport {
  private static final String HEX = "0123456789ABCDEF";

  private SarifReport() {}

  /** Writes one document for all files. */
  public static void write(List<Report> reports, List<Unread> unread, String version, Writer out)
      throws IOException {
    try (JsonGenerator json = JsonValues.generator(out, true)) {
      json.writeStartObject();
      json.writeStringField(
          "$schema",
          "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
      json.writeStringField("version", "2.1.0");
      json.writeArrayFieldStart("runs");
      json.writeStartObject();
      tool(version, json);
      json.writeStringField("columnKind", "utf16CodeUnits");
      invocation(reports, unread, json);
      json.writeArrayFieldStart("results");
      for (Report report : reports) {
        for (Check check : report.checks()) {
          if (check.failed() || check.outcome() == Check.Outcome.ACCEPTED) {
            result(report, check, json);
          }
        }
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeEndArray();
      json.writeEndObject();
    }
    out.write('\n');
    out.flush();
  }

  private static void tool(String version, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("tool");
    json.writeObjectFieldStart("driver");
    json.writeStringField("name", "binspect");
    json.writeStringField("semanticVersion", version);
    json.writeArrayFieldStart("rules");
    for (Rule rule : Rule.values()) {
      json.writeStartObject();
      json.writeStringField("id", rule.id());
      json.writeStringField("name", rule.key());
      text(json, "shortDescription", rule.title());
      text(json, "fullDescription", rule.help());
      text(json, "help", rule.help() + "\n\nJudged: " + rule.when());
      json.writeObjectFieldStart("defaultConfiguration");
      json.writeStringField("level", "error");
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void invocation(List<Report> reports, List<Unread> unread, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart("invocations");
    json.writeStartObject();
    json.writeBooleanField("executionSuccessful", unread.isEmpty());
    json.writeArrayFieldStart("toolExecutionNotifications");
    for (Report report : reports) {
      for (Note note : report.allNotes()) {
        String level = note.level() == Note.Level.WARNING ? "warning" : "note";
        notification(level, note.code(), note.message(), Location.of(report), json);
      }
    }
    for (Unread file : unread) {
      notification("error", "no-report", file.why(), Location.of(file), json);
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndArray();
  }

  private static void notification(
      String level, String id, String message, Location at, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("level", level);
    json.writeObjectFieldStart("descriptor");
    json.writeStringField("id", id);
    json.writeEndObject();
    text(json, "message", message);
    locations(at, json);
    json.writeEndObject();
  }

  private static void result(Report report, Check check, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("ruleId", check.id());
    Rule[] rules = Rule.values();
    for (int i = 0; i < rules.length; i++) {
      if (rules[i].id().equals(check.id())) {
        json.writeNumberField("ruleIndex", i);
      }
    }
    json.writeStringField("level", "error");
    text(
        json,
        "message",
        check.fix() == null ? check.message() : check.message() + "\nFix: " + check.fix());
    locations(Location.of(report, check), json);
    json.writeObjectFieldStart("partialFingerprints");
    json.writeStringField("binspectCheck/v1", check.fingerprint(report.path()));
    json.writeEndObject();
    if (check.outcome() == Check.Outcome.ACCEPTED) {
      json.writeArrayFieldStart("suppressions");
      json.writeStartObject();
      json.writeStringField("kind", "external");
      json.writeStringField("justification", "known when the baseline was written");
      json.writeEndObject();
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static void locations(Location at, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("locations");
    json.writeStartObject();
    json.writeObjectFieldStart("physicalLocation");
    json.writeObjectFieldStart("artifactLocation");
    json.writeStringField("uri", uri(at.path()));
    json.writeEndObject();
    // a binary has no lines; code scanning shows nothing without one
    json.writeObjectFieldStart("region");
    json.writeNumberField("startLine", Math.max(1, at.line()));
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndArray();
  }

  /** {@return the path as a URI reference: relative ones stay relative to the repository} */
  static String uri(String path) {
    StringBuilder uri = new StringBuilder(path.length() + 16);
    if (path.startsWith("/")) {
      uri.append("file://");
    }
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      // RFC 3986's unreserved characters and the path's separator; all else is percent-encoded
      if (c < 0x80 && (Character.isLetterOrDigit(c) || "/-._~".indexOf(c) >= 0)) {
        uri.append(c);
      } else {
        uri.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
      }
    }
    return uri.toString();
  }

  /** Text of a message: what names could do to a reader is made visible, line ends stay ours. */
  private static void text(JsonGenerator json, String field, String text) throws IOException {
    StringBuilder visible = new StringBuilder();
    int from = 0;
    while (true) {
      int to = text.indexOf('\n', from);
      visible.append(Escape.text(to < 0 ? text.substring(from) : text.substring(from, to)));
      if (to < 0) {
        break;
      }
      visible.append('\n');
      from = to + 1;
    }
    json.writeObjectFieldStart(field);
    json.writeStringField("text", visible.toString());
    json.writeEndObject();
  }
}
