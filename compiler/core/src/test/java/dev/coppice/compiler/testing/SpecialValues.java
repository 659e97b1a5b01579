package dev.coppice.compiler.testing;

import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Operands at the edges of every element type, each value of one operand meeting each of the
 * others: zeros of both signs, halves, subnormals, the largest, NaN, infinities, powers of two at
 * which conversions overflow; for integers the ends of every width; all values of the types that
 * are only stored.
 */
public final class SpecialValues {
  private static final double[] FLOATS = {
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    0.0,
    -0.0,
    1,
    -1,
    0.5,
    -0.5,
    1.5,
    -1.5,
    2.5,
    -7.3,
    3,
    20.25,
    -88.5,
    255.5,
    -128.9,
    65504,
    16777217,
    0x1p31,
    -0x1p31,
    0x1p63,
    -0x1p63,
    1e10,
    1e-10,
    Float.MIN_VALUE,
    Float.MIN_NORMAL,
    -Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE
  };

  private static final long[] INTEGERS = {
    0,
    1,
    -1,
    2,
    -2,
    3,
    7,
    -7,
    10,
    100,
    Byte.MAX_VALUE,
    Byte.MIN_VALUE,
    Short.MAX_VALUE,
    Short.MIN_VALUE,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0xFFFF_FFFFL,
    (1L << 53) + 1,
    (1L << 60) + (1L << 36) + 1,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MIN_VALUE + 1
  };

  private SpecialValues() {}

  /**
   * Lists of {@code arity} operands, one for every choice of element types that {@code op} takes.
   */
  public static List<List<Tensor>> operands(Op op, int arity) {
    List<List<DType>> choices = List.of(List.of());
    for (int i = 0; i < arity; i++) {
      List<List<DType>> longer = new ArrayList<>();
      for (List<DType> c : choices) {
        for (DType t : DType.values()) {
          List<DType> more = new ArrayList<>(c);
          more.add(t);
          longer.add(more);
        }
      }
      choices = longer;
    }
    return choices.stream().filter(c -> takes(op, c)).map(SpecialValues::product).toList();
  }

  private static boolean takes(Op op, List<DType> dtypes) {
    try {
      op.inferTypes(dtypes.stream().map(t -> TensorType.of(t, 2)).toList());
      return true;
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }

  private static List<Tensor> product(List<DType> dtypes) {
    int size = dtypes.stream().mapToInt(SpecialValues::count).reduce(1, Math::multiplyExact);
    List<Tensor> operands = new ArrayList<>();
    int stride = 1;
    for (DType t : dtypes) {
      int step = stride;
      TensorType type = TensorType.of(t, size);
      int n = count(t);
      operands.add(
          t.isFloat()
              ? Tensor.fromDoubles(type, i -> FLOATS[i / step % n])
              : Tensor.fromLongs(
                  type, i -> t.isStoredOnly() ? i / step % n : INTEGERS[i / step % n]));
      stride *= n;
    }
    return operands;
  }

  private static int count(DType dtype) {
    if (dtype.isStoredOnly()) {
      return 1 << dtype.bits();
    }
    return dtype == DType.BOOL ? 2 : dtype.isFloat() ? FLOATS.length : INTEGERS.length;
  }
}
