package dev.binspect.load.elf;

import dev.binspect.image.Attachments;
import dev.binspect.image.Symbols;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The libraries of a start in their order, without the program: many programs have the same, and
 * what a library finds there is the same for all of them as long as the program answers nothing.
 * One object stands for all equal ones.
 */
final class LibraryScope {
  private final List<WeakReference<Symbols>> libraries;

  private LibraryScope(List<WeakReference<Symbols>> libraries) {
    this.libraries = libraries;
  }

  /** Those that begin with one library, kept with it. */
  private static final class Known {
    /** A machine's programs have some hundred together; of more, the rest is not kept. */
    private static final int MOST = 256;

    private final Map<Integer, List<LibraryScope>> byHash = new HashMap<>();
    private int count;

    synchronized @Nullable LibraryScope of(List<ScopeMember> members) {
      int hash = 1;
      for (int i = 1; i < members.size(); i++) {
        hash = hash * 31 + System.identityHashCode(members.get(i).symbols);
      }
      List<LibraryScope> alike = byHash.get(hash);
      if (alike == null) {
        alike = new ArrayList<>(1);
        byHash.put(hash, alike);
      }
      for (LibraryScope scope : alike) {
        if (scope.holds(members)) {
          return scope;
        }
      }
      if (count == MOST) {
        return null;
      }
      List<WeakReference<Symbols>> libraries = new ArrayList<>(members.size() - 1);
      for (int i = 1; i < members.size(); i++) {
        libraries.add(new WeakReference<>(members.get(i).symbols));
      }
      LibraryScope made = new LibraryScope(libraries);
      alike.add(made);
      count++;
      return made;
    }
  }

  private boolean holds(List<ScopeMember> members) {
    if (members.size() != libraries.size() + 1) {
      return false;
    }
    for (int i = 1; i < members.size(); i++) {
      if (!libraries.get(i - 1).refersTo(members.get(i).symbols)) {
        return false;
      }
    }
    return true;
  }

  /**
   * {@return what stands for the libraries of a start, or null where nothing does}
   *
   * @param members the program first
   */
  static @Nullable LibraryScope of(List<ScopeMember> members) {
    if (members.size() < 2) {
      return null;
    }
    for (ScopeMember member : members) {
      if (!member.program && member.symbols == Symbols.NONE) {
        return null;
      }
    }
    Attachments first = members.get(1).symbols.attachments();
    Known known = first.attachment(Known.class);
    if (known == null) {
      known = new Known();
      first.attach(known);
    }
    return known.of(members);
  }
}
