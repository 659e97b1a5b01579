package dev.coppice.compiler.compress;

import java.util.List;
import java.util.Locale;

/**
 * What a compression did.
 *
 * @param plan the decisions
 * @param tensors one entry for each weight that was changed, in graph order
 * @param fileBytesBefore length of the model file with its external data
 * @param fileBytesAfter length of the compressed file, in which zeros take as much as other values
 */
public record CompressionReport(
    CompressionPlan plan, List<TensorReport> tensors, long fileBytesBefore, long fileBytesAfter) {
  public CompressionReport {
    tensors = List.copyOf(tensors);
  }

  /** Number of weights in the tensors that were changed. */
  public long elements() {
    return tensors.stream().mapToLong(TensorReport::elements).sum();
  }

  /** Number of them that are zero. */
  public long zeros() {
    return tensors.stream().mapToLong(TensorReport::zeros).sum();
  }

  /** Bytes of these weights as float32. */
  public long bytesBefore() {
    return tensors.stream().mapToLong(TensorReport::bytesBefore).sum();
  }

  /** Bytes of these weights when encoded; see {@link TensorReport#bytesAfter()}. */
  public long bytesAfter() {
    return tensors.stream().mapToLong(TensorReport::bytesAfter).sum();
  }

  /** A table with a line for each tensor and the totals. */
  public String text() {
    int width = "weights".length();
    for (TensorReport t : tensors) {
      width = Math.max(width, t.tensor().length());
    }
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%-" + width + "s %10s %8s %6s %11s %11s %9s%n",
            "weights",
            "elements",
            "zeros",
            "type",
            "bytes",
            "encoded",
            "error"));
    for (TensorReport t : tensors) {
      text.append(row(width, t.tensor(), t.elements(), t.zeros(), t.int8() ? "int8" : "float"))
          .append(sizes(t.bytesBefore(), t.bytesAfter()))
          .append(String.format(Locale.ROOT, " %9.2e%n", t.relativeError()));
    }
    text.append(row(width, "total", elements(), zeros(), ""))
        .append(sizes(bytesBefore(), bytesAfter()))
        .append(
            String.format(
                Locale.ROOT, "%nfile: %d bytes, was %d%n", fileBytesAfter, fileBytesBefore));
    return text.toString().replace(System.lineSeparator(), "\n");
  }

  private static String row(int width, String name, long elements, long zeros, String type) {
    double percent = elements == 0 ? 0 : 100.0 * zeros / elements;
    return String.format(
        Locale.ROOT, "%-" + width + "s %10d %7.2f%% %6s", name, elements, percent, type);
  }

  private static String sizes(long before, long after) {
    return String.format(Locale.ROOT, " %11d %11d", before, after);
  }
}
