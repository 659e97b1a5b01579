package dev.coppice.compiler.driver.measure;

/** Reads an array that no cache holds, a piece after the other into one that it does. */
final class MemoryReading implements Runnable {
  private static final int PIECE = 4096;
  private static final long MOST_BYTES = 128 << 20;

  private final float[] far;
  private final float[] near = new float[PIECE];

  /** An array of 128 MiB, or of a quarter of what this JVM may have. */
  MemoryReading() {
    long bytes = Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / 4);
    this.far = new float[Math.max(1, (int) (bytes / Float.BYTES / PIECE)) * PIECE];
  }

  /** Bytes that a run reads. */
  long bytes() {
    return (long) far.length * Float.BYTES;
  }

  @Override
  public void run() {
    for (int at = 0; at < far.length; at += PIECE) {
      System.arraycopy(far, at, near, 0, PIECE);
    }
  }
}
