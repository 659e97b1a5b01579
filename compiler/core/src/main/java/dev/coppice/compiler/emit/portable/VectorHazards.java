package dev.coppice.compiler.emit.portable;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.LoopTree;
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

  /** Whether the value reads the stored buffer at another place than the one it is stored to. */
  static boolean inStore(Stmt.Store s) {
    boolean[] crosses = {false};
    int lanes = s.value().type().lanes();
    LoopTree.walk(
        s.value(),
        e ->
            crosses[0] |=
                e instanceof Expr.Load l
                    && l.array().buffer().equals(s.array().buffer())
                    && !(l.array().equals(s.array())
                        && l.index().equals(s.index())
                        && l.lanes() == lanes));
    return crosses[0];
  }
}
