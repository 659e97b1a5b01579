package dev.coppice.compiler.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The parts of statements and expressions. */
public final class LoopTree {
  private LoopTree() {}

  /**
   * Calls {@code each} for {@code s} and every statement in it, outer before inner; bodies of
   * invoked functions are not entered.
   */
  public static void statements(Stmt s, Consumer<Stmt> each) {
    each.accept(s);
    for (Stmt child : children(s)) {
      statements(child, each);
    }
  }

  /**
   * Calls {@code each} for every expression in {@code s}, outer before inner, row indices included.
   */
  public static void expressions(Stmt s, Consumer<Expr> each) {
    statements(s, t -> operands(t).forEach(e -> walk(e, each)));
  }

  /** Calls {@code each} for {@code e} and every expression in it, outer before inner. */
  public static void walk(Expr e, Consumer<Expr> each) {
    each.accept(e);
    for (Expr child : children(e)) {
      walk(child, each);
    }
  }

  /** Statements directly in {@code s}. */
  public static List<Stmt> children(Stmt s) {
    if (s instanceof Stmt.Block b) {
      return b.body();
    }
    if (s instanceof Stmt.For f) {
      return List.of(f.body());
    }
    if (s instanceof Stmt.If i) {
      return i.otherwise().map(o -> List.of(i.then(), o)).orElse(List.of(i.then()));
    }
    return List.of();
  }

  /** Expressions directly in {@code s} and not in a statement within. */
  public static List<Expr> operands(Stmt s) {
    List<Expr> all = new ArrayList<>();
    for (Array a : arrays(s)) {
      if (a instanceof Row r) {
        all.add(r.row());
      }
    }
    if (s instanceof Stmt.For f) {
      all.addAll(List.of(f.from(), f.to()));
    } else if (s instanceof Stmt.Local l) {
      all.add(l.value());
    } else if (s instanceof Stmt.Assign a) {
      all.add(a.value());
    } else if (s instanceof Stmt.Store t) {
      all.addAll(List.of(t.index(), t.value()));
    } else if (s instanceof Stmt.Copy c) {
      all.addAll(List.of(c.fromIndex(), c.toIndex(), c.count()));
    } else if (s instanceof Stmt.Fill f) {
      all.addAll(List.of(f.index(), f.count(), f.value()));
    } else if (s instanceof Stmt.If i) {
      all.add(i.condition());
    } else if (s instanceof Stmt.Invoke v) {
      all.addAll(v.scalars());
    }
    return all;
  }

  /** Arrays that {@code s} itself names, outside its expressions. */
  public static List<Array> arrays(Stmt s) {
    if (s instanceof Stmt.Store t) {
      return List.of(t.array());
    }
    if (s instanceof Stmt.Copy c) {
      return List.of(c.from(), c.to());
    }
    if (s instanceof Stmt.Fill f) {
      return List.of(f.array());
    }
    return s instanceof Stmt.Invoke v ? v.arrays() : List.of();
  }

  /** Expressions directly in {@code e}; those of a load are the row, if any, and the index. */
  public static List<Expr> children(Expr e) {
    if (e instanceof Expr.Load l) {
      return l.array() instanceof Row r ? List.of(r.row(), l.index()) : List.of(l.index());
    }
    if (e instanceof Expr.Binary b) {
      return List.of(b.a(), b.b());
    }
    if (e instanceof Expr.Unary u) {
      return List.of(u.a());
    }
    if (e instanceof Expr.Cast c) {
      return List.of(c.a());
    }
    if (e instanceof Expr.Select s) {
      return List.of(s.condition(), s.a(), s.b());
    }
    if (e instanceof Expr.Call c) {
      return c.arguments();
    }
    if (e instanceof Expr.Broadcast b) {
      return List.of(b.a());
    }
    return e instanceof Expr.Reduce r ? List.of(r.a()) : List.of();
  }
}
