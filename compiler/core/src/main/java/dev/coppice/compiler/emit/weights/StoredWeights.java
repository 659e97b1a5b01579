package dev.coppice.compiler.emit.weights;

import dev.coppice.runtime.WeightsFormat;
import java.util.List;

/**
 * The account of a weight file.
 *
 * @param tensors its sections, in order
 */
public record StoredWeights(List<StoredTensor> tensors) {
  public StoredWeights {
    tensors = List.copyOf(tensors);
  }

  /** Bytes of the file: its header and all sections; 0 if there is none. */
  public long fileBytes() {
    return tensors.isEmpty()
        ? 0
        : WeightsFormat.HEADER_BYTES + tensors.stream().mapToLong(t -> t.bits().bytes()).sum();
  }

  /** Elements of all tensors. */
  public long elements() {
    return tensors.stream().mapToLong(StoredTensor::elements).sum();
  }

  /** Bits of the file for an element. */
  public double bitsPerElement() {
    return 8.0 * fileBytes() / Math.max(1, elements());
  }
}
