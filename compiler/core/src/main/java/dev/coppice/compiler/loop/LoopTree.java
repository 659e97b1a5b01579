package dev.coppice.compiler.loop;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

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

  /** Buffers that {@code s} and all in it name. */
  public static Set<Buffer> buffers(Stmt s) {
    Set<Buffer> used = new LinkedHashSet<>();
    statements(s, t -> arrays(t).forEach(a -> used.add(a.buffer())));
    expressions(
        s,
        e -> {
          if (e instanceof Expr.Load l) {
            used.add(l.array().buffer());
          }
        });
    return used;
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

  /** {@code s} with every statement directly in it replaced; {@code s} itself if none changes. */
  public static Stmt rebuild(Stmt s, UnaryOperator<Stmt> child) {
    if (s instanceof Stmt.Block b) {
      List<Stmt> body = b.body().stream().map(child).toList();
      return areSame(body, b.body()) ? s : new Stmt.Block(body);
    }
    if (s instanceof Stmt.For f) {
      Stmt body = child.apply(f.body());
      return body == f.body()
          ? s
          : new Stmt.For(f.var(), f.from(), f.to(), f.step(), f.kind(), body);
    }
    if (s instanceof Stmt.If i) {
      Stmt then = child.apply(i.then());
      Optional<Stmt> otherwise = i.otherwise().map(child);
      boolean same =
          then == i.then() && (otherwise.isEmpty() || otherwise.get() == i.otherwise().get());
      return same ? s : new Stmt.If(i.condition(), then, otherwise);
    }
    return s;
  }

  /** {@code s} with other buffers for the keys of {@code others}, in all statements in it, too. */
  public static Stmt rebuild(Stmt s, Map<Buffer, Buffer> others) {
    UnaryOperator<Expr> value = e -> rebuild(e, others);
    if (s instanceof Stmt.For f) {
      return new Stmt.For(
          f.var(),
          value.apply(f.from()),
          value.apply(f.to()),
          f.step(),
          f.kind(),
          rebuild(f.body(), others));
    }
    if (s instanceof Stmt.If i) {
      return new Stmt.If(
          value.apply(i.condition()),
          rebuild(i.then(), others),
          i.otherwise().map(o -> rebuild(o, others)));
    }
    if (s instanceof Stmt.Local l) {
      return new Stmt.Local(l.var(), value.apply(l.value()));
    }
    if (s instanceof Stmt.Assign a) {
      return new Stmt.Assign(a.var(), value.apply(a.value()));
    }
    if (s instanceof Stmt.Store t) {
      return new Stmt.Store(
          array(t.array(), others), value.apply(t.index()), value.apply(t.value()));
    }
    if (s instanceof Stmt.Copy c) {
      return new Stmt.Copy(
          array(c.from(), others),
          value.apply(c.fromIndex()),
          array(c.to(), others),
          value.apply(c.toIndex()),
          value.apply(c.count()));
    }
    if (s instanceof Stmt.Fill f) {
      return new Stmt.Fill(
          array(f.array(), others),
          value.apply(f.index()),
          value.apply(f.count()),
          value.apply(f.value()));
    }
    if (s instanceof Stmt.Invoke v) {
      return new Stmt.Invoke(
          v.function(),
          v.arrays().stream().map(a -> array(a, others)).toList(),
          v.scalars().stream().map(value).toList());
    }
    return rebuild(s, child -> rebuild(child, others));
  }

  /** {@code e} with other buffers for the keys of {@code others}. */
  private static Expr rebuild(Expr e, Map<Buffer, Buffer> others) {
    Expr inner = rebuild(e, child -> rebuild(child, others));
    return inner instanceof Expr.Load l
        ? new Expr.Load(array(l.array(), others), l.index(), l.lanes())
        : inner;
  }

  private static Array array(Array a, Map<Buffer, Buffer> others) {
    Buffer buffer = others.getOrDefault(a.buffer(), a.buffer());
    return a instanceof Row r ? new Row(buffer, rebuild(r.row(), others)) : buffer;
  }

  /**
   * {@code e} with every expression directly in it replaced, those that say where a load reads
   * included; {@code e} itself if none changes.
   */
  public static Expr rebuild(Expr e, UnaryOperator<Expr> child) {
    List<Expr> before = children(e);
    List<Expr> after = before.stream().map(child).toList();
    if (areSame(after, before)) {
      return e;
    }
    if (e instanceof Expr.Load l) {
      return l.array() instanceof Row r
          ? new Expr.Load(new Row(r.buffer(), after.get(0)), after.get(1), l.lanes())
          : new Expr.Load(l.array(), after.get(0), l.lanes());
    }
    if (e instanceof Expr.Binary b) {
      return new Expr.Binary(b.op(), after.get(0), after.get(1));
    }
    if (e instanceof Expr.Unary u) {
      return new Expr.Unary(u.op(), after.get(0));
    }
    if (e instanceof Expr.Cast c) {
      return new Expr.Cast(c.type(), after.get(0));
    }
    if (e instanceof Expr.Select) {
      return new Expr.Select(after.get(0), after.get(1), after.get(2));
    }
    if (e instanceof Expr.Call c) {
      return new Expr.Call(c.function(), after);
    }
    if (e instanceof Expr.Broadcast b) {
      return new Expr.Broadcast(after.get(0), b.lanes());
    }
    return new Expr.Reduce(((Expr.Reduce) e).op(), after.get(0));
  }

  private static boolean areSame(List<?> a, List<?> b) {
    for (int i = 0; i < a.size(); i++) {
      if (a.get(i) != b.get(i)) {
        return false;
      }
    }
    return true;
  }
}
