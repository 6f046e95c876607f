package dev.binspect.load;

import java.util.ArrayList;
import java.util.List;

/** The places looked at for one name, with why they were refused. */
public final class SearchTrail {
  /** Why a search ends where {@link PatientDoor} has had enough. */
  public static final String CUT = "the search was cut";

  private final List<String> places = new ArrayList<>();
  private boolean ended;

  public void tried(String path) {
    places.add(path);
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
    return List.copyOf(places);
  }
}
