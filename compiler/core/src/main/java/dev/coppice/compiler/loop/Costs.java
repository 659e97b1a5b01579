package dev.coppice.compiler.loop;

/**
 * What things cost on a target, for choosing among schedules. Times in nanoseconds of one core.
 *
 * @param call one call of a microkernel, with the look-up of its arrays
 * @param streamed extra for each term whose array and factor are read from an index stream
 * @param term one multiply-add of one element inside a microkernel that walks arrays
 * @param blocked one multiply-add of one element inside a register-blocked microkernel, where the
 *     target has them
 * @param copy one element of a contiguous copy
 * @param strided one element of a strided copy or of scalar code
 * @param perByte price of a byte of bytecode or of stored weights
 * @param codeBytes most bytecode that unrolling may add to one kernel
 * @param handOver giving work to another thread and taking its result
 */
public record Costs(
    double call,
    double streamed,
    double term,
    double blocked,
    double copy,
    double strided,
    double perByte,
    int codeBytes,
    double handOver) {
  /** Plain loops on an x86-64 core with 512-bit vectors, HotSpot 17 and 25. */
  public static final Costs PORTABLE =
      new Costs(4, 0.25, 0.067, 0.067, 0.042, 0.3, 0.01, 16_000, 3_000);

  /** The Vector API on such a core. */
  public static final Costs VECTOR =
      new Costs(6, 0.25, 0.067, 0.024, 0.042, 0.3, 0.01, 16_000, 3_000);
}
