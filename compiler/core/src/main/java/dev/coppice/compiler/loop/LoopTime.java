package dev.coppice.compiler.loop;

import java.util.List;

/**
 * Predicts how long code takes, within a factor of two or so: enough to tell what is worth being
 * handed to other threads. Of branches the longer counts; registers are the widest.
 */
final class LoopTime {
  /** Operations that a function such as exp takes. */
  private static final int FUNCTION = 20;

  /** How often a loop runs of which that is not known, and numbers that no loop runs. */
  private static final int SOME = 64;

  private static final long UNKNOWN = Integer.MAX_VALUE / 2;

  /** Elements of a copy that does not stay in the nearer caches. */
  private static final long FAR = 1 << 15;

  private final Costs costs;

  private LoopTime(Costs costs) {
    this.costs = costs;
  }

  /** Nanoseconds of {@code s} on one core. */
  static double nanos(Stmt s, Costs costs) {
    return new LoopTime(costs).time(s, IndexScope.of(s, LoopType.MOST_LANES), false);
  }

  private double time(Stmt s, IndexScope scope, boolean inVector) {
    if (s instanceof Stmt.For f) {
      double head = value(f.from(), inVector) + value(f.to(), inVector) + costs.strided();
      long before = scope.enter(f).most();
      double runs = before >= UNKNOWN ? SOME : before + 1;
      boolean vector = f.kind() == Stmt.AxisKind.VECTOR;
      return head + runs * ((vector ? 0 : costs.strided()) + time(f.body(), scope, vector));
    }
    if (s instanceof Stmt.Invoke v) {
      double arguments = v.scalars().stream().mapToDouble(e -> value(e, false)).sum();
      return costs.call() + arguments + time(v.function().body(), scope.within(v), false);
    }
    if (s instanceof Stmt.Local l) {
      scope.declare(l);
      return value(l.value(), inVector);
    }
    double own = own(s, scope, inVector);
    double nested = 0;
    for (Stmt child : scope.children(s)) {
      double inner = time(child, scope, inVector);
      nested = s instanceof Stmt.If ? Math.max(nested, inner) : nested + inner;
    }
    return own + nested;
  }

  /** What {@code s} takes without the statements in it. */
  private double own(Stmt s, IndexScope scope, boolean inVector) {
    if (s instanceof Stmt.Copy c) {
      return copy(c.count(), scope);
    }
    if (s instanceof Stmt.Fill f) {
      return copy(f.count(), scope);
    }
    if (s instanceof Stmt.Store t) {
      return value(t.value(), inVector) + operations(t.value().type(), inVector);
    }
    if (s instanceof Stmt.Assign a) {
      return value(a.value(), inVector);
    }
    return s instanceof Stmt.If i ? value(i.condition(), inVector) : 0;
  }

  private double copy(Expr count, IndexScope scope) {
    long most = scope.of(count).most();
    long elements = most >= UNKNOWN ? SOME : Math.max(0, most);
    return costs.call() + elements * (elements < FAR ? costs.copy() : costs.strided());
  }

  /**
   * What the operations of {@code e} take; where its loads find their elements and what is the same
   * in all lanes costs nothing.
   */
  private double value(Expr e, boolean inVector) {
    if (e instanceof Expr.Literal
        || e instanceof Expr.Ref
        || e instanceof Expr.Lanes
        || e instanceof Expr.Broadcast) {
      return 0;
    }
    double own = operations(e.type(), inVector);
    if (e instanceof Expr.Load) {
      return own;
    }
    if (e instanceof Expr.Call c && c.function() != Intrinsic.MUL_ADD) {
      own *= FUNCTION;
    }
    List<Expr> operands = LoopTree.children(e);
    return own + operands.stream().mapToDouble(o -> value(o, inVector)).sum();
  }

  /** One operation on values of this type. */
  private double operations(LoopType type, boolean inVector) {
    if (type.isRegister()) {
      return LoopType.MOST_LANES * costs.blocked();
    }
    return type.lanes() * (inVector || type.isVector() ? costs.copy() : costs.strided());
  }
}
