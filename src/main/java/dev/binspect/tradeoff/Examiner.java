package dev.binspect.tradeoff;

import dev.binspect.linkage.Linkage;
import dev.binspect.load.LoadPlan;
import dev.binspect.start.Start;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks at the programs built, the way every other command does. */
public interface Examiner {
  /**
   * @param libraryPath folders as {@code cargo run} would set them
   * @param cargoFolder Cargo's target folder, or null
   * @param expected dylibs that must be used
   * @throws IOException if it cannot be read
   * @throws TradeoffException if it is no program
   */
  Examined examine(
      Path program, List<Path> libraryPath, @Nullable Path cargoFolder, List<String> expected)
      throws IOException, TradeoffException;

  /** {@return so many starts; or an estimate where they cannot be measured} */
  Start start(Path program, List<Path> libraryPath, int runs) throws IOException, TradeoffException;

  /** What is known of a program without running it. */
  record Examined(long bytes, @Nullable LoadPlan plan, @Nullable Linkage linkage) {}
}
