package dev.binspect.linkage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program and a library that define the same mangled names, so many of them exported. */
class CommonDefinitionsTest {
  @TempDir private Path folder;

  /** Rust's names are C's as well: the hash is what makes them Rust's. */
  private static String functions(int exported, int inside) {
    StringBuilder source = new StringBuilder("");
    for (int i = 0; i < exported + inside; i++) {
      source
          .append("#ifdef LIBRARY\n__attribute__((visibility(\"")
          .append(i < exported ? "default" : "hidden")
          .append("\")))\n#endif\nint _ZN4deps5f")
          .append(String.format("%04d", i))
          .append("17h0123456789abcdefE(void) { return ")
          .append(i)
          .append("; }\n");
    }
    return source + "#ifndef LIBRARY\nint main(void) { return 0; }\n#endif\n";
  }

  private static void gcc(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private Linkage.Dylib judged(int exported, int inside) throws Exception {
    assumeTrue(new File("/usr/bin/gcc").canExecute(), "a C compiler is needed to build both");
    Path source = folder.resolve("deps.c");
    Files.writeString(source, functions(exported, inside));
    String library = folder.resolve("libdeps.so").toString();
    String program = folder.resolve("app").toString();
    gcc("gcc", "-shared", "-fPIC", "-DLIBRARY", "-o", library, source.toString());
    gcc("gcc", "-o", program, source.toString());
    Linkage linkage = LinkageCasesTest.judge(program, List.of(library), null);
    assertThat(linkage.dylibs()).hasSize(1);
    return linkage.dylibs().getFirst();
  }

  @Test
  void whatTheLibraryHasInsideCountsWhereItMayDecide() throws Exception {
    Linkage.Dylib dylib = judged(999, 7);
    assertThat(dylib.verdict()).isEqualTo(Verdict.IGNORED);
    assertThat(dylib.evidence())
        .anyMatch(one -> one.detail().contains("defines 1006 symbols that libdeps.so defines too"));
  }

  @Test
  void exportsAloneAreCountedWhereTheyAreMany() throws Exception {
    Linkage.Dylib dylib = judged(1_000, 7);
    assertThat(dylib.verdict()).isEqualTo(Verdict.IGNORED);
    assertThat(dylib.confidence()).isEqualTo(Confidence.CERTAIN);
    assertThat(dylib.evidence())
        .anyMatch(one -> one.detail().contains("defines 1000 symbols that libdeps.so exports too"));
  }

  @Test
  void whatTheLibraryHasInsideProvesAsMuch() throws Exception {
    Linkage.Dylib dylib = judged(0, 7);
    assertThat(dylib.verdict()).isEqualTo(Verdict.IGNORED);
    assertThat(dylib.evidence())
        .anyMatch(one -> one.detail().contains("defines 7 symbols that libdeps.so defines too"));
  }
}
