package dev.coppice.compiler.compress.lowrank;

/**
 * What a layer costs, or the layers in its place.
 *
 * @param macs multiply-adds of a run
 * @param parameters elements of the weights, without biases
 * @param layers how many layers there are
 */
record FactorCost(long macs, long parameters, int layers) {
  /**
   * The time that is expected, in multiply-adds: those there are, and for each layer behind the
   * first a part of them again, for what it has to write and to read.
   *
   * @param overhead that part, not negative
   */
  double expected(double overhead) {
    return macs * (1 + overhead * (layers - 1));
  }

  /** Whether it is less in multiply-adds, parameters and expected time. */
  boolean isLessThan(FactorCost other, double overhead) {
    return macs < other.macs
        && parameters < other.parameters
        && expected(overhead) < other.expected(overhead);
  }
}
