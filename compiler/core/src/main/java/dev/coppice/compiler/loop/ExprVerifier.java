package dev.coppice.compiler.loop;

import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Types of expressions, refused where an operand has none that the operator takes. */
final class ExprVerifier implements Expr.Visitor<LoopType> {
  /** What registers are loaded from; integers become registers of ints. */
  private static final Set<DType> REGISTERS = Set.of(DType.FLOAT32, DType.INT8, DType.INT16);

  private final LoopVerifier verifier;

  ExprVerifier(LoopVerifier verifier) {
    this.verifier = verifier;
  }

  private void check(boolean holds, String rule, Object... arguments) {
    verifier.check(holds, rule, arguments);
  }

  @Override
  public LoopType visit(Expr.Literal e) {
    check(!e.type().isVector(), "a literal is a vector");
    return e.type();
  }

  @Override
  public LoopType visit(Expr.Lanes e) {
    return e.type();
  }

  @Override
  public LoopType visit(Expr.Ref e) {
    check(verifier.isDeclared(e.var()), "variable %s is not declared here", e.var().name());
    return e.type();
  }

  @Override
  public LoopType visit(Expr.Load e) {
    check(e.lanes() >= 0, "a load of %d lanes", e.lanes());
    check(
        e.lanes() != LoopType.REGISTER || REGISTERS.contains(e.array().dtype()),
        "a register of %s",
        e.array().dtype());
    verifier.access(e.array(), e.index(), e.lanes());
    return e.type();
  }

  @Override
  public LoopType visit(Expr.Binary e) {
    LoopType a = e.a().accept(this);
    LoopType b = e.b().accept(this);
    LoopType.Scalar s = a.scalar();
    boolean integral = s == LoopType.Scalar.INT || s == LoopType.Scalar.LONG;
    boolean isBoolean = s == LoopType.Scalar.BOOLEAN;
    switch (e.op()) {
      case SHL, SHR, USHR ->
          check(
              integral && b.equals(LoopType.INT.times(a.lanes()))
                  || integral && b.equals(LoopType.INT),
              "%s of %s by %s",
              e.op(),
              a,
              b);
      case AND, OR, XOR ->
          check((integral || isBoolean) && a.equals(b), "%s of %s and %s", e.op(), a, b);
      case EQ, NE -> check(a.equals(b), "%s of %s and %s", e.op(), a, b);
      default -> check(!isBoolean && a.equals(b), "%s of %s and %s", e.op(), a, b);
    }
    return e.type();
  }

  @Override
  public LoopType visit(Expr.Unary e) {
    LoopType a = e.a().accept(this);
    boolean allowed =
        switch (e.op()) {
          case NEG, ABS -> a.scalar() != LoopType.Scalar.BOOLEAN;
          case NOT -> !a.isFloating();
          case BIT_COUNT -> !a.isFloating() && a.scalar() != LoopType.Scalar.BOOLEAN;
        };
    check(allowed, "%s of %s", e.op(), a);
    return e.type();
  }

  @Override
  public LoopType visit(Expr.Cast e) {
    LoopType a = e.a().accept(this);
    check(a.lanes() == e.type().lanes(), "cast of %s to %s", a, e.type());
    return e.type();
  }

  @Override
  public LoopType visit(Expr.Select e) {
    LoopType condition = e.condition().accept(this);
    LoopType a = e.a().accept(this);
    LoopType b = e.b().accept(this);
    check(
        condition.equals(LoopType.BOOLEAN.times(a.lanes())) && a.equals(b),
        "selection by %s between %s and %s",
        condition,
        a,
        b);
    return a;
  }

  @Override
  public LoopType visit(Expr.Call e) {
    List<LoopType> types = new ArrayList<>();
    e.arguments().forEach(a -> types.add(a.accept(this)));
    Intrinsic f = e.function();
    check(types.size() == f.arity(), "%s of %d arguments", f, types.size());
    boolean same = types.stream().allMatch(types.get(0)::equals);
    boolean kind =
        f == Intrinsic.FLOAT_OF_BITS
            ? !types.get(0).isFloating() && types.get(0).scalar() != LoopType.Scalar.BOOLEAN
            : types.get(0).isFloating()
                || f == Intrinsic.FLOOR_MOD
                    && !types.get(0).scalar().equals(LoopType.Scalar.BOOLEAN);
    boolean lanes = !f.movesLanes() || types.get(0).equals(LoopType.FLOAT.times(LoopType.REGISTER));
    check(same && kind && lanes, "%s of %s", f, types);
    return e.type();
  }

  @Override
  public LoopType visit(Expr.Broadcast e) {
    LoopType a = e.a().accept(this);
    check(!a.isVector() && e.type().isVector(), "broadcast of %s to %d lanes", a, e.lanes());
    return e.type();
  }

  @Override
  public LoopType visit(Expr.Reduce e) {
    LoopType a = e.a().accept(this);
    boolean isBoolean = a.scalar() == LoopType.Scalar.BOOLEAN;
    boolean allowed =
        switch (e.op()) {
          case ADD, MUL, MIN, MAX -> !isBoolean;
          case AND, OR, XOR -> !a.isFloating();
          default -> false;
        };
    check(allowed && a.isVector(), "reduction of %s by %s", a, e.op());
    return e.type();
  }
}
