package dev.binspect.image;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What others made of a library, kept as long as what was read of it: a library has many users, and
 * most questions about it have one answer for all of them. Several threads may ask at once.
 */
public final class Attachments {
  private static final Object[] NOTHING = {};

  /** Keeps nothing: for what nobody asks about twice, or what many have in common. */
  static final Attachments NONE = new Attachments();

  private volatile Object[] made = NOTHING;

  /** {@return where what is made of an image is kept} */
  public static Attachments of(Image image) {
    LoaderTables tables = image.tables();
    return tables instanceof ElfTables elf
        ? elf.symbols().attachments()
        : tables instanceof PeTables pe ? pe.attachments() : NONE;
  }

  /** {@return what was attached of a class, or null} */
  public <T> @Nullable T attachment(Class<T> type) {
    for (Object each : made) {
      if (type.isInstance(each)) {
        return type.cast(each);
      }
    }
    return null;
  }

  /** Keeps something. One of each class: a later one takes the place of the former. */
  public synchronized void attach(Object one) {
    if (this == NONE) {
      return;
    }
    Object[] old = made;
    for (int i = 0; i < old.length; i++) {
      if (old[i].getClass() == one.getClass()) {
        Object[] changed = old.clone();
        changed[i] = one;
        made = changed;
        return;
      }
    }
    Object[] longer = Arrays.copyOf(old, old.length + 1);
    longer[old.length] = one;
    made = longer;
  }
}
