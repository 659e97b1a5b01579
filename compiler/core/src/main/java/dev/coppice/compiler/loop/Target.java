package dev.coppice.compiler.loop;

/**
 * Traits of what the code will run on; schedules ask for these and never for a backend's name.
 *
 * @param vectorApi whether vectors wider than a few lanes are registers; otherwise the JIT's
 *     vectorizer is all there is
 * @param planeLength preferred elements of a scratch plane, so that a few dozen planes fit the
 *     first-level cache
 * @param planes how many scratch planes of that length a schedule may use at once
 * @param methodBytes budget of bytecode per method
 * @param threads how many threads share the work of a run
 * @param codedWeights whether weights of few values stay coded in memory until a kernel reads them
 * @param costs what things cost
 */
public record Target(
    boolean vectorApi,
    int planeLength,
    int planes,
    int methodBytes,
    int threads,
    boolean codedWeights,
    Costs costs) {
  /** Any JVM, no Vector API: 320 floats a plane, 40 planes (50 KiB) read again and again. */
  public static final Target PORTABLE = new Target(false, 320, 40, 6000, 1, false, Costs.PORTABLE);

  /** HotSpot with the Vector API; planes as for {@link #PORTABLE}. */
  public static final Target VECTOR = new Target(true, 320, 80, 6000, 1, false, Costs.VECTOR);

  /** This target with another budget of bytecode per method. */
  public Target withMethodBytes(int bytes) {
    return new Target(vectorApi, planeLength, planes, bytes, threads, codedWeights, costs);
  }

  /** This target with so many threads. */
  public Target withThreads(int count) {
    return new Target(vectorApi, planeLength, planes, methodBytes, count, codedWeights, costs);
  }

  /** This target with weights of few values in memory as they are, or coded. */
  public Target withCodedWeights(boolean coded) {
    return new Target(vectorApi, planeLength, planes, methodBytes, threads, coded, costs);
  }

  /** This target with other costs. */
  public Target withCosts(Costs other) {
    return new Target(vectorApi, planeLength, planes, methodBytes, threads, codedWeights, other);
  }
}
