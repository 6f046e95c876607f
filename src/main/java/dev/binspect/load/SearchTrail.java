package dev.binspect.load;

import dev.binspect.image.PathName;
import java.util.ArrayList;
import java.util.List;

/** The places looked at for one name, with why they were refused. */
public final class SearchTrail {
  /** Why a search ends where {@link PatientDoor} has had enough. */
  public static final String CUT = "the search was cut";

  private final List<String> places = new ArrayList<>();
  private long tooLong;
  private boolean ended;

  public void tried(String path) {
    if (path.length() < PathName.LONGEST) {
      places.add(path);
    } else {
      tooLong();
    }
  }

  /** A place whose path is longer than any file's: it is counted, and no text is kept of it. */
  public void tooLong() {
    tooLong++;
  }

  public void refused(String path, String why) {
    places.add(path + ": " + why);
  }

  /** The loader stops at such a file instead of going on to the next place. */
  public void fatal(String path, String why) {
    places.add(path + ": " + why + " (the loader stops here)");
    ended = true;
  }

  /** {@return whether the loader stopped with an error} */
  public boolean ended() {
    return ended;
  }

  public List<String> places() {
    if (tooLong == 0) {
      return List.copyOf(places);
    }
    List<String> all = new ArrayList<>(places);
    all.add(
        tooLong == 1 ? "a path longer than any file's" : tooLong + " paths longer than any file's");
    return List.copyOf(all);
  }
}
