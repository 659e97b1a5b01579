package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/** Shared checks of operators that work element by element. */
final class Elementwise {
  private Elementwise() {}

  /**
   * The broadcast shape of {@code inputs}, which must all have one element type.
   *
   * @throws IllegalArgumentException with the types if they differ or the shapes do not broadcast
   */
  static Shape sameTypes(List<TensorType> inputs) {
    Shape shape = inputs.get(0).shape();
    for (TensorType t : inputs) {
      if (t.dtype() != inputs.get(0).dtype()) {
        throw new IllegalArgumentException(
            "operands are " + inputs + "; expected one element type");
      }
      shape = Shape.broadcast(shape, t.shape());
    }
    return shape;
  }

  /** Throws {@link IllegalArgumentException} unless {@code ok}. */
  static void require(boolean ok, TensorType type, String expected) {
    if (!ok) {
      throw new IllegalArgumentException("operand is " + type + "; expected " + expected);
    }
  }

  /** Element of {@code operand} that meets element {@code i} of a result of shape {@code out}. */
  static int source(Shape operand, Shape out, int i) {
    if (operand.equals(out)) {
      return i;
    }
    int rest = i;
    int at = 0;
    int stride = 1;
    for (int back = 1; back <= out.rank(); back++) {
      int place = rest % out.dim(-back);
      rest /= out.dim(-back);
      if (back <= operand.rank()) {
        at += operand.dim(-back) == 1 ? 0 : place * stride;
        stride *= operand.dim(-back);
      }
    }
    return at;
  }
}
