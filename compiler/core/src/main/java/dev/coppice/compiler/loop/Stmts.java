package dev.coppice.compiler.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Builds statements; nested blocks without declarations are flattened and loops of one iteration
 * are kept.
 */
public final class Stmts {
  private Stmts() {}

  /** The statements in order; a single one stands alone. */
  public static Stmt block(Stmt... body) {
    return block(List.of(body));
  }

  /** The statements in order; a single one stands alone. */
  public static Stmt block(List<Stmt> body) {
    List<Stmt> flat = new ArrayList<>();
    for (Stmt s : body) {
      if (s instanceof Stmt.Block b && b.body().stream().noneMatch(Stmt.Local.class::isInstance)) {
        flat.addAll(b.body());
      } else {
        flat.add(s);
      }
    }
    return flat.size() == 1 ? flat.get(0) : new Stmt.Block(flat);
  }

  /** A loop over {@code [0, extent)} with independent iterations. */
  public static Stmt loop(String var, int extent, LoopBody body) {
    return loop(var, Exprs.intLit(0), Exprs.intLit(extent), 1, Stmt.AxisKind.PARALLEL, body);
  }

  /** A loop over {@code [0, extent)} that accumulates. */
  public static Stmt reduceLoop(String var, int extent, LoopBody body) {
    return loop(var, Exprs.intLit(0), Exprs.intLit(extent), 1, Stmt.AxisKind.REDUCE, body);
  }

  /** A loop over {@code [from, to)}; {@code body} is given the loop variable. */
  public static Stmt loop(
      String var, Expr from, Expr to, int step, Stmt.AxisKind kind, LoopBody body) {
    Var v = new Var(var, LoopType.INT);
    return new Stmt.For(v, from, to, step, kind, body.apply(Exprs.ref(v)));
  }

  /** Body of a loop, given its variable. */
  @FunctionalInterface
  public interface LoopBody {
    /** The body for loop variable {@code i}. */
    Stmt apply(Expr i);
  }

  public static Stmt local(Var var, Expr value) {
    return new Stmt.Local(var, value);
  }

  public static Stmt assign(Var var, Expr value) {
    return new Stmt.Assign(var, value);
  }

  public static Stmt store(Array array, Expr index, Expr value) {
    return new Stmt.Store(array, index, value);
  }

  public static Stmt copy(Array from, Expr fromIndex, Array to, Expr toIndex, Expr count) {
    return new Stmt.Copy(from, fromIndex, to, toIndex, count);
  }

  public static Stmt fill(Array array, Expr index, Expr count, Expr value) {
    return new Stmt.Fill(array, index, count, value);
  }

  public static Stmt when(Expr condition, Stmt then) {
    return new Stmt.If(condition, then, Optional.empty());
  }

  public static Stmt when(Expr condition, Stmt then, Stmt otherwise) {
    return new Stmt.If(condition, then, Optional.of(otherwise));
  }

  public static Stmt invoke(Function function, List<Array> arrays, List<Expr> scalars) {
    return new Stmt.Invoke(function, arrays, scalars);
  }

  public static Stmt comment(String text) {
    return new Stmt.Comment(text);
  }
}
