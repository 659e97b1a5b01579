package dev.coppice.compiler.onnx.wire;

/**
 * What a model file may ask of the machine before it is refused.
 *
 * @param fileBytes largest model file, and largest total of external data
 * @param depth how deeply messages may nest; a graph within a graph takes three levels
 * @param constantBytes largest single constant that is expanded from a smaller form, and the total
 *     that constant folding may create
 * @param foldingSteps elementary steps that constant folding may take in all
 */
public record ImportLimits(long fileBytes, int depth, long constantBytes, long foldingSteps) {
  /** Largest array a JVM allocates, which is also more than protobuf can encode. */
  private static final long ARRAY_BYTES = Integer.MAX_VALUE - 8;

  /**
   * Limits for a trusted or untrusted file on this JVM: a quarter of its heap must remain for the
   * work.
   */
  public static ImportLimits defaults() {
    long heap = Runtime.getRuntime().maxMemory();
    return new ImportLimits(
        Math.min(ARRAY_BYTES, heap - heap / 4), 100, Math.min(1L << 30, heap / 4), 4_000_000_000L);
  }

  public ImportLimits {
    if (fileBytes < 1 || depth < 1 || constantBytes < 1 || foldingSteps < 1) {
      throw new IllegalArgumentException(
          "limits must be positive: "
              + fileBytes
              + ", "
              + depth
              + ", "
              + constantBytes
              + ", "
              + foldingSteps);
    }
  }

  /** These limits with another {@link #fileBytes}. */
  public ImportLimits withFileBytes(long bytes) {
    return new ImportLimits(bytes, depth, constantBytes, foldingSteps);
  }

  /** These limits with another {@link #constantBytes}. */
  public ImportLimits withConstantBytes(long bytes) {
    return new ImportLimits(fileBytes, depth, bytes, foldingSteps);
  }

  /** These limits with another {@link #foldingSteps}. */
  public ImportLimits withFoldingSteps(long steps) {
    return new ImportLimits(fileBytes, depth, constantBytes, steps);
  }
}
