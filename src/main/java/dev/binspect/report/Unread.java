package dev.binspect.report;

/**
 * A file of which no report is possible: documents that hold several files must not look as if all
 * had been judged.
 *
 * @param path as it was asked for
 * @param why one line
 */
public record Unread(String path, String why) {}
