package dev.coppice.compiler.compress.recipe;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kind of quantity with its units.
 *
 * @param name what it measures, for messages
 * @param units factors by unit; the empty unit is the one that values are given in
 */
public record Quantity(String name, Map<String, Double> units) {
  private static final Pattern FORM =
      Pattern.compile("([0-9.]+(?:[eE][-+]?\\d+)?)\\s*([A-Za-zµ]*)");

  /** Sizes: {@code 64KiB}, {@code 1.5MB}, {@code 1000}. */
  public static final Quantity BYTES =
      of("size", "", 1, "B", 1, "KB", 1e3, "kB", 1e3, "MB", 1e6, "GB", 1e9, "KiB", 1024.0)
          .and("MiB", 1024.0 * 1024)
          .and("GiB", 1024.0 * 1024 * 1024);

  /** Counts: {@code 2M}, {@code 500k}. */
  public static final Quantity COUNT = of("count", "", 1, "k", 1e3, "M", 1e6, "G", 1e9);

  /** Times in microseconds: {@code 0.5ms}, {@code 300us}. */
  public static final Quantity MICROS =
      of("time", "us", 1, "µs", 1, "ns", 1e-3, "ms", 1e3, "s", 1e6);

  public Quantity {
    units = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(units));
  }

  private static Quantity of(String name, Object... unitsAndFactors) {
    Map<String, Double> units = new LinkedHashMap<>();
    for (int i = 0; i < unitsAndFactors.length; i += 2) {
      units.put((String) unitsAndFactors[i], ((Number) unitsAndFactors[i + 1]).doubleValue());
    }
    return new Quantity(name, units);
  }

  private Quantity and(String unit, double factor) {
    Map<String, Double> more = new LinkedHashMap<>(units);
    more.put(unit, factor);
    return new Quantity(name, more);
  }

  /** The value that {@code text} gives; empty if it is none of this kind. */
  public OptionalDouble parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches() || !units.containsKey(form.group(2))) {
      return OptionalDouble.empty();
    }
    try {
      return OptionalDouble.of(Double.parseDouble(form.group(1)) * units.get(form.group(2)));
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  /** What is expected, for messages. */
  public String expected() {
    return "a "
        + name
        + " with unit "
        + String.join(", ", units.keySet().stream().filter(u -> !u.isEmpty()).toList())
        + (units.containsKey("") ? " or none" : "");
  }
}
