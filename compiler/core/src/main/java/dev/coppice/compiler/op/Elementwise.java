package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/** What operators that work element by element share: checks, and evaluation on broadcast pairs. */
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

  /** As {@link #sameTypes} for exactly two operands. */
  static Shape pair(List<TensorType> inputs) {
    Operands.count(inputs, 2, 2);
    return sameTypes(inputs);
  }

  /** Throws {@link IllegalArgumentException} unless {@code ok}. */
  static void require(boolean ok, TensorType type, String expected) {
    if (!ok) {
      throw new IllegalArgumentException("operand is " + type + "; expected " + expected);
    }
  }

  /** The only operand's type, which must be of floats. */
  static TensorType floats(List<TensorType> inputs) {
    TensorType type = Operands.only(inputs);
    require(type.dtype().isFloat(), type, "a float type");
    return type;
  }

  /** The only operand's type, which must be of numbers. */
  static TensorType numbers(List<TensorType> inputs) {
    TensorType type = Operands.only(inputs);
    require(type.dtype() != DType.BOOL && !type.dtype().isStoredOnly(), type, "a numeric type");
    return type;
  }

  /**
   * The tensor of {@code type} with {@code f} of the elements of a and b that meet at each place.
   */
  static Tensor doubles(TensorType type, Tensor a, Tensor b, DoubleBinaryOperator f) {
    Shape out = type.shape();
    return Tensor.fromDoubles(
        type,
        i ->
            f.applyAsDouble(
                a.doubleAt(source(a.shape(), out, i)), b.doubleAt(source(b.shape(), out, i))));
  }

  /** As {@link #doubles}, on integers and booleans. */
  static Tensor longs(TensorType type, Tensor a, Tensor b, LongBinaryOperator f) {
    Shape out = type.shape();
    return Tensor.fromLongs(
        type,
        i ->
            f.applyAsLong(
                a.longAt(source(a.shape(), out, i)), b.longAt(source(b.shape(), out, i))));
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
