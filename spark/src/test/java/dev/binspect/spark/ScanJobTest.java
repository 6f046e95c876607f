package dev.binspect.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job in local mode against {@code binspect scan} itself. */
class ScanJobTest {
  private static final String LAUNCHER = System.getProperty("binspect.launcher");
  private static final List<String> DAMAGED =
      List.of("damaged", "damaged-2", "damaged-3", "damaged-4", "damaged-5", "damaged-6");
  private static SparkSession spark;

  @TempDir static Path work;
  private static Path folder;

  @BeforeAll
  static void aSmallFolder() throws Exception {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("test")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.warehouse.dir", work.resolve("warehouse").toString())
            .getOrCreate();
    folder = Files.createDirectories(work.resolve("in"));
    int n = 0;
    for (String format : List.of("elf", "macho", "pe")) {
      List<Path> some = new ArrayList<>();
      try (Stream<Path> all =
          Files.walk(Path.of(System.getProperty("binspect.testdata"), format))) {
        all.filter(Files::isRegularFile)
            .filter(p -> !p.toString().contains("src"))
            .sorted()
            .limit(20)
            .forEach(some::add);
      }
      for (Path file : some) {
        Files.copy(file, folder.resolve(n++ + "-" + file.getFileName()));
      }
    }
    Files.copy(Path.of("/bin/ls"), folder.resolve("ls"));
    Files.writeString(folder.resolve("text"), "no binary at all");
    for (String name : DAMAGED) {
      Files.write(folder.resolve(name), new byte[] {0x7f, 'E', 'L', 'F', 9, 9, 9, 9, 9, 9});
    }
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  /** Records by path: partitions come in any order. */
  private static TreeMap<String, String> byPath(List<String> records) {
    TreeMap<String, String> map = new TreeMap<>();
    for (String record : records) {
      int from = record.indexOf("\"path\":\"") + 8;
      String before = map.put(record.substring(from, record.indexOf('"', from)), record);
      assertEquals(null, before, "told twice");
    }
    return map;
  }

  private static List<String> scanned(Path where) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(LAUNCHER, "scan", "--format", "ndjson", "-q", where.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return out.lines().toList();
  }

  @Test
  void theParquetHoldsTheRecordsOfScan() throws Exception {
    Path parquet = work.resolve("out");
    ScanJob.table(ScanJob.scan(ScanJob.below(spark, folder.toString()), LAUNCHER, 3))
        .write()
        .parquet(parquet.toString());
    Dataset<Row> table = spark.read().parquet(parquet.toString());
    List<String> records =
        table.where("error is null").select("record").collectAsList().stream()
            .map(r -> r.getString(0))
            .toList();
    TreeMap<String, String> expected = byPath(scanned(folder));
    assertTrue(expected.size() > 20, "only " + expected.size());
    assertEquals(expected, byPath(records));
    Row ls = table.where("path like '%/ls'").first();
    assertEquals("elf", ls.getAs("format"));
    assertEquals("executable", ls.getAs("kind"));
    assertTrue(ls.<Long>getAs("relocations") > 0);
    assertTrue(ls.<Long>getAs("lookups") > 0);
    assertEquals(Files.size(folder.resolve("ls")), ls.<Long>getAs("size"));
    for (String name : DAMAGED) {
      List<Row> rows = table.where("path like '%/" + name + "'").collectAsList();
      assertEquals(1, rows.size());
      assertFalse(rows.get(0).<String>getAs("error").isEmpty());
    }
  }

  @Test
  void aListingDoesAsWellAsAFolder() throws Exception {
    Path listing = work.resolve("listing");
    Files.writeString(listing, folder.resolve("ls") + "\n" + folder.resolve("text") + "\n");
    List<String> records =
        ScanJob.scan(ScanJob.listed(spark, listing.toString()), LAUNCHER, 2).collectAsList();
    assertEquals(
        List.of(folder.resolve("ls").toString()), new ArrayList<>(byPath(records).keySet()));
  }
}
