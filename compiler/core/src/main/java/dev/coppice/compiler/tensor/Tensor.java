package dev.coppice.compiler.tensor;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;
import java.util.function.IntUnaryOperator;

/**
 * An immutable dense tensor in row-major order. A tensor whose elements are all the same is kept as
 * one element (a splat), so that weights made by {@code ConstantOfShape} cost nothing.
 */
public final class Tensor {
  private final TensorType type;
  private final Object array;
  private final boolean splat;

  private Tensor(TensorType type, Object array, boolean splat) {
    this.type = type;
    this.array = array;
    this.splat = splat;
    int length = java.lang.reflect.Array.getLength(array);
    if (length != (splat ? 1 : type.shape().size())) {
      throw new IllegalArgumentException(type + " cannot hold " + length + " elements");
    }
  }

  /**
   * A tensor over {@code array}, which must be of {@code type}'s storage and must not be changed
   * afterwards.
   */
  public static Tensor adopt(TensorType type, Object array) {
    if (!array.getClass().equals(newArray(type.dtype(), 0).getClass())) {
      throw new IllegalArgumentException(
          type + " is stored as " + type.dtype().storage() + ", got " + array.getClass());
    }
    return new Tensor(type, array, false);
  }

  /** A float32 tensor over {@code values}, which must not be changed afterwards. */
  public static Tensor ofFloats(Shape shape, float... values) {
    return new Tensor(new TensorType(DType.FLOAT32, shape), values, false);
  }

  /** An int64 tensor over {@code values}, which must not be changed afterwards. */
  public static Tensor ofLongs(Shape shape, long... values) {
    return new Tensor(new TensorType(DType.INT64, shape), values, false);
  }

  /** A float32 scalar. */
  public static Tensor scalar(float value) {
    return ofFloats(Shape.SCALAR, value);
  }

  /** A tensor whose elements are all {@code value}, converted as {@link #fromDoubles} does. */
  public static Tensor splat(TensorType type, double value) {
    Tensor one = fromDoubles(type.with(Shape.of(1)), i -> value);
    return new Tensor(type, one.array, true);
  }

  /** An integer or boolean tensor whose elements are all {@code value}. */
  public static Tensor splatLong(TensorType type, long value) {
    return new Tensor(type, fromLongs(type.with(Shape.of(1)), i -> value).array, true);
  }

  /**
   * A tensor of any type with element {@code i} equal to {@code f(i)}: floats rounded to nearest
   * even (those of 8 and fewer bits saturate), integers truncated towards zero and wrapped to the
   * type's width, booleans true for non-zero.
   */
  public static Tensor fromDoubles(TensorType type, IntToDoubleFunction f) {
    DType dtype = type.dtype();
    if (dtype.miniFloat().isPresent()) {
      MiniFloat format = dtype.miniFloat().get();
      return fromLongs(
          type,
          i ->
              format == MiniFloat.E8M0
                  ? MiniFloat.encodePower((float) f.applyAsDouble(i), true, MiniFloat.Rounding.UP)
                  : format.encode((float) f.applyAsDouble(i), true));
    }
    if (!dtype.isFloat()) {
      return fromLongs(
          type,
          i ->
              dtype == DType.BOOL
                  ? (f.applyAsDouble(i) != 0 ? 1 : 0)
                  : toLong(dtype, f.applyAsDouble(i)));
    }
    int n = type.shape().size();
    Object array = newArray(dtype, n);
    for (int i = 0; i < n; i++) {
      double v = f.applyAsDouble(i);
      switch (dtype) {
        case FLOAT32 -> ((float[]) array)[i] = (float) v;
        case FLOAT64 -> ((double[]) array)[i] = v;
        case FLOAT16 -> ((short[]) array)[i] = HalfFloat.toHalf(v);
        default -> ((short[]) array)[i] = HalfFloat.toBfloat(v);
      }
    }
    return new Tensor(type, array, false);
  }

  /**
   * A tensor of any type with element {@code i} equal to {@code f(i)}, wrapped to the type's width;
   * booleans true for non-zero, floats of 8 and fewer bits from their bits.
   */
  public static Tensor fromLongs(TensorType type, IntToLongFunction f) {
    if (type.dtype().isFloat()) {
      return fromDoubles(type, i -> (double) f.applyAsLong(i));
    }
    int n = type.shape().size();
    Object array = newArray(type.dtype(), n);
    for (int i = 0; i < n; i++) {
      long v = f.applyAsLong(i);
      switch (type.dtype().storage()) {
        case BYTE -> ((byte[]) array)[i] = narrow(type.dtype(), v);
        case SHORT -> ((short[]) array)[i] = (short) v;
        case INT -> ((int[]) array)[i] = (int) v;
        case LONG -> ((long[]) array)[i] = v;
        default -> ((boolean[]) array)[i] = v != 0;
      }
    }
    return new Tensor(type, array, false);
  }

  /** A new Java array that stores {@code length} elements of {@code dtype}. */
  public static Object newArray(DType dtype, int length) {
    return switch (dtype.storage()) {
      case FLOAT -> new float[length];
      case DOUBLE -> new double[length];
      case BYTE -> new byte[length];
      case SHORT -> new short[length];
      case INT -> new int[length];
      case LONG -> new long[length];
      case BOOLEAN -> new boolean[length];
    };
  }

  private static byte narrow(DType dtype, long v) {
    return switch (dtype) {
      case INT4 -> (byte) (v << 60 >> 60);
      case INT2 -> (byte) (v << 62 >> 62);
      case UINT4, FLOAT4E2M1 -> (byte) (v & 0xF);
      case UINT2 -> (byte) (v & 3);
      default -> (byte) v;
    };
  }

  private static long toLong(DType dtype, double v) {
    if (dtype == DType.UINT64 && v >= 0x1p63) {
      return (long) (v - 0x1p63) ^ Long.MIN_VALUE;
    }
    return (long) v;
  }

  /** Element type and shape. */
  public TensorType type() {
    return type;
  }

  /** Element type. */
  public DType dtype() {
    return type.dtype();
  }

  /** Shape. */
  public Shape shape() {
    return type.shape();
  }

  /** Number of elements. */
  public int size() {
    return type.shape().size();
  }

  /** Whether all elements are kept as one. */
  public boolean isSplat() {
    return splat;
  }

  /** Whether an element of a float32 tensor is -0. */
  public boolean hasNegativeZero() {
    for (int i = 0; i < (splat ? 1 : size()); i++) {
      if (Float.floatToRawIntBits(floatAt(i)) == Integer.MIN_VALUE) {
        return true;
      }
    }
    return false;
  }

  /** Element {@code i} in row-major order as a double; booleans are 0 or 1. */
  public double doubleAt(int i) {
    int j = splat ? 0 : i;
    return switch (type.dtype()) {
      case FLOAT32 -> ((float[]) array)[j];
      case FLOAT64 -> ((double[]) array)[j];
      case FLOAT16 -> HalfFloat.halfToFloat(((short[]) array)[j]);
      case BFLOAT16 -> HalfFloat.bfloatToFloat(((short[]) array)[j]);
      case UINT64 -> unsigned(((long[]) array)[j]);
      case FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT8E8M0, FLOAT4E2M1 ->
          type.dtype().miniFloat().orElseThrow().decode(((byte[]) array)[j]);
      default -> longAt(i);
    };
  }

  private static double unsigned(long bits) {
    return bits >= 0 ? bits : (double) ((bits >>> 1) | (bits & 1)) * 2.0;
  }

  /** Element {@code i} in row-major order as a float. */
  public float floatAt(int i) {
    return type.dtype() == DType.FLOAT32 ? ((float[]) array)[splat ? 0 : i] : (float) doubleAt(i);
  }

  /**
   * Element {@code i} in row-major order as a long: floats truncated, booleans 0 or 1, uint64 and
   * floats of 8 and fewer bits as bits.
   */
  public long longAt(int i) {
    int j = splat ? 0 : i;
    return switch (type.dtype()) {
      case INT8 -> ((byte[]) array)[j];
      case UINT8 -> ((byte[]) array)[j] & 0xFFL;
      case INT16 -> ((short[]) array)[j];
      case UINT16 -> ((short[]) array)[j] & 0xFFFFL;
      case INT32 -> ((int[]) array)[j];
      case UINT32 -> ((int[]) array)[j] & 0xFFFFFFFFL;
      case INT64, UINT64 -> ((long[]) array)[j];
      case BOOL -> ((boolean[]) array)[j] ? 1 : 0;
      case INT4, INT2 -> ((byte[]) array)[j];
      case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 -> (long) doubleAt(i);
      default -> ((byte[]) array)[j] & 0xFFL;
    };
  }

  /** Element {@code i}, true when not zero. */
  public boolean booleanAt(int i) {
    return type.dtype().isFloat() ? doubleAt(i) != 0 : longAt(i) != 0;
  }

  /** A copy of the elements as floats. */
  public float[] toFloats() {
    if (type.dtype() == DType.FLOAT32 && !splat) {
      return ((float[]) array).clone();
    }
    float[] out = new float[size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = floatAt(i);
    }
    return out;
  }

  /** A copy of the elements as longs. */
  public long[] toLongs() {
    long[] out = new long[size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = longAt(i);
    }
    return out;
  }

  /** A copy of the elements as ints; throws {@link ArithmeticException} if one does not fit. */
  public int[] toInts() {
    int[] out = new int[size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.toIntExact(longAt(i));
    }
    return out;
  }

  /** A copy of the elements in the Java array that stores the type. */
  public Object toArray() {
    Object copy = newArray(type.dtype(), size());
    if (splat) {
      Object one = array;
      for (int i = 0; i < size(); i++) {
        System.arraycopy(one, 0, copy, i, 1);
      }
    } else {
      System.arraycopy(array, 0, copy, 0, size());
    }
    return copy;
  }

  /** The same elements with another shape of equal size; shares storage. */
  public Tensor reshape(Shape shape) {
    if (shape.size() != size()) {
      throw new IllegalArgumentException(type + " cannot be reshaped to " + shape);
    }
    return new Tensor(type.with(shape), array, splat);
  }

  /**
   * The tensor of shape {@code shape} whose element {@code i} is this tensor's element {@code
   * source(i)}.
   */
  public Tensor gather(Shape shape, IntUnaryOperator source) {
    if (splat) {
      return new Tensor(type.with(shape), array, true);
    }
    int n = shape.size();
    Object out = newArray(type.dtype(), n);
    for (int i = 0; i < n; i++) {
      System.arraycopy(array, source.applyAsInt(i), out, i, 1);
    }
    return new Tensor(type.with(shape), out, false);
  }

  @Override
  public boolean equals(Object o) {
    if (!(o instanceof Tensor t) || !type.equals(t.type)) {
      return false;
    }
    if (splat || t.splat) {
      for (int i = 0; i < size(); i++) {
        if (Double.doubleToLongBits(doubleAt(i)) != Double.doubleToLongBits(t.doubleAt(i))
            || dtype().isInteger() && longAt(i) != t.longAt(i)) {
          return false;
        }
      }
      return true;
    }
    return Arrays.deepEquals(new Object[] {array}, new Object[] {t.array});
  }

  @Override
  public int hashCode() {
    int n = size();
    int hash = type.hashCode();
    for (int i = 0; i < n; i += Math.max(1, n / 64)) {
      hash = hash * 31 + Double.hashCode(doubleAt(i));
    }
    return hash;
  }

  /** The type, and the elements when there are few. */
  @Override
  public String toString() {
    if (size() > 16) {
      return type.toString();
    }
    StringBuilder text = new StringBuilder(type.toString()).append(" {");
    for (int i = 0; i < size(); i++) {
      text.append(i == 0 ? "" : ", ");
      text.append(dtype().isFloat() ? String.valueOf(doubleAt(i)) : String.valueOf(longAt(i)));
    }
    return text.append('}').toString();
  }
}
