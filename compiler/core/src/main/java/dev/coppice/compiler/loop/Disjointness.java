package dev.coppice.compiler.loop;

import dev.coppice.compiler.loop.AffineIndex.Digits;
import dev.coppice.compiler.loop.IndexScope.Steps;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Proves that iterations of loops touch different elements of an array: that from the index of an
 * element, one can tell which iteration it belongs to. Indices are taken apart as numbers with
 * digits: a part that is less than some base, and multiples of it.
 */
final class Disjointness {
  private Disjointness() {}

  /**
   * Whether the iterations that differ in one of {@code loops} share none of {@code elements}, but
   * for the last two of a loop whose last step is shorter. All other symbols may have any value in
   * each iteration. False if that is not certain.
   *
   * @param loops what tells their iterations, of which each element has a multiple
   */
  static boolean holds(List<AffineIndex> elements, List<Steps> loops) {
    return isTold(elements, loops);
  }

  /** Whether the sums tell the values of {@code loops}, which are terms of each. */
  private static boolean isTold(List<AffineIndex> sums, List<Steps> loops) {
    if (loops.isEmpty() || loops.size() == 1 && isTold(sums, loops.get(0))) {
      return true;
    }
    Set<Long> bases = new LinkedHashSet<>();
    sums.forEach(e -> bases.addAll(e.factors()));
    bases.addAll(distances(sums));
    return bases.stream().anyMatch(base -> base > 1 && isTold(sums, loops, base));
  }

  /**
   * Distances of constants, from the one before and from the first: places that are written out are
   * digits, too.
   */
  private static Set<Long> distances(List<AffineIndex> sums) {
    long[] constants = sums.stream().mapToLong(AffineIndex::constant).distinct().sorted().toArray();
    Set<Long> distances = new TreeSet<>();
    for (int i = 1; i < constants.length; i++) {
      distances.add(constants[i] - constants[i - 1]);
      distances.add(constants[i] - constants[0]);
    }
    return distances;
  }

  /** Whether all but the multiples of {@code loop} stays within one step of it. */
  private static boolean isTold(List<AffineIndex> sums, Steps loop) {
    long factor = sums.get(0).factor(loop.symbol());
    return sums.stream().allMatch(e -> e.factor(loop.symbol()) == factor)
        && areWithin(
            sums.stream().map(e -> e.without(loop.symbol())).toList(),
            Math.abs(factor) * loop.step());
  }

  /** Whether digits of this base tell {@code loops}. */
  private static boolean isTold(List<AffineIndex> sums, List<Steps> loops, long base) {
    List<Digits> digits = sums.stream().map(e -> e.digits(base)).toList();
    List<AffineIndex> high = digits.stream().map(Digits::high).toList();
    List<AffineIndex> low = digits.stream().map(Digits::low).toList();
    if (!areWithin(low, base)) {
      return false;
    }
    List<Steps> above = new ArrayList<>();
    List<Steps> below = new ArrayList<>();
    for (Steps loop : loops) {
      boolean isHigh = high.get(0).factor(loop.symbol()) != 0;
      (isHigh ? above : below).add(loop);
      if (!(isHigh ? high : low).stream().allMatch(e -> e.factor(loop.symbol()) != 0)) {
        return false;
      }
    }
    boolean isSplit = high.stream().anyMatch(e -> !e.isConstant() || e.constant() != 0);
    return isSplit && isTold(high, above) && isTold(low, below);
  }

  /** Whether all values of all sums differ by less than {@code range}. */
  private static boolean areWithin(List<AffineIndex> sums, long range) {
    long least = sums.stream().mapToLong(AffineIndex::least).min().orElse(0);
    long most = sums.stream().mapToLong(AffineIndex::most).max().orElse(0);
    return most < AffineIndex.sum(least, range);
  }
}
