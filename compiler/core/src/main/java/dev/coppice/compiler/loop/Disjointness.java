package dev.coppice.compiler.loop;

import dev.coppice.compiler.loop.AffineIndex.Digits;
import dev.coppice.compiler.loop.AffineIndex.Symbol;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Proves that iterations of loops touch different elements of an array: that from the index of an
 * element, one can tell which iteration it belongs to. Indices are taken apart as numbers with
 * digits: a part that is less than some base, and multiples of it.
 */
final class Disjointness {
  private Disjointness() {}

  /**
   * Whether the iterations that differ in one of {@code loops} share none of {@code elements}; all
   * other symbols may have any value in each iteration. False if that is not certain.
   */
  static boolean holds(List<AffineIndex> elements, List<Symbol> loops) {
    List<Symbol> open = loops.stream().filter(s -> s.most() > 0).toList();
    return open.stream().allMatch(s -> elements.stream().allMatch(e -> e.factor(s) != 0))
        && isTold(elements, open);
  }

  /** Whether the sums tell the values of {@code loops}, which are terms of each. */
  private static boolean isTold(List<AffineIndex> sums, List<Symbol> loops) {
    if (loops.isEmpty() || loops.size() == 1 && isTold(sums, loops.get(0))) {
      return true;
    }
    Set<Long> bases = new LinkedHashSet<>();
    sums.forEach(e -> bases.addAll(e.factors()));
    bases.add(leastDistance(sums));
    return bases.stream().anyMatch(base -> base > 1 && isTold(sums, loops, base));
  }

  /** Least distance of two constants that differ: places that are written out are a digit, too. */
  private static long leastDistance(List<AffineIndex> sums) {
    long[] constants = sums.stream().mapToLong(AffineIndex::constant).distinct().sorted().toArray();
    long least = 0;
    for (int i = 1; i < constants.length; i++) {
      long distance = constants[i] - constants[i - 1];
      least = least == 0 ? distance : Math.min(least, distance);
    }
    return least;
  }

  /** Whether all but the multiples of {@code loop} stays within one step of it. */
  private static boolean isTold(List<AffineIndex> sums, Symbol loop) {
    long step = sums.get(0).factor(loop);
    return sums.stream().allMatch(e -> e.factor(loop) == step)
        && areWithin(sums.stream().map(e -> e.without(loop)).toList(), Math.abs(step));
  }

  /** Whether digits of this base tell {@code loops}. */
  private static boolean isTold(List<AffineIndex> sums, List<Symbol> loops, long base) {
    List<Digits> digits = sums.stream().map(e -> e.digits(base)).toList();
    List<AffineIndex> high = digits.stream().map(Digits::high).toList();
    List<AffineIndex> low = digits.stream().map(Digits::low).toList();
    if (!areWithin(low, base)) {
      return false;
    }
    List<Symbol> above = new ArrayList<>();
    List<Symbol> below = new ArrayList<>();
    for (Symbol loop : loops) {
      boolean isHigh = high.get(0).factor(loop) != 0;
      (isHigh ? above : below).add(loop);
      if (!(isHigh ? high : low).stream().allMatch(e -> e.factor(loop) != 0)) {
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
