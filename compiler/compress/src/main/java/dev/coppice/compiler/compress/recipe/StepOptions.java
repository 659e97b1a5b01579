package dev.coppice.compiler.compress.recipe;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The options of one step of a recipe, read with checks: what is wrong is reported with its line,
 * and {@link #isValid} tells a method that it cannot make its step.
 */
public final class StepOptions {
  private final YamlMap map;
  private final long defaultSeed;
  private boolean valid = true;

  StepOptions(YamlMap map, long defaultSeed) {
    this.map = map;
    this.defaultSeed = defaultSeed;
  }

  /** Whether nothing was reported so far. */
  public boolean isValid() {
    return valid;
  }

  /** The step, if nothing was reported. */
  public Optional<Step> step(Step step) {
    return valid ? Optional.of(step) : Optional.empty();
  }

  /** Whether {@code key} is given. */
  public boolean has(String key) {
    return map.has(key);
  }

  /** 1-based line of the recipe at which the step begins. */
  public int line() {
    return map.line();
  }

  /** Which layers the step takes. */
  public LayerSelection layers() {
    return new LayerSelection(map.globs("layers"), map.globs("exclude"));
  }

  /** The seed of this step: its own, or else the recipe's. */
  public long seed() {
    return map.has("seed") ? (long) number("seed", 0, 1L << 53) : defaultSeed;
  }

  /** The value of {@code key}, one of {@code choices}; the first where it is absent. */
  public String choice(String key, String... choices) {
    return kept(map.choiceOrFirst(key, List.of(choices)), choices[0]);
  }

  /** The value of {@code key}, which must be given, one of {@code choices}. */
  public String required(String key, String... choices) {
    return kept(map.choice(key, List.of(choices)), choices[0]);
  }

  /** The number {@code key}, which must be given, from {@code min} to below {@code end}. */
  public double number(String key, double min, double end) {
    OptionalDouble value = map.number(key, min, end);
    valid &= value.isPresent();
    return value.orElse(min);
  }

  /** As {@link #number(String, double, double)}, {@code absent} where it is not given. */
  public double number(String key, double min, double end, double absent) {
    return map.has(key) ? number(key, min, end) : absent;
  }

  /** The whole number {@code key} from {@code min} to {@code max}, {@code absent} if not given. */
  public int integer(String key, int min, int max, int absent) {
    if (!map.has(key)) {
      return absent;
    }
    OptionalInt value = map.integer(key, min, max);
    valid &= value.isPresent();
    return value.orElse(min);
  }

  /** Whether {@code key} is {@code true}; {@code absent} where it is not given. */
  public boolean flag(String key, boolean absent) {
    return map.has(key) ? choice(key, "true", "false").equals("true") : absent;
  }

  /** A size in bytes, e.g. {@code 64KiB}; empty where it is not given. */
  public OptionalLong bytes(String key) {
    if (!map.has(key)) {
      return OptionalLong.empty();
    }
    OptionalLong value = map.quantity(key, Quantity.BYTES);
    valid &= value.isPresent();
    return value;
  }

  /** The text of {@code key}; empty where it is not given. */
  public Optional<String> text(String key) {
    return map.text(key);
  }

  /** The texts in the list {@code key}; empty where it is not given. */
  public List<String> texts(String key) {
    return map.globs(key).stream().map(LayerSelection.Glob::text).toList();
  }

  /** Reports that {@code key} is wrong. */
  public void refuse(String key, String problem) {
    valid = false;
    map.report(key, problem);
  }

  private String kept(Optional<String> value, String otherwise) {
    valid &= value.isPresent();
    return value.orElse(otherwise);
  }
}
