package dev.coppice.runtime;

/**
 * How often a kernel is called by itself so that the JIT compiles it: so many times, and for a
 * while, since the JIT counts calls only of what it has compiled once; but no longer than two
 * seconds.
 *
 * <pre>
 * for (WarmUpCalls calls = new WarmUpCalls(700); calls.goOn();) {
 *   softmax(x, 0, y, 0);
 * }
 * </pre>
 */
public final class WarmUpCalls {
  private static final long LEAST_NANOS = 250_000_000L;
  private static final long MOST_NANOS = 2_000_000_000L;

  private final long start;
  private int left;

  /** Starts the clock; there are {@code calls} at least, if there is time. */
  public WarmUpCalls(int calls) {
    this(calls, System.nanoTime());
  }

  WarmUpCalls(int calls, long now) {
    start = now;
    left = calls;
  }

  /** Whether another call is to be made; to be asked before each. */
  public boolean goOn() {
    return goOn(System.nanoTime());
  }

  boolean goOn(long now) {
    return now - start < (left-- > 0 ? MOST_NANOS : LEAST_NANOS);
  }
}
