package com.sun.jna.silent;

/** As many of java.util.logging's levels as JNA names. */
public enum Level {
  SEVERE,
  WARNING,
  INFO,
  FINE,
  FINER
}
