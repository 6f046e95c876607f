package com.sun.jna.silent;

/**
 * Stands where JNA's sources name java.util.logging: JNA is compiled against this. To set up the
 * platform's logging, for messages that nobody is ever shown, takes longer than ten starts of a
 * program. What goes wrong with native calls comes as an exception as well.
 */
public final class Logger {
  private static final Logger ONLY = new Logger();

  private Logger() {}

  public static Logger getLogger(String name) {
    return ONLY;
  }

  public boolean isLoggable(Level level) {
    return false;
  }

  public void log(Level level, String message) {}

  public void log(Level level, String message, Object argument) {}

  public void log(Level level, String message, Object[] arguments) {}

  public void log(Level level, String message, Throwable thrown) {}
}
