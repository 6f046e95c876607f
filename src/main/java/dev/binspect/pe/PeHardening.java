package dev.binspect.pe;

import static dev.binspect.pe.PeConstants.*;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Hardening;
import dev.binspect.image.Hardening.Relro;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the flags of an image and the places the loader writes to mean for its hardening. */
final class PeHardening {
  private static final int COMIMAGE_FLAGS_ILONLY = 1;

  private PeHardening() {}

  static Hardening of(
      PeHeader header, PeMemory memory, PeTally tally, PeDebug debug, PeLoadConfig config) {
    Map<String, Boolean> more = new LinkedHashMap<>();
    more.put("dynamicBase", header.hasDll(IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE));
    more.put("highEntropyVa", header.hasDll(IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA));
    more.put("nxCompat", header.hasDll(IMAGE_DLLCHARACTERISTICS_NX_COMPAT));
    more.put("guardCf", header.hasDll(IMAGE_DLLCHARACTERISTICS_GUARD_CF));
    more.put("relocsStripped", header.has(IMAGE_FILE_RELOCS_STRIPPED));
    more.put("largeAddressAware", header.has(IMAGE_FILE_LARGE_ADDRESS_AWARE));
    more.put("signed", signed(header));
    more.put("managed", header.address(IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR) != 0);
    more.put("tls", header.address(IMAGE_DIRECTORY_ENTRY_TLS) != 0);
    more.put("securityCookie", config.securityCookie());
    more.put("cetCompat", debug.cetCompatible());
    more.put("reproducible", debug.reproducible());
    more.put("forceIntegrity", header.hasDll(IMAGE_DLLCHARACTERISTICS_FORCE_INTEGRITY));
    more.put("noSeh", header.hasDll(IMAGE_DLLCHARACTERISTICS_NO_SEH));
    more.put("appContainer", header.hasDll(IMAGE_DLLCHARACTERISTICS_APPCONTAINER));
    if (header.machine() == IMAGE_FILE_MACHINE_I386) {
      more.put("safeSeh", config.safeSeh());
    }
    if (header.address(IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR) != 0) {
      more.put("ilOnly", ilOnly(header, memory));
    }
    return new Hardening(tally.delayed() == 0, relro(tally), tally.inText() > 0, more);
  }

  private static boolean signed(PeHeader header) {
    return header.address(IMAGE_DIRECTORY_ENTRY_SECURITY) != 0
        && header.size(IMAGE_DIRECTORY_ENTRY_SECURITY) != 0;
  }

  private static boolean ilOnly(PeHeader header, PeMemory memory) {
    try {
      long at = header.address(IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR) + 16;
      return (memory.u32(at, "IMAGE_COR20_HEADER") & COMIMAGE_FLAGS_ILONLY) != 0;
    } catch (MalformedException e) {
      return false; // the metadata's version could not be read either, and a note says so
    }
  }

  /** Full where the import address table is read-only once it is written. */
  private static Relro relro(PeTally tally) {
    if (tally.imports() > 0 && tally.importsReadOnly() == tally.imports()) {
      return Relro.FULL;
    }
    return tally.importsReadOnly() > 0 || tally.inRelro() > 0 ? Relro.PARTIAL : Relro.NONE;
  }
}
