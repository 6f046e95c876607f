package dev.binspect.cli;

import dev.binspect.bytes.MalformedException;
import dev.binspect.files.BinaryFiles;
import dev.binspect.report.Report;
import dev.binspect.start.Start;
import dev.binspect.tradeoff.Examiner;
import dev.binspect.tradeoff.TradeoffException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks at built programs as {@code inspect} and {@code start} do. */
final class ProgramExaminer implements Examiner {
  private final FileOptions options;

  ProgramExaminer(FileOptions options) {
    this.options = options;
  }

  @Override
  public Examined examine(
      Path program, List<Path> libraryPath, @Nullable Path cargoFolder, List<String> expected)
      throws IOException, TradeoffException {
    Report report = inspect(program, libraryPath, cargoFolder, expected, false, 0);
    return new Examined(report.size(), report.load(), report.linkage());
  }

  @Override
  public Start start(Path program, List<Path> libraryPath, int runs)
      throws IOException, TradeoffException {
    Start start = inspect(program, libraryPath, null, List.of(), true, runs).start();
    return start == null ? Start.notRun("it is no program") : start;
  }

  /** Nothing is kept between calls: the files change from build to build. */
  private Report inspect(
      Path program,
      List<Path> libraryPath,
      @Nullable Path cargoFolder,
      List<String> expected,
      boolean measure,
      int runs)
      throws IOException, TradeoffException {
    List<String> folders = new ArrayList<>();
    for (Path folder : libraryPath) {
      folders.add(folder.toString());
    }
    List<String> expect = new ArrayList<>(options.expect());
    expect.addAll(expected);
    FileOptions mine =
        new FileOptions(
            List.of(program.toString()),
            "text",
            null,
            "never",
            null,
            folders,
            options.bindNow(),
            expect,
            options.noRun(),
            runs,
            cargoFolder == null ? null : cargoFolder.toString(),
            true,
            false);
    try {
      return new Inspector(mine, new BinaryFiles(), java.io.InputStream.nullInputStream(), measure)
          .inspect(program.toString());
    } catch (MalformedException | IOException e) {
      throw new TradeoffException(program + ": " + e.getMessage());
    }
  }
}
