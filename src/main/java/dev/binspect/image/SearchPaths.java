package dev.binspect.image;

import java.util.List;

/**
 * The folders an image tells its loader to search, as written ({@code $ORIGIN},
 * {@code @loader_path} not replaced).
 *
 * @param rpath ELF DT_RPATH; Mach-O LC_RPATH
 * @param runpath ELF DT_RUNPATH
 */
public record SearchPaths(List<String> rpath, List<String> runpath) {
  public static final SearchPaths NONE = new SearchPaths(List.of(), List.of());
}
