package dev.coppice.runtime;

/**
 * How often a model is run until the JIT has compiled it: until no run has been a tenth faster than
 * the fastest before, for as long as it took to come to that and for a second at least. It ends
 * after a minute in any case.
 *
 * <pre>
 * WarmUp progress = new WarmUp();
 * while (progress.goesOn()) {
 *   run(features, scores);
 * }
 * </pre>
 */
public final class WarmUp {
  private static final long LEAST_NANOS = 1_000_000_000L;
  private static final long MOST_NANOS = 60 * LEAST_NANOS;

  private final long start;
  private long last;

  /** The shortest run of those that were a tenth shorter than all before. */
  private long best = Long.MAX_VALUE;

  /** When that run ended. */
  private long bestEnd;

  private boolean started;

  /** Starts the clock. */
  public WarmUp() {
    this(System.nanoTime());
  }

  WarmUp(long now) {
    start = now;
    last = now;
  }

  /** Whether another run is worth its time; to be called before each. The first one always is. */
  public boolean goesOn() {
    return goesOn(System.nanoTime());
  }

  boolean goesOn(long now) {
    long run = now - last;
    last = now;
    if (!started) {
      started = true;
      return true;
    }
    if (best == Long.MAX_VALUE || run < best - best / 10) {
      best = run;
      bestEnd = now;
    }
    long reached = bestEnd - start;
    return now - bestEnd < Math.max(LEAST_NANOS, reached) && now - start < MOST_NANOS;
  }
}
