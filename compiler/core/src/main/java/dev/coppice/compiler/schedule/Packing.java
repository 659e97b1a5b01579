package dev.coppice.compiler.schedule;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.function.IntUnaryOperator;

/** Reorders constant weights into the order in which a schedule reads them. */
final class Packing {
  private Packing() {}

  /**
   * {@code size} elements, element {@code i} being element {@code source(i)} of {@code w}, or zero
   * where that is -1.
   */
  static Reordered gather(Tensor w, int size, IntUnaryOperator source) {
    return new Reordered(elements(w, size, source), w, source);
  }

  private static Tensor elements(Tensor w, int size, IntUnaryOperator source) {
    if (w.isSplat() && w.doubleAt(0) == 0) {
      return Tensor.splat(w.type().with(Shape.of(size)), 0);
    }
    if (w.dtype() == DType.FLOAT32) {
      float[] out = new float[size];
      for (int i = 0; i < size; i++) {
        int at = source.applyAsInt(i);
        out[i] = at < 0 ? 0 : w.floatAt(at);
      }
      return Tensor.ofFloats(Shape.of(size), out);
    }
    return Tensor.fromDoubles(
        new TensorType(w.dtype(), Shape.of(size)),
        i -> {
          int at = source.applyAsInt(i);
          return at < 0 ? 0 : w.doubleAt(at);
        });
  }

  /**
   * Each of {@code groups} matrices {@code [rows, columns]} transposed: {@code [groups * columns,
   * rows]}.
   */
  static Reordered transposeGroups(Tensor w, int groups, int rows, int columns) {
    int matrix = rows * columns;
    IntUnaryOperator order = i -> i / matrix * matrix + i % rows * columns + i % matrix / rows;
    return reorder(w, Shape.of(groups * columns, rows), order);
  }

  /** The tensor whose element {@code i} is element {@code order(i)} of {@code w}. */
  static Reordered reorder(Tensor w, Shape shape, IntUnaryOperator order) {
    return new Reordered(w.gather(shape, order), w, order);
  }
}
