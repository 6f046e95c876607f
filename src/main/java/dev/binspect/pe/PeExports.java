package dev.binspect.pe;

import static dev.binspect.pe.PeConstants.IMAGE_DIRECTORY_ENTRY_EXPORT;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.NameColumn;
import dev.binspect.image.Note;
import dev.binspect.image.PeTables;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * The export directory (PE specification, "The .edata Section") in columns: a row becomes an object
 * only when it is asked for, because a Rust dylib has tens of thousands.
 */
final class PeExports extends AbstractList<PeTables.Export> implements RandomAccess {
  /** Slots that are worth a word: no DLL can have more than 65,535. */
  static final long NEAR_LIMIT = 60_000;

  static final long LIMIT = 65_535;

  private static final String DIRECTORY = "IMAGE_EXPORT_DIRECTORY";
  private static final int NAME_LIMIT = 1 << 20;

  private final @Nullable String library;
  private final long live;
  private final int ordinalBase;
  // A row for each name, then one for each slot in use that has none.
  private final int[] slot;
  // Export address table: 32 bits a slot.
  private final byte[] addresses;
  private final NameColumn names;

  // Slots that name a function of another DLL, ascending, and what they name.
  private final int[] forwarding;
  private final NameColumn forwarders;

  private PeExports(
      @Nullable String library,
      long live,
      int ordinalBase,
      int[] slot,
      byte[] addresses,
      NameColumn names,
      int[] forwarding,
      NameColumn forwarders) {
    this.library = library;
    this.live = live;
    this.ordinalBase = ordinalBase;
    this.slot = slot;
    this.addresses = addresses;
    this.names = names;
    this.forwarding = forwarding;
    this.forwarders = forwarders;
  }

  static PeExports none() {
    return none(null, 0);
  }

  private static PeExports none(@Nullable String library, int ordinalBase) {
    NameColumn nothing = new NameColumn();
    return new PeExports(
        library, 0, ordinalBase, new int[0], new byte[0], nothing, new int[0], nothing);
  }

  /** {@return the name the DLL was linked as, or null} */
  @Nullable String library() {
    return library;
  }

  /** {@return slots in use} */
  long live() {
    return live;
  }

  /** {@return how many names there are; a slot may have several} */
  long named() {
    return names.count();
  }

  /** {@return how many of the slots name a function of another DLL} */
  long forwarders() {
    return forwarding.length;
  }

  @Override
  public PeTables.Export get(int i) {
    int forwarder = Arrays.binarySearch(forwarding, slot[i]);
    return new PeTables.Export(
        i < names.count() ? names.get(i) : null,
        ordinalBase + slot[i],
        Bytes.u32(addresses, 4 * slot[i], true),
        forwarder < 0 ? null : forwarders.get(forwarder));
  }

  @Override
  public int size() {
    return slot.length;
  }

  /**
   * @throws MalformedException if the directory, its table of addresses or its names cannot be read
   *     to their ends
   */
  static PeExports read(PeMemory memory, List<Note> notes) throws MalformedException {
    PeHeader header = memory.header;
    long rva = header.address(IMAGE_DIRECTORY_ENTRY_EXPORT);
    if (rva == 0) {
      return none();
    }
    long end = rva + header.size(IMAGE_DIRECTORY_ENTRY_EXPORT);
    byte[] row = memory.copy(rva, 40, DIRECTORY);
    long name = Bytes.u32(row, 12, true);
    int ordinalBase = Bytes.i32(row, 16, true);
    long functionCount = Bytes.u32(row, 20, true);
    long nameCount = Bytes.u32(row, 24, true);
    long functions = Bytes.u32(row, 28, true);
    long namePointers = Bytes.u32(row, 32, true);
    long ordinals = Bytes.u32(row, 36, true);
    String library = name == 0 ? null : name(memory, name, notes);
    if (functionCount == 0) {
      return none(library, ordinalBase);
    }
    byte[] addresses = memory.copy(functions, 4 * functionCount, "export address table");
    int slots = (int) functionCount;
    int[] forwarding = new int[16];
    NameColumn forwarders = new NameColumn();
    long live = 0;
    for (int i = 0; i < slots; i++) {
      long target = Bytes.u32(addresses, 4 * i, true);
      if (target != 0) {
        live++;
        if (target >= rva && target < end) {
          if (forwarders.count() == forwarding.length) {
            forwarding = Arrays.copyOf(forwarding, forwarding.length * 2);
          }
          forwarding[forwarders.count()] = i;
          forwarders.add(memory.text(target, NAME_LIMIT, "export forwarder"));
        }
      }
    }
    int rows = nameCount == 0 ? 0 : (int) Math.min(nameCount, Integer.MAX_VALUE / 8);
    byte[] pointers = memory.copy(namePointers, 4L * rows, "export name pointer table");
    byte[] numbers = memory.copy(ordinals, 2L * rows, "export ordinal table");
    NameColumn names = new NameColumn();
    int[] named = new int[rows];
    BitSet hasName = new BitSet(slots);
    NamePool pool = new NamePool(memory);
    int kept = 0;
    for (int i = 0; i < rows; i++) {
      int number = Bytes.u16(numbers, 2 * i, true);
      if (number >= slots || Bytes.u32(addresses, 4 * number, true) == 0) {
        continue; // a name for nothing: Windows finds no function there either
      }
      pool.add(Bytes.u32(pointers, 4 * i, true), names);
      named[kept++] = number;
      hasName.set(number);
    }
    int unnamed = (int) live - hasName.cardinality();
    int[] slot = unnamed == 0 && kept == rows ? named : Arrays.copyOf(named, kept + unnamed);
    int next = kept;
    for (int i = 0; i < slots; i++) {
      if (!hasName.get(i) && Bytes.u32(addresses, 4 * i, true) != 0) {
        slot[next++] = i;
      }
    }
    return new PeExports(
        library,
        live,
        ordinalBase,
        slot,
        addresses,
        names,
        Arrays.copyOf(forwarding, forwarders.count()),
        forwarders);
  }

  private static @Nullable String name(PeMemory memory, long rva, List<Note> notes) {
    try {
      return memory.text(rva, NAME_LIMIT, "export directory's name");
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
      return null;
    }
  }

  /** Names mostly stand one behind the other: read in blocks and not one by one. */
  private static final class NamePool {
    private static final int BLOCK = 1 << 16;
    private final PeMemory memory;
    private byte[] block = new byte[0];
    private long from = -1;
    private long budget;

    NamePool(PeMemory memory) {
      this.memory = memory;
      // Names in no order would fetch a block each.
      this.budget = 4 * memory.file.length() + BLOCK;
    }

    void add(long rva, NameColumn names) throws MalformedException {
      int at = (int) Math.min(Integer.MAX_VALUE, Math.max(-1, rva - from));
      int length = from < 0 || rva < from ? -1 : length(at);
      if (length < 0) {
        long there = Math.min(BLOCK, memory.inFile(rva));
        budget -= there;
        if (there == 0 || budget < 0) {
          names.add(memory.text(rva, NAME_LIMIT, "export name"));
          return;
        }
        block = memory.copy(rva, there, "export name");
        from = rva;
        at = 0;
        length = length(0);
        if (length < 0) {
          names.add(memory.text(rva, NAME_LIMIT, "export name"));
          return;
        }
      }
      memory.spend(length, rva, "export name");
      if (PeText.ascii(block, at, length)) {
        names.add(block, at, length);
      } else {
        names.add(PeText.decode(block, at, length));
      }
    }

    private int length(int at) {
      for (int i = at; i < block.length; i++) {
        if (block[i] == 0) {
          return i - at;
        }
      }
      return -1;
    }
  }
}
