package dev.binspect.macho;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;

/** LC_DYSYMTAB ({@code dysymtab_command}), as far as dyld reads it. */
record DynamicSymbolTable(
    long indirectOffset,
    long indirectCount,
    long externalOffset,
    long externalCount,
    long localOffset,
    long localCount) {
  static DynamicSymbolTable read(Bytes body) throws MalformedException {
    String structure = "LC_DYSYMTAB";
    return new DynamicSymbolTable(
        body.u32(56, structure),
        body.u32(60, structure),
        body.u32(64, structure),
        body.u32(68, structure),
        body.u32(72, structure),
        body.u32(76, structure));
  }
}
