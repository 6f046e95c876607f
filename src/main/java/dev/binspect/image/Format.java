package dev.binspect.image;

/** The binary formats binspect reads. */
public enum Format {
  ELF("elf"),
  MACHO("macho"),
  PE("pe");

  private final String key;

  Format(String key) {
    this.key = key;
  }

  /** {@return the word used in reports} */
  public String key() {
    return key;
  }
}
