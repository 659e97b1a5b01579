package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.diag.SourceRef;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which samples of the data are taken: all are shuffled if there is a seed, then those of a range
 * remain, then every n-th of these.
 *
 * @param from the first, counted from 0
 * @param to the end, exclusive; empty for the end of the data
 * @param every 1 for all of the range
 * @param shuffle seed of the shuffling
 */
public record Selection(int from, OptionalInt to, int every, OptionalLong shuffle) {
  /** All samples in the order of the data. */
  public static final Selection ALL =
      new Selection(0, OptionalInt.empty(), 1, OptionalLong.empty());

  private static final Pattern RANGE = Pattern.compile("(\\d{0,9})\\.\\.(\\d{0,9})");

  public Selection {
    if (from < 0 || to.orElse(Integer.MAX_VALUE) < from) {
      throw new IllegalArgumentException("samples " + text(from, to) + " are no range");
    }
    if (every < 1) {
      throw new IllegalArgumentException("every is " + every + ", expected 1 or more");
    }
  }

  /** This selection with the range that {@code text} says: {@code 0..500}, {@code 500..}. */
  public Selection withRange(String text) {
    Matcher range = RANGE.matcher(text.trim());
    if (!range.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no range of samples, expected the likes of 0..500 or 500..");
    }
    String first = range.group(1);
    String end = range.group(2);
    return new Selection(
        first.isEmpty() ? 0 : Integer.parseInt(first),
        end.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(end)),
        every,
        shuffle);
  }

  /** This selection with every {@code n}-th of its range. */
  public Selection withEvery(int n) {
    return new Selection(from, to, n, shuffle);
  }

  /** This selection after shuffling by {@code seed}. */
  public Selection withShuffle(long seed) {
    return new Selection(from, to, every, OptionalLong.of(seed));
  }

  /**
   * The selected samples of {@code all}.
   *
   * @throws dev.coppice.compiler.diag.CompileException if the range exceeds them
   */
  Dataset of(Dataset all, SourceRef where) {
    int end = to.orElse(all.count());
    if (from >= Math.max(1, all.count()) || end > all.count() || end == from) {
      throw DataFile.invalid(
          where,
          String.format(
              Locale.ROOT,
              "samples %s are selected, but the data has %d",
              text(from, to),
              all.count()));
    }
    Dataset shuffled = shuffle.isPresent() ? all.shuffled(shuffle.getAsLong()) : all;
    return shuffled.range(from, end).stride(every);
  }

  private static String text(int from, OptionalInt to) {
    return from + ".." + (to.isPresent() ? to.getAsInt() : "");
  }
}
