package dev.coppice.compiler.tensor;

/**
 * Which tensors of floats need no more than a byte an element, but for what many have in common.
 */
public final class ByteCodes {
  private ByteCodes() {}

  /**
   * Whether {@code data} has few values ({@link ValueTable}) or consists of integers times scales
   * ({@link ScaledLevels}), to {@link ScaledLevels#MAX_ULPS}.
   */
  public static boolean fit(Tensor data) {
    return ValueTable.of(data).isPresent()
        || ScaledLevels.inBytes(data, ScaledLevels.MAX_ULPS).isPresent();
  }
}
