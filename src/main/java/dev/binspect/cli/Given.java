package dev.binspect.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a command line says: the options that were given, with their values, and the parameters. */
final class Given {
  private final Map<String, List<String>> values = new HashMap<>();
  private final List<String> parameters = new ArrayList<>();
  private final List<String> original;

  /**
   * @param original all words of the command line
   */
  Given(String[] original) {
    this.original = List.of(original);
  }

  /** Takes a flag, under all its names. */
  void flag(List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      values.put(names.get(i), List.of());
    }
  }

  /** Takes one more value of an option, under all its names. */
  void value(List<String> names, String value) {
    List<String> known = values.get(names.get(0));
    if (known == null) {
      known = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        values.put(names.get(i), known);
      }
    }
    known.add(value);
  }

  void parameter(String value) {
    parameters.add(value);
  }

  /** {@return whether an option was given} */
  boolean has(String name) {
    return values.containsKey(name);
  }

  /** {@return an option's value, or null where it was not given} */
  @Nullable String text(String name) {
    List<String> all = values.get(name);
    return all == null || all.isEmpty() ? null : all.get(all.size() - 1);
  }

  /** {@return an option's value, or another where it was not given} */
  String text(String name, String otherwise) {
    String value = text(name);
    return value == null ? otherwise : value;
  }

  /** {@return all values of an option that may be repeated} */
  List<String> all(String name) {
    List<String> all = values.get(name);
    return all == null ? List.of() : all;
  }

  /** {@return an option's number, or another where it was not given} */
  long number(String name, long otherwise) {
    String value = text(name);
    return value == null ? otherwise : Long.parseLong(value);
  }

  /** {@return what has no name, in its order} */
  List<String> parameters() {
    return parameters;
  }

  /** {@return all words of the command line} */
  List<String> original() {
    return original;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Given given
        && values.equals(given.values)
        && parameters.equals(given.parameters)
        && original.equals(given.original);
  }

  @Override
  public int hashCode() {
    return values.hashCode() * 31 + parameters.hashCode();
  }

  @Override
  public String toString() {
    return values + " " + parameters;
  }
}
