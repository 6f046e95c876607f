package dev.binspect.rust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.binspect.bytes.Bytes;
import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Image;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditablePackagesTest {
  private static final Path PROGRAM =
      Path.of(System.getProperty("binspect.home"), "testdata/cargo/used/target/release/app");
  private static final String OBJCOPY = "/usr/bin/objcopy";

  @TempDir Path folder;

  private Image withSection(byte[] content) throws Exception {
    assumeTrue(Files.isExecutable(Path.of(OBJCOPY)), "needs binutils");
    Path section = Files.write(folder.resolve("section"), content);
    Path out = folder.resolve("app");
    Process process =
        new ProcessBuilder(
                OBJCOPY, "--add-section", ".dep-v0=" + section, PROGRAM.toString(), out.toString())
            .redirectErrorStream(true)
            .start();
    assertThat(process.waitFor()).isZero();
    return BinaryFiles.images(Bytes.of("app", Files.readAllBytes(out))).get(0);
  }

  private static byte[] packed(String json) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflate = new DeflaterOutputStream(out)) {
      deflate.write(json.getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }

  @Test
  void theRecordedPackagesAreRead() throws Exception {
    AuditablePackages packages =
        AuditablePackages.of(
            withSection(
                packed(
                    """
                    {"x": {"packages": 1}, "packages": [
                      {"name": "app", "version": "0.1.0", "source": "local", "dependencies": [1], "root": true},
                      {"name": "deps-dylib", "version": "0.2.1", "source": {"a": [1]}}]}
                    """)));
    assertThat(packages).isNotNull();
    assertThat(packages.packages()).containsExactly("app 0.1.0", "deps-dylib 0.2.1");
    assertThat(packages.version("deps_dylib")).isEqualTo("0.2.1");
    assertThat(packages.version("alpha")).isNull();
    assertThat(packages.graph().below("app")).containsExactly("app", "deps_dylib");
    assertThat(packages.graph().below("alpha")).isNull();
  }

  @Test
  void whatIsNoSuchListIsNone() throws Exception {
    assertThat(AuditablePackages.of(withSection("not packed".getBytes(StandardCharsets.UTF_8))))
        .isNull();
    assertThat(AuditablePackages.of(withSection(packed("[1, 2")))).isNull();
    assertThat(AuditablePackages.of(withSection(packed("{\"packages\": [{\"name\"")))).isNull();
    // A bomb: 64 MiB of blanks in 64 KiB.
    assertThat(AuditablePackages.of(withSection(packed(" ".repeat(64 << 20))))).isNull();
    // Few bytes that are millions of packages or of edges.
    String packages = "{\"packages\": [" + "{\"name\":\"a\"},".repeat(200_000) + "{}]}";
    assertThat(AuditablePackages.of(withSection(packed(packages)))).isNull();
    String one = "{\"name\":\"a\",\"dependencies\":[" + "1000,".repeat(40_000) + "0]},";
    assertThat(
            AuditablePackages.of(withSection(packed("{\"packages\": [" + one.repeat(20) + "{}]}"))))
        .isNull();
    assertThat(
            AuditablePackages.of(
                BinaryFiles.images(Bytes.of("app", Files.readAllBytes(PROGRAM))).get(0)))
        .isNull();
  }
}
