package dev.binspect.rust;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Image;
import dev.binspect.image.Section;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * What cargo-auditable writes into a program: the packages it was built from, as zlib-compressed
 * JSON in the section {@code .dep-v0}. It survives stripping and copying. It tells what a program
 * depends on, and not whether a package's code stands in the program or in a library.
 *
 * @param packages "name version", in the order of the list
 * @param graph what they depend on
 */
public record AuditablePackages(List<String> packages, PackageGraph graph) {
  private static final String SECTION = ".dep-v0";
  private static final int MOST_BYTES = 8 << 20;
  private static final int MOST_PACKAGES = 50_000;
  private static final int MOST_EDGES = 500_000;

  /** {@return the packages, or null where the image holds no such list or a damaged one} */
  public static @Nullable AuditablePackages of(Image image) {
    try {
      for (Section section : image.contents().sections()) {
        if (section.name().equals(SECTION) || section.name().endsWith("," + SECTION)) {
          var packed = image.contents().bytes(section);
          if (packed.length() > MOST_BYTES) {
            return null;
          }
          byte[] json = inflate(packed.copy(0, packed.length(), SECTION));
          return json == null ? null : parse(json);
        }
      }
    } catch (MalformedException | IOException e) {
      return null; // An aid that cannot be read is none.
    }
    return null;
  }

  /** {@return the version of a package, by its name with either hyphens or underscores, or null} */
  public @Nullable String version(String name) {
    String wanted = name.replace('-', '_');
    for (String each : packages) {
      int space = each.indexOf(' ');
      if (each.substring(0, space).replace('-', '_').equals(wanted)) {
        return each.substring(space + 1);
      }
    }
    return null;
  }

  private static byte @Nullable [] inflate(byte[] packed) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed);
      byte[] out = new byte[1 << 14];
      int n = 0;
      while (!inflater.finished()) {
        if (n == out.length) {
          if (n >= MOST_BYTES) {
            return null;
          }
          out = Arrays.copyOf(out, n * 2);
        }
        int got = inflater.inflate(out, n, out.length - n);
        if (got == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          return null;
        }
        n += got;
      }
      return Arrays.copyOf(out, n);
    } catch (DataFormatException e) {
      return null;
    } finally {
      inflater.end();
    }
  }

  private static @Nullable AuditablePackages parse(byte[] json) throws IOException {
    List<String> packages = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<List<Integer>> edges = new ArrayList<>();
    int left = MOST_EDGES;
    try (JsonParser in = new JsonFactory().createParser(json)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        boolean list = in.currentName().equals("packages");
        if (in.nextToken() != JsonToken.START_ARRAY || !list) {
          in.skipChildren();
          continue;
        }
        while (in.nextToken() == JsonToken.START_OBJECT) {
          if (names.size() == MOST_PACKAGES || left < 0) {
            // A few bytes unpack to millions of them: no list of them is told that is not whole.
            return null;
          }
          String name = "";
          String version = "";
          List<Integer> needs = new ArrayList<>();
          while (in.nextToken() == JsonToken.FIELD_NAME) {
            String field = in.currentName();
            in.nextToken();
            if (field.equals("name")) {
              name = in.getValueAsString("");
            } else if (field.equals("version")) {
              version = in.getValueAsString("");
            } else if (field.equals("dependencies") && in.currentToken() == JsonToken.START_ARRAY) {
              left -= indexes(in, needs);
            } else {
              in.skipChildren();
            }
          }
          if (!name.isEmpty() && name.indexOf(' ') < 0) {
            packages.add(name + " " + version);
          }
          names.add(name);
          edges.add(needs);
        }
      }
    }
    return new AuditablePackages(List.copyOf(packages), graph(names, edges));
  }

  /** {@return how many were taken} */
  private static int indexes(JsonParser in, List<Integer> into) throws IOException {
    JsonToken token;
    while ((token = in.nextToken()) != JsonToken.END_ARRAY && token != null) {
      if (token == JsonToken.VALUE_NUMBER_INT && into.size() < MOST_PACKAGES) {
        into.add((int) Math.min(in.getLongValue(), Integer.MAX_VALUE));
      } else {
        in.skipChildren();
      }
    }
    return into.size();
  }

  private static PackageGraph graph(List<String> names, List<List<Integer>> edges) {
    PackageGraph graph = new PackageGraph();
    for (int i = 0; i < names.size(); i++) {
      List<String> needs = new ArrayList<>();
      for (int index : edges.get(i)) {
        if (index >= 0 && index < names.size()) {
          needs.add(names.get(index));
        }
      }
      graph.add(names.get(i), needs);
    }
    return graph;
  }
}
