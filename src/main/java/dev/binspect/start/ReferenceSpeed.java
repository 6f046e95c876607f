package dev.binspect.start;

/**
 * The speed of this machine that starts are compared at, told by a gauge: the CPU time of an empty
 * program's kernel and bootstrap phases, which are the same work in every start of one loader.
 *
 * @param loader path of the loader
 * @param gaugeNanos the gauge at the reference speed
 * @param fastestNanos the shortest gauge of any measurement so far
 * @param slowestNanos the longest
 */
public record ReferenceSpeed(
    String loader, long gaugeNanos, long fastestNanos, long slowestNanos) {}
