package dev.binspect.report;

import dev.binspect.load.Binding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.function.UnaryOperator;

/** One look-up a line: {@code {from, to, symbol, version, kind, probes, cached}}. */
public final class BindingsNdjson implements Binding.Sink {
  private final Writer out;
  private final JsonOut json;
  private final UnaryOperator<String> names;

  /**
   * @param out left open
   * @param names how symbols are shown: as they are, or demangled
   * @throws IOException if the writer does
   */
  public BindingsNdjson(Writer out, UnaryOperator<String> names) throws IOException {
    this.out = out;
    this.json = new JsonOut(out, false);
    this.names = names;
  }

  /** Throws {@link UncheckedIOException} where the writer fails. */
  @Override
  public void accept(Binding binding) {
    try {
      json.writeStartObject();
      json.writeStringField("from", binding.from());
      JsonValues.text(json, "to", binding.to());
      json.writeStringField("symbol", names.apply(binding.symbol()));
      json.writeStringField("version", binding.version());
      json.writeStringField("kind", binding.kind());
      json.writeNumberField("probes", binding.probes());
      json.writeBooleanField("cached", binding.cached());
      json.writeEndObject();
      json.endLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Hands the rest on. */
  public void finish() throws IOException {
    json.close();
    out.flush();
  }
}
