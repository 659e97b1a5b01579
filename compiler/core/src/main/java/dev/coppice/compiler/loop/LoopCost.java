package dev.coppice.compiler.loop;

/**
 * Estimates of what code costs, made before any text exists. Bytecode is estimated from above, for
 * a backend that renders a vector of n lanes as n scalars.
 */
public final class LoopCost implements Stmt.Visitor<Integer> {
  /** A push of a local variable, an array or an offset: wide forms are rare. */
  private static final int PUSH = 2;

  /** A constant: {@code ldc}, {@code ldc2_w} or {@code sipush}. */
  private static final int CONSTANT = 3;

  private static final int STATIC_CALL = 3;

  /** A comparison made into a boolean value: compare, branch, two constants, jump. */
  private static final int COMPARISON = 9;

  private static final LoopCost VISITOR = new LoopCost();

  private LoopCost() {}

  /**
   * Estimated bytes of bytecode of {@code s} as part of a method; invoked functions count as the
   * call.
   */
  public static int bytecodeBytes(Stmt s) {
    return s.accept(VISITOR);
  }

  /** Estimated bytes of bytecode of one lane of {@code e}. */
  public static int bytecodeBytes(Expr e) {
    int sum = own(e);
    for (Expr child : LoopTree.children(e)) {
      sum += bytecodeBytes(child);
    }
    return e instanceof Expr.Reduce r ? sum * copies(r.a().type()) : sum;
  }

  private static int own(Expr e) {
    if (e instanceof Expr.Literal) {
      return CONSTANT;
    }
    if (e instanceof Expr.Lanes || e instanceof Expr.Broadcast) {
      return CONSTANT;
    }
    if (e instanceof Expr.Ref) {
      return PUSH;
    }
    if (e instanceof Expr.Load l) {
      return array(l.array())
          + element(l.array(), l.lanes())
          + 1
          + (l.array().dtype().bytes() < 4 ? 4 : l.array().dtype().isUnsigned() ? 5 : 0);
    }
    if (e instanceof Expr.Binary b) {
      return b.op().isComparison() ? COMPARISON + 2 : STATIC_CALL;
    }
    if (e instanceof Expr.Unary) {
      return STATIC_CALL + 1;
    }
    if (e instanceof Expr.Cast c) {
      return c.type().scalar() == LoopType.Scalar.BOOLEAN
              || c.a().type().scalar() == LoopType.Scalar.BOOLEAN
          ? COMPARISON + CONSTANT
          : 1;
    }
    if (e instanceof Expr.Select) {
      return COMPARISON;
    }
    return e instanceof Expr.Call ? STATIC_CALL + 3 : 0;
  }

  /** How often code of this type is written: once for a register. */
  private static int copies(LoopType type) {
    return type.isRegister() ? 1 : type.lanes();
  }

  /** Pushes the Java array. */
  private static int array(Array a) {
    return a instanceof Row ? 2 * PUSH + 2 : PUSH;
  }

  /** Adds offset and lane to an index. */
  private static int element(Array a, int lanes) {
    return (a instanceof Buffer b && b.layout() == Buffer.Layout.FLAT ? PUSH + 1 : 0)
        + (lanes > 1 ? CONSTANT + 1 : 0);
  }

  private static int rowIndex(Array a) {
    return a instanceof Row r ? bytecodeBytes(r.row()) : 0;
  }

  @Override
  public Integer visit(Stmt.Block s) {
    int sum = 0;
    for (Stmt child : s.body()) {
      sum += child.accept(this);
    }
    return sum;
  }

  @Override
  public Integer visit(Stmt.For s) {
    return bytecodeBytes(s.from())
        + bytecodeBytes(s.to())
        + 4 * PUSH
        + 6
        + 2 * CONSTANT
        + s.body().accept(this);
  }

  @Override
  public Integer visit(Stmt.Local s) {
    return copies(s.var().type()) * (bytecodeBytes(s.value()) + PUSH);
  }

  @Override
  public Integer visit(Stmt.Assign s) {
    return copies(s.var().type()) * (bytecodeBytes(s.value()) + PUSH);
  }

  @Override
  public Integer visit(Stmt.Store s) {
    int lanes = copies(s.value().type());
    int lane =
        array(s.array())
            + rowIndex(s.array())
            + element(s.array(), lanes)
            + bytecodeBytes(s.index())
            + bytecodeBytes(s.value())
            + STATIC_CALL
            + 1;
    return lanes * (lanes > 1 ? lane + 2 * PUSH : lane);
  }

  @Override
  public Integer visit(Stmt.Copy s) {
    return array(s.from())
        + rowIndex(s.from())
        + element(s.from(), 1)
        + bytecodeBytes(s.fromIndex())
        + array(s.to())
        + rowIndex(s.to())
        + element(s.to(), 1)
        + bytecodeBytes(s.toIndex())
        + bytecodeBytes(s.count())
        + STATIC_CALL;
  }

  @Override
  public Integer visit(Stmt.Fill s) {
    return array(s.array())
        + rowIndex(s.array())
        + 2 * (element(s.array(), 1) + bytecodeBytes(s.index()))
        + bytecodeBytes(s.count())
        + 1
        + bytecodeBytes(s.value())
        + 2 * STATIC_CALL;
  }

  @Override
  public Integer visit(Stmt.If s) {
    int both = s.then().accept(this) + s.otherwise().map(o -> o.accept(this)).orElse(0);
    return bytecodeBytes(s.condition()) + 6 + both;
  }

  @Override
  public Integer visit(Stmt.Invoke s) {
    int sum = STATIC_CALL;
    for (Array a : s.arrays()) {
      sum += array(a) + rowIndex(a) + PUSH;
    }
    for (Expr e : s.scalars()) {
      sum += bytecodeBytes(e);
    }
    return sum;
  }

  @Override
  public Integer visit(Stmt.Comment s) {
    return 0;
  }
}
