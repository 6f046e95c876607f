package dev.binspect.cli;

import dev.binspect.bytes.MalformedException;
import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Image;
import dev.binspect.load.elf.Ahead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;

/** The loop over files of the commands that show what the loader does; nothing is executed. */
final class LoadCommand {
  private LoadCommand() {}

  /** What is shown of one file. */
  interface Body {
    void show(String path, long size, Image image, BinaryFiles files, Writer out)
        throws IOException;
  }

  static int run(FileOptions options, Console console, Body body) {
    int code = ExitCode.OK;
    BinaryFiles files = new BinaryFiles();
    try (Output to = Output.open(options, console)) {
      Writer out = to.writer();
      for (String path : options.files()) {
        Subject subject;
        if (!Subject.isStandardInput(path)) {
          Ahead.start(path, options.loadOptions(), files, new Rehearsal(options), false);
        }
        try {
          subject = Subject.read(path, files, console.in());
        } catch (IOException e) {
          console.diagnose(path, String.valueOf(e.getMessage()));
          code = ExitCode.UNUSABLE;
          continue;
        } catch (MalformedException e) {
          console.diagnose(path, e);
          code = ExitCode.UNUSABLE;
          continue;
        }
        Image image = subject.images().getFirst();
        if (image.tables() == null) {
          console.diagnose(path, "no loader takes it (" + image.kind().key() + ")");
          code = ExitCode.UNUSABLE;
          continue;
        }
        body.show(path, subject.size(), image, files, out);
      }
      to.complete(code);
    } catch (IOException e) {
      return failed(options, console, e);
    } catch (UncheckedIOException e) {
      return failed(options, console, e);
    }
    return code;
  }

  private static int failed(FileOptions options, Console console, Exception e) {
    console.diagnose(
        Output.name(options),
        String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage()));
    return ExitCode.UNUSABLE;
  }
}
