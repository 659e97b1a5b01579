package dev.coppice.compiler.lowering;

import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.ScaledLevels;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.ValueTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A tensor in a form of few bytes, and the kernel that makes the tensor of it. */
sealed interface CodedTensor permits PackedIndices, PackedIntegers, IndicesAtGaps, CodedLevels {
  /** Smaller tensors are not worth a call. */
  int MIN_ELEMENTS = 1024;

  /**
   * A part of the form.
   *
   * @param name what it is, for people
   * @param data its elements
   */
  record Part(String name, Tensor data) {}

  /**
   * The smallest form of {@code elements}; empty if there is none or they are few. It keeps every
   * bit where there are few values; other integers with scales are those that the weight file holds
   * where nothing is coded in memory.
   */
  static Optional<CodedTensor> of(Reordered elements) {
    if (elements.data().size() < MIN_ELEMENTS) {
      return Optional.empty();
    }
    List<CodedTensor> forms = new ArrayList<>(ofFewValues(elements.data()));
    forms.addAll(CodedLevels.of(elements, forms.isEmpty() ? ScaledLevels.MAX_ULPS : 0));
    long floats = elements.data().type().bytes();
    return smallest(forms).filter(f -> f.bytes() < floats);
  }

  /** The forms that tell for each element of {@code data} which of a few values it is. */
  static List<CodedTensor> ofFewValues(Tensor data) {
    List<CodedTensor> forms = new ArrayList<>();
    PackedIntegers.of(data).ifPresent(forms::add);
    ValueTable.of(data)
        .ifPresent(
            table -> {
              forms.add(new PackedIndices(data, table));
              IndicesAtGaps.of(data, table).ifPresent(forms::add);
            });
    return forms;
  }

  /** The first of those with the fewest bytes. */
  static Optional<CodedTensor> smallest(List<CodedTensor> forms) {
    return forms.stream().min(Comparator.comparingLong(CodedTensor::bytes));
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
