package dev.binspect.load.elf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.files.BinaryFiles;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Image;
import dev.binspect.load.FoundBy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** With its index a look-up finds what it finds without, after as many objects. */
class ScopeIndexTest {
  /** Programs and libraries of all machines: a look-up sees the tables alone. */
  private static List<ScopeMember> scope() throws Exception {
    BinaryFiles files = new BinaryFiles();
    List<Path> paths = new ArrayList<>();
    try (Stream<Path> fixtures = Files.list(Path.of("testdata", "elf"))) {
      fixtures
          .filter(path -> Files.isRegularFile(path) && !path.toString().endsWith(".tsv"))
          .sorted()
          .forEach(paths::add);
    }
    List<LinkMap> objects = new ArrayList<>();
    for (Path path : paths) {
      Image image = files.images(path.toString()).getFirst();
      if (image.tables() instanceof ElfTables) {
        String name = path.toString();
        LinkMap object = new LinkMap(name, name, name, image, null, FoundBy.CACHE, null);
        object.index = objects.size();
        object.program = objects.isEmpty();
        objects.add(object);
      }
    }
    List<ScopeMember> members = new ArrayList<>();
    for (LinkMap object : objects) {
      members.add(new ScopeMember(object, objects.size()));
    }
    return members;
  }

  private static String found(SymbolLookup lookup) {
    ScopeMember answer = lookup.answer;
    return (answer == null ? "nobody" : answer.object.name + " " + lookup.answerSymbol)
        + " after "
        + lookup.probes;
  }

  @Test
  void findsTheSame() throws Exception {
    List<ScopeMember> members = scope();
    assertThat(members).anyMatch(member -> member.sysv != null).anyMatch(m -> m.gnu != null);
    int answered = 0;
    for (ScopeMember from : members) {
      for (int symbol = 1; symbol < from.symbols.count(); symbol++) {
        for (int kind : new int[] {LookupClass.NORMAL, LookupClass.PLT, LookupClass.COPY}) {
          for (boolean symbolic : new boolean[] {false, true}) {
            // One that has asked long enough makes an index by itself.
            SymbolLookup plain = new SymbolLookup(members);
            SymbolLookup indexed = new SymbolLookup(members);
            indexed.useIndex();
            plain.find(from, symbol, kind, symbolic);
            indexed.find(from, symbol, kind, symbolic);
            assertThat(found(indexed))
                .describedAs(from.object.name + " " + from.symbols.name(symbol) + " " + kind)
                .isEqualTo(found(plain));
            answered += plain.answer == null ? 0 : 1;
          }
        }
      }
    }
    assertThat(answered).isGreaterThan(50);
  }
}
