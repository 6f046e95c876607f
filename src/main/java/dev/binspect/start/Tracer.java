package dev.binspect.start;

/** Starts one program again and again under observation. */
public interface Tracer extends AutoCloseable {
  /** How closely a run is looked at. Closer looks disturb more. */
  enum Detail {
    /**
     * The figures that count: stops where the kernel is done, where the loader begins to map, and
     * at the entry point. Each stop empties the caches, and a filter makes each system call dearer.
     */
    PLAIN,
    /** A stop after each phase as well. */
    PHASES,
    /** The same, and memory and objects at the entry point. */
    CENSUS,
    /** A stop at each library as well. */
    LIBRARIES
  }

  /**
   * Starts the program once.
   *
   * @param padding bytes added to the environment: the position of the stack changes a start's
   *     speed, and no single position is representative
   */
  Run run(Detail detail, int padding);

  /** Leaves nothing running and nothing behind. */
  @Override
  void close();
}
