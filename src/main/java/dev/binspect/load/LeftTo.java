package dev.binspect.load;

/** To whom a symbol is left that no object at hand defines. */
public enum LeftTo {
  /** Nobody: the library that should have it is there, or nothing else comes. */
  NOBODY,
  /** The program that loads this library: a plug-in asks its host without naming a library. */
  HOST,
  /** A library that is not found: what it would define nobody knows. */
  MISSING
}
