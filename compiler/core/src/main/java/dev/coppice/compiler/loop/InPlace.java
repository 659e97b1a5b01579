package dev.coppice.compiler.loop;

import dev.coppice.compiler.loop.Buffer.Layout;
import dev.coppice.compiler.loop.Buffer.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Operands in whose place the result of a kernel may be: the kernel is one nest of loops that
 * stores each element of the result once, reads the operand at the index of that element only, and
 * reads it before.
 */
public final class InPlace {
  private final Buffer result;
  private final List<Stmt.For> loops = new ArrayList<>();
  private final List<Stmt> body;

  private InPlace(Kernel kernel, Buffer result) {
    this.result = result;
    this.body = innermost(kernel.body());
  }

  /** Those operands of {@code kernel}; none unless it has one result and runs as a whole. */
  public static List<Buffer> operands(Kernel kernel) {
    List<Buffer> results = kernel.buffers().stream().filter(b -> b.role() == Role.OUTPUT).toList();
    if (results.size() != 1 || kernel.parts().isPresent()) {
      return List.of();
    }
    InPlace nest = new InPlace(kernel, results.get(0));
    Optional<Expr> index = nest.storeIndex();
    return index.isEmpty()
        ? List.of()
        : kernel.buffers().stream().filter(b -> nest.isReadAt(b, index.get())).toList();
  }

  /** The statements within all loops of a nest; loops are gathered on the way. */
  private List<Stmt> innermost(Stmt s) {
    List<Stmt> all = s instanceof Stmt.Block b ? b.body() : List.of(s);
    List<Stmt> some = all.stream().filter(t -> !(t instanceof Stmt.Comment)).toList();
    if (some.size() == 1 && some.get(0) instanceof Stmt.For f) {
      loops.add(f);
      return innermost(f.body());
    }
    return some.size() == 1 && some.get(0) instanceof Stmt.Block b ? innermost(b) : some;
  }

  /** Where the only store to the result is, if it meets each element once. */
  private Optional<Expr> storeIndex() {
    Optional<Expr> index = Optional.empty();
    for (Stmt s : body) {
      boolean stores = s instanceof Stmt.Store t && t.array().buffer().equals(result);
      if (!(s instanceof Stmt.Local || s instanceof Stmt.Store) || stores && index.isPresent()) {
        return Optional.empty();
      }
      index = stores ? Optional.of(((Stmt.Store) s).index()) : index;
    }
    return index.filter(this::meetsEachOnce);
  }

  /** Whether {@code index} differs in all iterations: each loop goes further than those within. */
  private boolean meetsEachOnce(Expr index) {
    Map<Var, Long> factors = new LinkedHashMap<>();
    if (!add(index, 1, factors)) {
      return false;
    }
    long within = 0;
    for (int i = loops.size() - 1; i >= 0; i--) {
      Stmt.For f = loops.get(i);
      if (!(f.from() instanceof Expr.Literal from && f.to() instanceof Expr.Literal to)) {
        return false;
      }
      long count = (to.bits() - from.bits() + f.step() - 1) / f.step();
      long factor = factors.getOrDefault(f.var(), 0L) * f.step();
      if (count > 1 && factor <= within) {
        return false;
      }
      within += count > 1 ? factor * (count - 1) : 0;
    }
    return true;
  }

  /** Adds {@code times} {@code e} to {@code factors}; false if it is no sum of loop variables. */
  private boolean add(Expr e, long times, Map<Var, Long> factors) {
    if (e instanceof Expr.Ref r && loops.stream().anyMatch(f -> f.var().equals(r.var()))) {
      factors.merge(r.var(), times, Long::sum);
      return true;
    }
    if (e instanceof Expr.Binary b && b.op() == Expr.BinaryOp.ADD) {
      return add(b.a(), times, factors) && add(b.b(), times, factors);
    }
    if (e instanceof Expr.Binary b
        && b.op() == Expr.BinaryOp.MUL
        && b.b() instanceof Expr.Literal l) {
      return add(b.a(), times * l.bits(), factors);
    }
    return e instanceof Expr.Literal;
  }

  /** Whether {@code x} is an operand like the result that is read at {@code index} only. */
  private boolean isReadAt(Buffer x, Expr index) {
    if (x.role() != Role.INPUT
        || x.layout() != Layout.FLAT
        || x.dtype() != result.dtype()
        || x.length() != result.length()) {
      return false;
    }
    boolean[] fits = {true};
    boolean stored = false;
    for (Stmt s : body) {
      boolean late = stored;
      LoopTree.expressions(
          s,
          e -> {
            if (e instanceof Expr.Load l && l.array().buffer().equals(x)) {
              fits[0] &= !late && l.lanes() == 1 && l.index().equals(index);
            } else if (e instanceof Expr.Load l) {
              fits[0] &= !l.array().buffer().equals(result);
            }
          });
      stored |= s instanceof Stmt.Store t && t.array().buffer().equals(result);
    }
    return fits[0];
  }
}
