package dev.coppice.compiler.loop;

import java.util.List;

/**
 * An expression without side effects. Types follow Java: no implicit conversion, both operands of a
 * {@link Binary} have the same type (the shift count of a shift is an int). All but {@link Load},
 * {@link Broadcast} and {@link Reduce} work lane by lane on vectors. Build with {@link Exprs}.
 */
public sealed interface Expr {

  /** Type of the result. */
  LoopType type();

  /** Calls the visitor's method for this kind of expression. */
  <R> R accept(Visitor<R> visitor);

  /** One method per kind, so that a missing case does not compile. */
  interface Visitor<R> {
    R visit(Literal e);

    R visit(Lanes e);

    R visit(Ref e);

    R visit(Load e);

    R visit(Binary e);

    R visit(Unary e);

    R visit(Cast e);

    R visit(Select e);

    R visit(Call e);

    R visit(Broadcast e);

    R visit(Reduce e);
  }

  /**
   * A constant.
   *
   * @param type scalar type
   * @param bits the value: two's complement for INT and LONG, 0 or 1 for BOOLEAN, raw IEEE bits of
   *     a float or double
   */
  record Literal(LoopType type, long bits) implements Expr {
    /** The value of a float or double literal. */
    public double floating() {
      return type.scalar() == LoopType.Scalar.FLOAT
          ? Float.intBitsToFloat((int) bits)
          : Double.longBitsToDouble(bits);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** Number of floats that a register of the machine holds: 4, 8 or 16, an int. */
  record Lanes() implements Expr {
    @Override
    public LoopType type() {
      return LoopType.INT;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** The value of a variable. */
  record Ref(Var var) implements Expr {
    @Override
    public LoopType type() {
      return var.type();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * The element at {@code index}, widened as {@link LoopType#of} says; with more than one lane the
   * elements {@code index .. index+lanes-1}.
   */
  record Load(Array array, Expr index, int lanes) implements Expr {
    @Override
    public LoopType type() {
      return LoopType.of(array.dtype()).times(lanes);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** Operators with two operands. */
  enum BinaryOp {
    ADD,
    SUB,
    MUL,
    /** Truncating for integers. */
    DIV,
    /** Sign of the dividend, as Java's {@code %}. */
    REM,
    /** NaN if either is NaN, as {@link Math#min}. */
    MIN,
    /** NaN if either is NaN, as {@link Math#max}. */
    MAX,
    AND,
    OR,
    XOR,
    SHL,
    SHR,
    USHR,
    LT,
    LE,
    GT,
    GE,
    EQ,
    NE;

    /** Whether the result is boolean. */
    public boolean isComparison() {
      return compareTo(LT) >= 0;
    }
  }

  /** {@code a op b}; AND, OR, XOR, EQ and NE also take booleans. */
  record Binary(BinaryOp op, Expr a, Expr b) implements Expr {
    @Override
    public LoopType type() {
      return op.isComparison() ? LoopType.BOOLEAN.times(a.type().lanes()) : a.type();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** Operators with one operand. */
  enum UnaryOp {
    NEG,
    ABS,
    /** Bitwise for integers, logical for booleans. */
    NOT,
    /** Number of one bits, an int for int and long operands. */
    BIT_COUNT
  }

  /** {@code op a}. */
  record Unary(UnaryOp op, Expr a) implements Expr {
    @Override
    public LoopType type() {
      return op == UnaryOp.BIT_COUNT ? LoopType.INT.times(a.type().lanes()) : a.type();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** Java's conversion between numeric types; from boolean 0 or 1, to boolean {@code != 0}. */
  record Cast(LoopType type, Expr a) implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** {@code condition ? a : b}; both sides may be evaluated. */
  record Select(Expr condition, Expr a, Expr b) implements Expr {
    @Override
    public LoopType type() {
      return a.type();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** A call of an intrinsic. */
  record Call(Intrinsic function, List<Expr> arguments) implements Expr {
    public Call {
      arguments = List.copyOf(arguments);
    }

    @Override
    public LoopType type() {
      return function.resultOf(arguments.get(0).type());
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** A vector whose lanes all equal a scalar. */
  record Broadcast(Expr a, int lanes) implements Expr {
    @Override
    public LoopType type() {
      return a.type().times(lanes);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * All lanes of a vector combined pairwise, ((0,1),(2,3)) ...: ADD, MUL, MIN, MAX, AND, OR or XOR.
   */
  record Reduce(BinaryOp op, Expr a) implements Expr {
    @Override
    public LoopType type() {
      return a.type().lane();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }
}
