package dev.binspect.linkage;

import dev.binspect.image.Attachments;
import dev.binspect.image.Image;
import dev.binspect.load.LoadedObject;
import org.jspecify.annotations.Nullable;

/** A library of the program's closure that uses another one. */
final class LibraryUser {
  private LibraryUser() {}

  /** What a library asks of others, for all programs that load it. */
  private record Asked(NameSet names) {}

  private static NameSet asked(Image image) {
    Attachments kept = Attachments.of(image);
    Asked known = kept.attachment(Asked.class);
    if (known == null) {
      known = new Asked(SymbolNames.imports(image));
      kept.attach(known);
    }
    return known.names();
  }

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
      NameSet asked = asked(image);
      for (int i = 0; i < asked.size(); i++) {
        if (offered.offers(asked, i)) {
          return object;
        }
      }
    }
    return null;
  }
}
