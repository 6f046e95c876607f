package dev.binspect.load;

/**
 * Totals of a closure; {@link #UNKNOWN} where a value could not be found out.
 *
 * @param relative relative relocations as glibc counts them (DT_RELACOUNT, DT_RELCOUNT; no RELR)
 * @param lookups look-ups made for relocations
 * @param cachedLookups look-ups answered by the one-entry cache
 * @param own the loader's own look-ups
 * @param probes objects asked
 * @param deferred PLT slots left for the first call
 * @param relocations places written, all objects
 * @param pages pages written, all objects
 */
public record Counters(
    long relative,
    long lookups,
    long cachedLookups,
    long own,
    long probes,
    long deferred,
    long relocations,
    long pages) {
  public static final long UNKNOWN = -1;
}
