package dev.binspect.tradeoff;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The manifest at a workspace's root, as text: where the wrapper is excluded in it. */
final class WorkspaceRoot {
  static final Path MANIFEST = Path.of("Cargo.toml");

  private WorkspaceRoot() {}

  /**
   * Keeps the wrapper from being a member: {@code cargo build --workspace} would build it with
   * libstd inside, which the programs have too, and rustc refuses that.
   *
   * @return what is to be inserted, or null if the manifest has no {@code [workspace]}
   * @throws TradeoffException if it is written so that nothing can be inserted
   */
  static @Nullable Insertion exclusion(byte[] manifest) throws TradeoffException {
    // one byte a character: offsets are the file's
    String text = new String(manifest, StandardCharsets.ISO_8859_1);
    int at = -1;
    String added = "";
    boolean inWorkspace = false;
    int position = 0;
    for (String line : text.split("(?<=\n)", -1)) {
      String bare = line.strip();
      int end = position + line.length();
      if (bare.startsWith("[")) {
        inWorkspace = bare.startsWith("[workspace]");
        if (inWorkspace) {
          at = end;
          String newline = Wrapper.newline(text);
          added =
              (line.endsWith("\n") ? "" : newline)
                  + "exclude = ["
                  + Wrapper.string(Wrapper.PACKAGE)
                  + "]"
                  + newline;
        }
      } else if (inWorkspace && bare.matches("exclude\\s*=\\s*\\[.*")) {
        at = position + line.indexOf('[') + 1;
        added = Wrapper.string(Wrapper.PACKAGE) + ", ";
        if (bare.matches("exclude\\s*=\\s*\\[\\s*].*")) {
          added = Wrapper.string(Wrapper.PACKAGE);
        }
        break;
      } else if (at < 0
          && !text.contains("[package]")
          && bare.matches("workspace(\\.\\w+)?\\s*=.*")) {
        throw new TradeoffException(
            "Cargo.toml writes its workspace as an inline table: exclude the wrapper by hand");
      }
      position = end;
    }
    return at < 0 ? null : Insertion.of(MANIFEST, manifest, added, at);
  }
}
