package dev.binspect.cli;

import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Image;
import dev.binspect.load.Binding;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.Loaders;
import dev.binspect.report.BindingFilter;
import dev.binspect.report.BindingsNdjson;
import dev.binspect.report.BindingsText;
import java.io.IOException;
import java.io.Writer;
import java.util.function.UnaryOperator;

/** {@code binspect bindings FILE}: every look-up the loader makes at start. */
final class BindingsCommand implements Command {
  @Override
  public String name() {
    return "bindings";
  }

  @Override
  public String summary() {
    return "Every look-up at start: which object asks, which answers, symbol, version, probes.";
  }

  @Override
  public void describe(OptionTable options) {
    FileOptions.describeWithFiles(options);
    options.texts("GLOB", "Only what these objects ask (name or path).", "--from");
    options.texts("GLOB", "Only what these objects answer (name or path).", "--to");
    options.texts("GLOB", "Only these symbols, mangled or as shown.", "--symbol");
    options.flag("Only what nobody answers, deferred calls among it.", "--undefined");
    options.flag("Rust and C++ names in clear.", "--demangle");
    options.footer(
        "",
        "Examples:",
        "  binspect bindings --to 'libssl*' /usr/bin/curl",
        "  binspect bindings --bind-now --undefined app",
        "  binspect bindings --format ndjson app | jq -r 'select(.probes > 20) | .symbol'");
  }

  @Override
  public int run(Given given, Console console) {
    FileOptions options = FileOptions.of(given);
    options.allow("bindings", "text", "json", "ndjson");
    UnaryOperator<String> names = SymbolNames.of(given.has("--demangle"));
    BindingFilter filter =
        new BindingFilter(
            given.all("--from"),
            given.all("--to"),
            given.all("--symbol"),
            given.has("--undefined"),
            names);
    return LoadCommand.run(options, console, new Body(options, filter, names, console));
  }

  /** Not a lambda: to link the first costs a start more than most files do. */
  private record Body(
      FileOptions options, BindingFilter filter, UnaryOperator<String> names, Console console)
      implements LoadCommand.Body {
    @Override
    public void show(String path, long size, Image image, BinaryFiles files, Writer out)
        throws IOException {
      if (options.format().equals("text")) {
        BindingsText text = new BindingsText(out, Terminal.view(options), names);
        bind(path, image, files, text);
        text.finish();
      } else {
        BindingsNdjson lines = new BindingsNdjson(out, names);
        bind(path, image, files, lines);
        lines.finish();
      }
    }

    private void bind(String path, Image image, BinaryFiles files, Binding.Sink shown) {
      Binding.Sink sink = filter.before(shown);
      boolean undefined = filter.undefined();
      LoadPlan plan =
          Loaders.plan(
              path,
              image,
              options.loadOptions(),
              files,
              // What is undefined and strong comes from the plan below, deferred slots among it.
              undefined
                  ? binding -> {
                    if (!binding.kind().equals("undefined")) {
                      sink.accept(binding);
                    }
                  }
                  : sink);
      if (undefined) {
        for (LoadPlan.Undefined one : plan.undefined()) {
          sink.accept(
              new Binding(
                  one.requiredBy(),
                  null,
                  one.symbol(),
                  one.version(),
                  "undefined",
                  plan.objects().size(),
                  false));
        }
      }
      for (LoadPlan.Missing missing : plan.missing()) {
        console.diagnose(path, missing.name() + " is not found");
      }
    }
  }
}
