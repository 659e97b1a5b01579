package dev.coppice.compiler.loop;

/**
 * Functions a kernel can call. Float versions are those of the runtime's {@code FloatMath} where
 * noted, double versions {@link Math}.
 */
public enum Intrinsic {
  EXP(1),
  LOG(1),
  SQRT(1),
  TANH(1),
  /** {@code 1 / (1 + exp(-x))}. */
  SIGMOID(1),
  ERF(1),
  POW(2),
  SIN(1),
  COS(1),
  TAN(1),
  ASIN(1),
  ACOS(1),
  ATAN(1),
  SINH(1),
  COSH(1),
  ASINH(1),
  ACOSH(1),
  ATANH(1),
  FLOOR(1),
  CEIL(1),
  /** To the nearest integer, ties to even. */
  ROUND_EVEN(1),
  /** {@code x - y * floor(x / y)}: sign of the divisor. */
  FLOOR_MOD(2),
  /** The bits of a float as an int, of a double as a long. */
  FLOAT_BITS(1),
  /** The float that has the bits of an int, the double that has those of a long. */
  FLOAT_OF_BITS(1),
  /** Of a register of floats: the elements of its even lanes, then the same again. */
  EVENS(1),
  /** Of a register of floats: the elements of its odd lanes, then the same again. */
  ODDS(1),
  IS_NAN(1),
  IS_INFINITE(1),
  /**
   * {@code a * b + c} with one or two roundings, as the backend prefers; never where bit equality
   * is promised.
   */
  MUL_ADD(3);

  private final int arity;

  Intrinsic(int arity) {
    this.arity = arity;
  }

  /** Number of arguments, all of the same type. */
  public int arity() {
    return arity;
  }

  /** Result type for arguments of type {@code argument}. */
  public LoopType resultOf(LoopType argument) {
    return switch (this) {
      case IS_NAN, IS_INFINITE -> LoopType.BOOLEAN.times(argument.lanes());
      case FLOAT_BITS ->
          (argument.scalar() == LoopType.Scalar.FLOAT ? LoopType.INT : LoopType.LONG)
              .times(argument.lanes());
      case FLOAT_OF_BITS ->
          (argument.scalar() == LoopType.Scalar.INT ? LoopType.FLOAT : LoopType.DOUBLE)
              .times(argument.lanes());
      default -> argument;
    };
  }

  /** Whether an element of the result is one of another lane. */
  public boolean movesLanes() {
    return this == EVENS || this == ODDS;
  }
}
