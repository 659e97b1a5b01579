package dev.coppice.compiler.emit.portable;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.LoopTree;
import dev.coppice.compiler.loop.Row;
import dev.coppice.compiler.loop.Stmt;

/** Vector statements whose lanes must all be computed before the first is stored. */
final class VectorHazards {
  private VectorHazards() {}

  /** Whether one lane of the value reads another lane of the variable. */
  static boolean inAssignment(Stmt.Assign s) {
    boolean[] crosses = {false};
    LoopTree.walk(
        s.value(),
        e -> {
          if (e instanceof Expr.Reduce r) {
            LoopTree.walk(
                r.a(), x -> crosses[0] |= x instanceof Expr.Ref v && v.var().equals(s.var()));
          }
        });
    return crosses[0];
  }

  /**
   * Whether a lane that is stored may be one that another lane, or the place to store at, is
   * computed from.
   */
  static boolean inStore(Stmt.Store s) {
    boolean place =
        reads(s.index(), s.array().buffer())
            || s.array() instanceof Row r && reads(r.row(), s.array().buffer());
    return place || crosses(s.value(), s);
  }

  private static boolean reads(Expr e, Buffer buffer) {
    boolean[] found = {false};
    LoopTree.walk(
        e, x -> found[0] |= x instanceof Expr.Load l && l.array().buffer().equals(buffer));
    return found[0];
  }

  private static boolean crosses(Expr e, Stmt.Store s) {
    Buffer buffer = s.array().buffer();
    if (e instanceof Expr.Reduce r) {
      return reads(r.a(), buffer);
    }
    if (e instanceof Expr.Load l && l.array().buffer().equals(buffer)) {
      boolean own = l.array().equals(s.array()) && l.index().equals(s.index());
      return !own || l.lanes() != s.value().type().lanes();
    }
    return LoopTree.children(e).stream().anyMatch(child -> crosses(child, s));
  }
}
