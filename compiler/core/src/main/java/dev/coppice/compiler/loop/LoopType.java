package dev.coppice.compiler.loop;

import dev.coppice.compiler.tensor.DType;
import java.util.List;

/**
 * Type of an expression: a Java computational type and a number of lanes.
 *
 * @param scalar type of each lane
 * @param lanes 1 for a scalar, more for a vector, {@link #REGISTER} for as many as a register holds
 */
public record LoopType(Scalar scalar, int lanes) {
  /**
   * The lanes of a vector that fills a register of the machine: 4, 8 or 16 floats. Their number,
   * {@link Expr.Lanes}, is known when generated code is loaded.
   */
  public static final int REGISTER = 0;

  /** Lanes of the widest register that is used; machines with wider ones use part of them. */
  public static final int MOST_LANES = 16;

  /** All numbers of lanes that a register may have. */
  static final List<Integer> LANES = List.of(2, 4, 8, MOST_LANES);

  /** Java computational types. */
  public enum Scalar {
    FLOAT,
    DOUBLE,
    INT,
    LONG,
    BOOLEAN
  }

  public static final LoopType FLOAT = new LoopType(Scalar.FLOAT, 1);
  public static final LoopType DOUBLE = new LoopType(Scalar.DOUBLE, 1);
  public static final LoopType INT = new LoopType(Scalar.INT, 1);
  public static final LoopType LONG = new LoopType(Scalar.LONG, 1);
  public static final LoopType BOOLEAN = new LoopType(Scalar.BOOLEAN, 1);

  /**
   * The type a loaded element of {@code dtype} has: small integers widen to int, uint32 to long,
   * 16-bit floats to float; floats of 8 and fewer bits are their bits.
   */
  public static LoopType of(DType dtype) {
    return switch (dtype) {
      case FLOAT32, FLOAT16, BFLOAT16 -> FLOAT;
      case FLOAT64 -> DOUBLE;
      case INT8, UINT8, INT16, UINT16, INT32 -> INT;
      case INT4, UINT4, INT2, UINT2 -> INT;
      case FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT8E8M0, FLOAT4E2M1 -> INT;
      case UINT32, INT64, UINT64 -> LONG;
      case BOOL -> BOOLEAN;
    };
  }

  /** This type with {@code n} lanes. */
  public LoopType times(int n) {
    return new LoopType(scalar, n);
  }

  /** One lane of this type. */
  public LoopType lane() {
    return new LoopType(scalar, 1);
  }

  /** Whether this has more than one lane. */
  public boolean isVector() {
    return lanes != 1;
  }

  /** Whether this fills a register of the machine. */
  public boolean isRegister() {
    return lanes == REGISTER;
  }

  /** Whether lanes are float or double. */
  public boolean isFloating() {
    return scalar == Scalar.FLOAT || scalar == Scalar.DOUBLE;
  }

  @Override
  public String toString() {
    String name = scalar.name().toLowerCase(java.util.Locale.ROOT);
    return lanes == 1 ? name : name + "x" + (isRegister() ? "R" : lanes);
  }
}
