package dev.binspect.linkage;

import dev.binspect.image.Image;
import dev.binspect.load.LoadedObject;
import org.jspecify.annotations.Nullable;

/** A library of the program's closure that uses another one. */
final class LibraryUser {
  private LibraryUser() {}

  /** {@return a library that needs the candidate and asks for its symbols, or null} */
  static @Nullable LoadedObject of(Search search, Candidate candidate, Offered offered) {
    for (LoadedObject object : search.best().objects()) {
      Image image = object.image();
      if (object.depth() == 0 || image == null || object.path().equals(candidate.file())) {
        continue;
      }
      if (!search.needs(object, candidate.key())) {
        continue;
      }
      NameSet asked = SymbolNames.imports(image, null);
      for (int i = 0; i < asked.size(); i++) {
        if (offered.offers(asked.strings(), asked.from(i), asked.to(i))) {
          return object;
        }
      }
    }
    return null;
  }
}
