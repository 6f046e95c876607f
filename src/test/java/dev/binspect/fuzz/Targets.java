package dev.binspect.fuzz;

import dev.binspect.check.BaselineTarget;
import dev.binspect.check.PolicyTarget;
import dev.binspect.linkage.DwarfTarget;
import dev.binspect.load.dyld.TextStubTarget;
import dev.binspect.load.elf.SharedCacheTarget;
import dev.binspect.load.windows.ApiSetsTarget;
import dev.binspect.pe.ManifestTarget;
import dev.binspect.rust.AuditableTarget;
import dev.binspect.rust.CargoFilesTarget;
import dev.binspect.rust.DemanglerTarget;
import java.io.IOException;
import java.util.Map;

/** Every target by the name of its folders in testdata/fuzz and testdata/regressions. */
final class Targets {
  private Targets() {}

  /** What reads some bytes. */
  interface Target {
    void accept(byte[] data) throws IOException;
  }

  /** {@return all but the binaries': their seeds are the fixtures} */
  static Map<String, Target> small() {
    return Map.of(
        "demangler", DemanglerTarget::fuzzerTestOneInput,
        "shared-cache", SharedCacheTarget::fuzzerTestOneInput,
        "text-stub", TextStubTarget::fuzzerTestOneInput,
        "api-sets", ApiSetsTarget::fuzzerTestOneInput,
        "policy", PolicyTarget::fuzzerTestOneInput,
        "baseline", BaselineTarget::fuzzerTestOneInput,
        "cargo-files", CargoFilesTarget::fuzzerTestOneInput,
        "manifest", ManifestTarget::fuzzerTestOneInput,
        "dwarf", DwarfTarget::fuzzerTestOneInput,
        "auditable", AuditableTarget::fuzzerTestOneInput);
  }
}
