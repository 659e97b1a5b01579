package dev.coppice.compiler.lowering;

import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.ValueTable;
import java.util.List;
import java.util.Optional;

/** A tensor of few values in a form of few bytes, and the kernel that makes the tensor of it. */
sealed interface CodedTensor permits PackedIndices, IndicesAtGaps {
  /** Smaller tensors are not worth a call. */
  int MIN_ELEMENTS = 1024;

  /**
   * A part of the form.
   *
   * @param name what it is, for people
   * @param data its elements
   */
  record Part(String name, Tensor data) {}

  /** The smaller form of {@code data}; empty if there is none or the tensor is small. */
  static Optional<CodedTensor> of(Tensor data) {
    Optional<ValueTable> table =
        data.size() < MIN_ELEMENTS ? Optional.empty() : ValueTable.of(data);
    if (table.isEmpty()) {
      return Optional.empty();
    }
    PackedIndices packed = new PackedIndices(data, table.get());
    Optional<IndicesAtGaps> gaps = IndicesAtGaps.of(data, table.get());
    return Optional.of(
        gaps.isPresent() && gaps.get().bytes() < packed.bytes() ? gaps.get() : packed);
  }

  /** The parts, in the order of the kernel's first buffers. */
  List<Part> parts();

  /** Elements that the kernel writes: those of the tensor, and at most seven behind them. */
  int length();

  /** Stores the tensor into its last buffer. */
  Kernel decode();

  /** Bytes of all parts. */
  default long bytes() {
    return parts().stream().mapToLong(p -> p.data().type().bytes()).sum();
  }
}
