package dev.coppice.runtime;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Whether generated code has to use the operators of {@code jdk.incubator.vector} before it
 * computes with them.
 *
 * <p>All operators share a few methods of that module. HotSpot 17 compiles these for the operators
 * and types that it has seen in them by then; one that comes later leaves such code by a trap,
 * which counts against every method that the code is inlined into. After a hundred HotSpot no
 * longer relies on types there, and makes an object of every vector. So the first class of
 * registers in a JVM has those methods see something of everything while their profiles are made.
 * HotSpot 25 does not need that; versions between have not been measured.
 */
public final class VectorProfiles {
  /**
   * How often all operators are used, and in each round the calls of what they share: the
   * interpreter makes the profile of a method within 512 calls.
   */
  public static final int ROUNDS = 8;

  public static final int CALLS = 100;

  private static final int FIRST_WITHOUT = 25;

  private static final AtomicBoolean ASKED = new AtomicBoolean();

  private VectorProfiles() {}

  /** Whether the caller is to make them: true at most once in a JVM. */
  public static boolean areMissing() {
    return areNeeded(System.getProperty("java.specification.version", ""))
        && ASKED.compareAndSet(false, true);
  }

  /** Whether a JVM of this version needs them: {@code 17}, and {@code 1.8} before 9. */
  static boolean areNeeded(String version) {
    try {
      return Integer.parseInt(version) < FIRST_WITHOUT;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
