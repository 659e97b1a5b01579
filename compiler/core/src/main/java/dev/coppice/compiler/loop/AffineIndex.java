package dev.coppice.compiler.loop;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * An int of Loop IR as a sum: a constant, and symbols times factors. Bounds that would leave the
 * range of a long are those of a long.
 */
final class AffineIndex {
  /**
   * A number that is not known: how often a loop ran before, or what no sum can express.
   *
   * @param id ascending: bounds refer to symbols of smaller ids only
   * @param least smallest value
   * @param most largest value
   * @param bounds further upper bounds
   */
  record Symbol(int id, long least, long most, List<Bound> bounds) {
    Symbol {
      bounds = List.copyOf(bounds);
    }
  }

  /** {@code factor * symbol <= most}, where {@code factor} is positive. */
  record Bound(long factor, AffineIndex most) {}

  private final long constant;
  private final NavigableMap<Symbol, Long> terms;

  private AffineIndex(long constant, NavigableMap<Symbol, Long> terms) {
    this.constant = constant;
    this.terms = terms;
  }

  static AffineIndex of(long constant) {
    return new AffineIndex(constant, noTerms());
  }

  static AffineIndex of(Symbol symbol) {
    NavigableMap<Symbol, Long> terms = noTerms();
    terms.put(symbol, 1L);
    return new AffineIndex(0, terms);
  }

  private static NavigableMap<Symbol, Long> noTerms() {
    return new TreeMap<>(Comparator.comparingInt(Symbol::id));
  }

  long constant() {
    return constant;
  }

  /** Symbols with their factors, none 0. */
  Map<Symbol, Long> terms() {
    return terms;
  }

  boolean isConstant() {
    return terms.isEmpty();
  }

  /** How often {@code symbol} counts. */
  long factor(Symbol symbol) {
    return terms.getOrDefault(symbol, 0L);
  }

  AffineIndex plus(AffineIndex other) {
    return plus(other, 1);
  }

  AffineIndex minus(AffineIndex other) {
    return plus(other, -1);
  }

  AffineIndex plus(long more) {
    return new AffineIndex(sum(constant, more), terms);
  }

  private AffineIndex plus(AffineIndex other, long times) {
    NavigableMap<Symbol, Long> all = noTerms();
    all.putAll(terms);
    other.terms.forEach(
        (s, f) -> {
          long factor = sum(all.getOrDefault(s, 0L), product(f, times));
          if (factor == 0) {
            all.remove(s);
          } else {
            all.put(s, factor);
          }
        });
    return new AffineIndex(sum(constant, product(other.constant, times)), all);
  }

  AffineIndex times(long factor) {
    return factor == 0 ? of(0) : of(0).plus(this, factor);
  }

  /** This without {@code symbol}. */
  AffineIndex without(Symbol symbol) {
    NavigableMap<Symbol, Long> rest = noTerms();
    rest.putAll(terms);
    rest.remove(symbol);
    return new AffineIndex(constant, rest);
  }

  /** A high and a low part: this is {@code high * base + low}. */
  record Digits(AffineIndex high, AffineIndex low) {}

  /** The terms whose factors {@code base} divides, and the rest. */
  Digits digits(long base) {
    NavigableMap<Symbol, Long> high = noTerms();
    NavigableMap<Symbol, Long> low = noTerms();
    terms.forEach(
        (s, f) -> {
          if (f % base == 0) {
            high.put(s, f / base);
          } else {
            low.put(s, f);
          }
        });
    return new Digits(
        new AffineIndex(Math.floorDiv(constant, base), high),
        new AffineIndex(Math.floorMod(constant, base), low));
  }

  /** Smallest value, or less. */
  long least() {
    long least = constant;
    for (Map.Entry<Symbol, Long> t : terms.entrySet()) {
      long f = t.getValue();
      least = sum(least, product(f, f > 0 ? t.getKey().least() : t.getKey().most()));
    }
    return least;
  }

  /** Largest value, or more: bounds of symbols are applied, the last symbol's first. */
  long most() {
    if (terms.isEmpty()) {
      return constant;
    }
    Symbol last = terms.lastKey();
    long factor = factor(last);
    AffineIndex rest = without(last);
    if (factor < 0) {
      return rest.plus(product(factor, last.least())).most();
    }
    long most = rest.plus(product(factor, last.most())).most();
    for (Bound b : last.bounds()) {
      if (factor % b.factor() == 0) {
        most = Math.min(most, rest.plus(b.most(), factor / b.factor()).most());
      }
    }
    return most;
  }

  /** Factors of the symbols without sign, ascending. */
  List<Long> factors() {
    return terms.values().stream().map(f -> Math.abs(f)).distinct().sorted().toList();
  }

  /** {@code a + b}, or the end of the range of a long. */
  static long sum(long a, long b) {
    long r = a + b;
    boolean overflows = ((a ^ r) & (b ^ r)) < 0;
    return overflows ? a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE : r;
  }

  private static long product(long a, long b) {
    long high = Math.multiplyHigh(a, b);
    long low = a * b;
    boolean fits = high == 0 && low >= 0 || high == -1 && low < 0;
    return fits ? low : (a < 0) == (b < 0) ? Long.MAX_VALUE : Long.MIN_VALUE;
  }
}
