package dev.binspect.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.binspect.load.Binding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.function.UnaryOperator;

/** One look-up a line: {@code {from, to, symbol, version, kind, probes, cached}}. */
public final class BindingsNdjson implements Binding.Sink {
  private final Writer out;
  private final JsonGenerator json;
  private final UnaryOperator<String> names;
  private boolean any;

  /**
   * @param out left open
   * @param names how symbols are shown: as they are, or demangled
   * @throws IOException if the writer does
   */
  public BindingsNdjson(Writer out, UnaryOperator<String> names) throws IOException {
    this.out = out;
    this.json = JsonValues.generator(out, false);
    this.json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
    this.names = names;
  }

  /** Throws {@link UncheckedIOException} where the writer fails. */
  @Override
  public void accept(Binding binding) {
    try {
      any = true;
      json.writeStartObject();
      json.writeStringField("from", binding.from());
      JsonValues.text(json, "to", binding.to());
      json.writeStringField("symbol", names.apply(binding.symbol()));
      json.writeStringField("version", binding.version());
      json.writeStringField("kind", binding.kind());
      json.writeNumberField("probes", binding.probes());
      json.writeBooleanField("cached", binding.cached());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the last line. */
  public void finish() throws IOException {
    json.close();
    if (any) {
      out.write('\n');
    }
    out.flush();
  }
}
