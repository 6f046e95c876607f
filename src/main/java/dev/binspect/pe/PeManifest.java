package dev.binspect.pe;

import static dev.binspect.pe.PeConstants.IMAGE_DIRECTORY_ENTRY_RESOURCE;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Note;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The assemblies that an embedded manifest asks for (PE specification, "The .rsrc Section";
 * resource type RT_MANIFEST).
 */
final class PeManifest {
  private static final String DIRECTORY = "IMAGE_RESOURCE_DIRECTORY";
  private static final int RT_MANIFEST = 24;
  private static final int LIMIT = 1 << 20;
  private static final int MANIFESTS = 16;
  private static final int MOST_DEPENDENCIES = 1024;

  private PeManifest() {}

  /** {@return "name version" of each dependency, in the manifest's order} */
  static List<String> dependencies(PeMemory memory, List<Note> notes) {
    List<String> dependencies = new ArrayList<>();
    long root = memory.header.address(IMAGE_DIRECTORY_ENTRY_RESOURCE);
    if (root == 0) {
      return dependencies;
    }
    try {
      long type = find(memory, root, RT_MANIFEST);
      if (type >= 0) {
        manifests(memory, root, root + (type & 0x7fffffff), dependencies);
      }
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
    }
    return List.copyOf(dependencies);
  }

  private static long find(PeMemory memory, long directory, int id) throws MalformedException {
    int named = memory.u16(directory + 12, DIRECTORY);
    int numbered = memory.u16(directory + 14, DIRECTORY);
    for (int i = 0; i < numbered; i++) {
      long row = directory + 16 + 8L * (named + i);
      if (memory.u32(row, DIRECTORY) == id) {
        long to = memory.u32(row + 4, DIRECTORY);
        return to >>> 31 == 0 ? -1 : to;
      }
    }
    return -1;
  }

  /** The second level tells manifests apart, the third their languages: the first is taken. */
  private static void manifests(
      PeMemory memory, long root, long directory, List<String> dependencies)
      throws MalformedException {
    int rows = rows(memory, directory);
    for (int i = 0; i < Math.min(rows, MANIFESTS); i++) {
      long to = memory.u32(directory + 20 + 8L * i, DIRECTORY);
      if (to >>> 31 != 0) {
        long languages = root + (to & 0x7fffffff);
        if (rows(memory, languages) == 0) {
          continue;
        }
        to = memory.u32(languages + 20, DIRECTORY);
      }
      if (to >>> 31 == 0) {
        long data = memory.u32(root + to, "IMAGE_RESOURCE_DATA_ENTRY");
        long size = memory.u32(root + to + 4, "IMAGE_RESOURCE_DATA_ENTRY");
        scan(text(memory.copy(data, Math.min(size, LIMIT), "manifest")), dependencies);
      }
    }
  }

  private static int rows(PeMemory memory, long directory) throws MalformedException {
    return memory.u16(directory + 12, DIRECTORY) + memory.u16(directory + 14, DIRECTORY);
  }

  private static String text(byte[] content) {
    if (content.length >= 2 && (content[0] & 0xff) == 0xff && (content[1] & 0xff) == 0xfe) {
      return new String(content, 2, content.length - 2, StandardCharsets.UTF_16LE);
    }
    return new String(content, StandardCharsets.UTF_8);
  }

  /** Finds each assemblyIdentity within a dependentAssembly; an XML parser would cost a start. */
  static void scan(String xml, List<String> dependencies) {
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
