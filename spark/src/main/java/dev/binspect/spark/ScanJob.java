package dev.binspect.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.get_json_object;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * {@code binspect scan} where one machine is not enough: a folder, an object store's prefix or a
 * listing in, one row of Parquet a binary out.
 *
 * <p>Each partition is one process of binspect (see {@link ScanPartition}); the column {@code
 * record} holds the very line that {@code binspect scan --format ndjson} writes of the file, the
 * other columns hold what most questions are about.
 */
public final class ScanJob {
  /** Files that one process of binspect takes: its start costs as much as some tens of files. */
  private static final int FILES_PER_PARTITION = 2_000;

  private ScanJob() {}

  /**
   * Runs the job.
   *
   * @param args {@code [--binspect COMMAND] [--partitions N] [--listing] INPUT OUTPUT}
   */
  public static void main(String[] args) throws IOException {
    String binspect = "binspect";
    int partitions = 0;
    boolean listing = false;
    List<String> places = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--binspect" -> binspect = args[++i];
        case "--partitions" -> partitions = Integer.parseInt(args[++i]);
        case "--listing" -> listing = true;
        default -> places.add(args[i]);
      }
    }
    if (places.size() != 2) {
      System.err.println(
          "usage: ScanJob [--binspect COMMAND] [--partitions N] [--listing] INPUT OUTPUT");
      System.exit(2);
    }
    try (SparkSession spark = SparkSession.builder().appName("binspect-scan").getOrCreate()) {
      Dataset<String> files = listing ? listed(spark, places.get(0)) : below(spark, places.get(0));
      table(scan(files, binspect, partitions))
          .write()
          .mode(SaveMode.Overwrite)
          .parquet(places.get(1));
    }
  }

  /** {@return the paths in a listing, one a line, as an object store's inventory gives them} */
  public static Dataset<String> listed(SparkSession spark, String listing) {
    return spark.read().textFile(listing).filter(col("value").notEqual(""));
  }

  /** {@return every file below a folder of any file system that Hadoop knows} */
  public static Dataset<String> below(SparkSession spark, String folder) throws IOException {
    Path root = new Path(folder);
    List<String> files = new ArrayList<>();
    String local = ScanPartition.local(root.toUri());
    if (local != null) {
      // Hadoop asks a process for the rights of each local file: its listing takes minutes.
      Files.walkFileTree(java.nio.file.Path.of(local), new Local(files));
    } else {
      RemoteIterator<LocatedFileStatus> entries =
          root.getFileSystem(spark.sparkContext().hadoopConfiguration()).listFiles(root, true);
      while (entries.hasNext()) {
        files.add(entries.next().getPath().toString());
      }
    }
    return spark.createDataset(files, Encoders.STRING());
  }

  /**
   * Regular files alone: what a symbolic link points to is found by itself, or lies where nobody
   * asked to look.
   */
  private static final class Local extends SimpleFileVisitor<java.nio.file.Path> {
    private final List<String> files;

    Local(List<String> files) {
      this.files = files;
    }

    @Override
    public FileVisitResult visitFile(java.nio.file.Path file, BasicFileAttributes attributes) {
      if (attributes.isRegularFile()) {
        files.add(file.toString());
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(java.nio.file.Path file, IOException e) {
      System.err.println(file + ": " + e);
      return FileVisitResult.CONTINUE;
    }
  }

  /**
   * {@return the records of the binaries among some files; what is no binary has none}
   *
   * @param binspect the command, at the same place on every executor
   * @param partitions 0 for as many as the number of files suggests
   */
  public static Dataset<String> scan(Dataset<String> files, String binspect, int partitions) {
    int many = partitions;
    if (many <= 0) {
      long wanted = files.count() / FILES_PER_PARTITION + 1;
      int cores = files.sparkSession().sparkContext().defaultParallelism();
      many = (int) Math.min(Integer.MAX_VALUE, Math.max(wanted, cores));
    }
    return files.repartition(many).mapPartitions(new ScanPartition(binspect), Encoders.STRING());
  }

  /** {@return a column for each of the figures, and the record itself} */
  public static Dataset<Row> table(Dataset<String> records) {
    return records.select(
        text("path", "$.file.path"),
        text("error", "$.error"),
        number("size", "$.file.size"),
        text("format", "$.images[0].format"),
        text("machine", "$.images[0].machine"),
        text("kind", "$.images[0].kind"),
        text("build_id", "$.images[0].buildId"),
        number("relocations", "$.images[0].relocations.total"),
        text("verdict", "$.linkage.verdict"),
        number("lookups", "$.load.counters.lookups"),
        number("probes", "$.load.counters.probes"),
        number("pages", "$.load.counters.pages"),
        number("start_nanos", "$.start.medianNanos"),
        col("value").as("record"));
  }

  private static Column text(String name, String path) {
    return get_json_object(col("value"), path).as(name);
  }

  private static Column number(String name, String path) {
    return get_json_object(col("value"), path).cast("long").as(name);
  }
}
