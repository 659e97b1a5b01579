package dev.coppice.compiler.loop;

import dev.coppice.compiler.loop.AffineIndex.Symbol;
import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.loop.IndexScope.Steps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which elements of its results the body of a nest of loops reads and writes, as sums of how often
 * the loops ran before.
 */
final class Footprint {
  private final Map<Buffer, List<AffineIndex>> elements = new LinkedHashMap<>();
  private final Set<Buffer> written = new LinkedHashSet<>();
  private final IndexScope scope;
  private final List<Symbol> loops = new ArrayList<>();

  private Footprint(IndexScope scope) {
    this.scope = scope;
  }

  /**
   * What the body of the innermost of {@code loops} touches.
   *
   * @param before statements that ran before the outermost one, for the variables they declare
   * @param loops each the body of the one before
   * @param lanes of a register
   */
  static Footprint of(List<Stmt> before, List<Stmt.For> loops, int lanes) {
    Stmt.For outer = loops.get(0);
    List<Stmt> all = new ArrayList<>(before);
    all.add(outer);
    IndexScope scope = IndexScope.of(new Stmt.Block(all), lanes);
    for (Stmt s : before) {
      if (s instanceof Stmt.Local l) {
        scope.declare(l);
      }
    }
    Footprint footprint = new Footprint(scope);
    loops.forEach(f -> footprint.loops.add(scope.enter(f)));
    footprint.new Walk(scope, Map.of()).walk(loops.get(loops.size() - 1).body());
    return footprint;
  }

  /**
   * The elements of each result that is written, whether they are read or written; those of an
   * array of rows cannot be told.
   */
  Map<Buffer, List<AffineIndex>> results() {
    Map<Buffer, List<AffineIndex>> results = new LinkedHashMap<>(elements);
    results.keySet().retainAll(written);
    return results;
  }

  /** How often each of the loops ran before. */
  List<Symbol> loops() {
    return loops;
  }

  /**
   * What of {@code elements} tells the iterations of the loops that run more than once; empty if
   * for one of them they have nothing in common.
   */
  Optional<List<Steps>> steps(List<AffineIndex> elements) {
    List<Steps> all = new ArrayList<>();
    for (Symbol loop : loops) {
      if (loop.most() > 0) {
        Optional<Steps> steps =
            scope.steps(loop).stream()
                .filter(s -> elements.stream().allMatch(e -> e.factor(s.symbol()) != 0))
                .findFirst();
        if (steps.isEmpty()) {
          return Optional.empty();
        }
        all.add(steps.get());
      }
    }
    return Optional.of(all);
  }

  /** The walk through a kernel or function. */
  private final class Walk {
    private final IndexScope scope;
    private final Map<Buffer, Buffer> given;

    /**
     * @param given what the kernel knows the parameters as; empty in the kernel itself
     */
    Walk(IndexScope scope, Map<Buffer, Buffer> given) {
      this.scope = scope;
      this.given = given;
    }

    void walk(Stmt s) {
      LoopTree.operands(s).forEach(e -> LoopTree.walk(e, this::read));
      if (s instanceof Stmt.For f) {
        scope.enter(f);
      } else if (s instanceof Stmt.Local l) {
        scope.declare(l);
      } else if (s instanceof Stmt.Store t) {
        touch(t.array(), t.index(), AffineIndex.of(scope.lanes(t.value().type())), true);
      } else if (s instanceof Stmt.Copy c) {
        AffineIndex count = scope.of(c.count());
        touch(c.from(), c.fromIndex(), count, false);
        touch(c.to(), c.toIndex(), count, true);
      } else if (s instanceof Stmt.Fill f) {
        touch(f.array(), f.index(), scope.of(f.count()), true);
      } else if (s instanceof Stmt.Invoke v) {
        walk(v);
      }
      scope.children(s).forEach(this::walk);
    }

    private void walk(Stmt.Invoke call) {
      Map<Buffer, Buffer> inner = new LinkedHashMap<>();
      for (int i = 0; i < call.arrays().size(); i++) {
        Buffer b = call.arrays().get(i).buffer();
        inner.put(call.function().arrays().get(i), given.getOrDefault(b, b));
      }
      new Walk(scope.within(call), inner).walk(call.function().body());
    }

    private void read(Expr e) {
      if (e instanceof Expr.Load l) {
        touch(l.array(), l.index(), AffineIndex.of(scope.lanes(l.type())), false);
      }
    }

    private void touch(Array array, Expr from, AffineIndex count, boolean writes) {
      Buffer buffer = given.getOrDefault(array.buffer(), array.buffer());
      if (buffer.role() != Role.OUTPUT) {
        return;
      }
      AffineIndex first = buffer.layout() == Buffer.Layout.FLAT ? scope.of(from) : scope.unknown();
      elements
          .computeIfAbsent(buffer, b -> new ArrayList<>())
          .add(
              count.isConstant() && count.constant() == 1
                  ? first
                  : first.plus(AffineIndex.of(scope.below(count))));
      if (writes) {
        written.add(buffer);
      }
    }
  }
}
