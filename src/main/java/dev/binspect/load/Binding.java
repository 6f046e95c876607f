package dev.binspect.load;

import org.jspecify.annotations.Nullable;

/**
 * One look-up of a start and its answer.
 *
 * @param from path of the asking object
 * @param to path of the answering object; null when nothing defines a weak symbol
 * @param symbol the name as in the file (mangled)
 * @param version asked for; empty for none
 * @param kind "normal", "weak", "unique", "protected", "copy"
 * @param probes objects asked
 * @param cached whether the one-entry cache answered
 */
public record Binding(
    String from,
    @Nullable String to,
    String symbol,
    String version,
    String kind,
    int probes,
    boolean cached) {
  /** Takes bindings as they are made: a million of them are not kept. */
  public interface Sink {
    void accept(Binding binding);
  }
}
