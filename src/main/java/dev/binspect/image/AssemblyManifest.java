package dev.binspect.image;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The XML of an application's or assembly's manifest (Microsoft, "Application manifests"): what
 * stands in a PE file's resources, or in a file beside it.
 */
public final class AssemblyManifest {
  /** Bytes of a manifest that are read. */
  public static final int LIMIT = 1 << 20;

  private static final int MOST_DEPENDENCIES = 1024;

  private AssemblyManifest() {}

  /**
   * Adds "name version" of each assembly that a manifest depends on, in its order.
   *
   * @param content the XML as it stands in the file
   */
  public static void dependencies(byte[] content, List<String> out) {
    scan(text(content), out);
  }

  private static String text(byte[] content) {
    if (content.length >= 2 && (content[0] & 0xff) == 0xff && (content[1] & 0xff) == 0xfe) {
      return new String(content, 2, content.length - 2, StandardCharsets.UTF_16LE);
    }
    return new String(content, StandardCharsets.UTF_8);
  }

  /** Finds each assemblyIdentity within a dependentAssembly; an XML parser would cost a start. */
  private static void scan(String xml, List<String> dependencies) {
    int at = 0;
    int inside = 0;
    while ((at = xml.indexOf('<', at)) >= 0) {
      if (xml.startsWith("<!--", at)) {
        int end = xml.indexOf("-->", at + 4);
        if (end < 0) {
          return;
        }
        at = end + 3;
        continue;
      }
      int end = tagEnd(xml, at);
      if (end < 0) {
        return;
      }
      String tag = xml.substring(at + 1, end);
      at = end + 1;
      String element = element(tag);
      if (element.equals("dependentAssembly")) {
        inside += tag.startsWith("/") ? -1 : tag.endsWith("/") ? 0 : 1;
      } else if (element.equals("assemblyIdentity") && inside > 0 && !tag.startsWith("/")) {
        String name = attribute(tag, "name");
        String version = attribute(tag, "version");
        if (name != null && dependencies.size() < MOST_DEPENDENCIES) {
          dependencies.add(version == null ? name : name + " " + version);
        }
      }
    }
  }

  private static int tagEnd(String xml, int at) {
    char quote = 0;
    for (int i = at + 1; i < xml.length(); i++) {
      char c = xml.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '>') {
        return i;
      }
    }
    return -1;
  }

  /** {@return the element's name without its prefix} */
  private static String element(String tag) {
    int from = tag.startsWith("/") ? 1 : 0;
    int to = from;
    while (to < tag.length() && !Character.isWhitespace(tag.charAt(to)) && tag.charAt(to) != '/') {
      to++;
    }
    return tag.substring(
        tag.lastIndexOf(':', to) >= from ? tag.lastIndexOf(':', to) + 1 : from, to);
  }

  private static @Nullable String attribute(String tag, String name) {
    int at = 0;
    while ((at = tag.indexOf(name, at)) >= 0) {
      int after = at + name.length();
      boolean begins = at > 0 && Character.isWhitespace(tag.charAt(at - 1));
      while (after < tag.length() && Character.isWhitespace(tag.charAt(after))) {
        after++;
      }
      at += name.length();
      if (!begins || after >= tag.length() || tag.charAt(after) != '=') {
        continue;
      }
      after++;
      while (after < tag.length() && Character.isWhitespace(tag.charAt(after))) {
        after++;
      }
      if (after >= tag.length()) {
        return null;
      }
      char quote = tag.charAt(after);
      int end = tag.indexOf(quote, after + 1);
      return end < 0 || (quote != '"' && quote != '\'') ? null : tag.substring(after + 1, end);
    }
    return null;
  }
}
