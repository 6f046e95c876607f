package dev.binspect.cli;

import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Image;
import dev.binspect.load.Binding;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.Loaders;
import dev.binspect.report.Lookups;
import dev.binspect.report.Report;
import org.jspecify.annotations.Nullable;

/** The bindings of reports that are shown as a page: the load is planned once more for them. */
final class ReportBindings implements Lookups.Source {
  private final FileOptions options;
  private final BinaryFiles files;

  private ReportBindings(FileOptions options, BinaryFiles files) {
    this.options = options;
    this.files = files;
  }

  /** {@return where they come from; null for formats that show none} */
  static @Nullable Lookups of(FileOptions options, BinaryFiles files) {
    return options.format().equals("html")
        ? new Lookups(new ReportBindings(options, files), SymbolNames.of(true))
        : null;
  }

  @Override
  public void bindings(Report report, Binding.Sink sink) {
    LoadPlan plan = report.load();
    if (plan == null || plan.pairs().isEmpty()) {
      return;
    }
    Image image = report.images().getFirst();
    String path = plan.objects().isEmpty() ? report.path() : plan.objects().getFirst().path();
    FileOptions world = Inspector.world(options, report.linkage());
    Loaders.plan(path, image, world.loadOptions(), files, sink);
  }
}
