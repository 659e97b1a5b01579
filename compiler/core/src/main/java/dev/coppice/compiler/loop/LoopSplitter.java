package dev.coppice.compiler.loop;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Splits kernels and functions whose bytecode would exceed a budget: runs of statements become
 * functions over the arrays and scalars that they use. The order of evaluation stays. Statements
 * that set variables of the rest, or read vectors of it, cannot leave it; nor is a single statement
 * ever divided, so a body may stay above the budget.
 */
public final class LoopSplitter {
  private final int budget;
  private final Map<Function, Function> done = new LinkedHashMap<>();

  private LoopSplitter(int budget) {
    this.budget = budget;
  }

  /**
   * The kernel with every body within the budget where possible; the kernel itself if it is.
   *
   * @param budget estimated bytes of bytecode, as {@link LoopCost} counts
   */
  public static Kernel split(Kernel kernel, int budget) {
    LoopSplitter splitter = new LoopSplitter(budget);
    Stmt body = splitter.method(kernel.name(), kernel.buffers(), kernel.body());
    return body == kernel.body() ? kernel : kernel.withBody(body);
  }

  private Stmt method(String name, List<Buffer> buffers, Stmt body) {
    Stmt inner = functions(body);
    return LoopCost.bytecodeBytes(inner) <= budget
        ? inner
        : new Method(name, buffers).fit(inner, budget);
  }

  private Function split(Function f) {
    Function known = done.get(f);
    if (known == null) {
      Stmt body = method(f.name(), f.arrays(), f.body());
      known =
          body == f.body() ? f : new Function(f.name(), f.comment(), f.arrays(), f.scalars(), body);
      done.put(f, known);
    }
    return known;
  }

  /** {@code s} with the functions it invokes split; {@code s} itself if none changes. */
  private Stmt functions(Stmt s) {
    if (s instanceof Stmt.Invoke v) {
      Function f = split(v.function());
      return f == v.function() ? s : new Stmt.Invoke(f, v.arrays(), v.scalars());
    }
    return LoopTree.rebuild(s, this::functions);
  }

  /** The method that is being split. */
  private final class Method {
    private final String name;
    private final List<Buffer> buffers;
    private int parts;

    Method(String name, List<Buffer> buffers) {
      this.name = name;
      this.buffers = buffers;
    }

    /** {@code s} in at most {@code bytes} bytes, if possible. */
    Stmt fit(Stmt s, int bytes) {
      if (LoopCost.bytecodeBytes(s) <= bytes) {
        return s;
      }
      if (s instanceof Stmt.For f) {
        int head = LoopCost.bytecodeBytes(s) - LoopCost.bytecodeBytes(f.body());
        return new Stmt.For(
            f.var(), f.from(), f.to(), f.step(), f.kind(), fit(f.body(), bytes - head));
      }
      if (s instanceof Stmt.If i) {
        int half = (bytes - LoopCost.bytecodeBytes(i.condition())) / 2;
        return new Stmt.If(
            i.condition(), fit(i.then(), half), i.otherwise().map(o -> fit(o, half)));
      }
      if (!(s instanceof Stmt.Block b)) {
        return s;
      }
      List<Stmt> body = new ArrayList<>();
      b.body().forEach(child -> body.add(fit(child, budget)));
      Stmt now = new Stmt.Block(body);
      for (int cost = LoopCost.bytecodeBytes(now); cost > bytes; ) {
        now = new Stmt.Block(outline(((Stmt.Block) now).body()));
        int next = LoopCost.bytecodeBytes(now);
        if (next >= cost) {
          break;
        }
        cost = next;
      }
      return now;
    }

    /** Runs of statements replaced by calls, each as long as the budget and its variables allow. */
    private List<Stmt> outline(List<Stmt> body) {
      List<Uses> uses = body.stream().map(Uses::of).toList();
      Map<Var, Integer> lastUse = new LinkedHashMap<>();
      for (int i = 0; i < uses.size(); i++) {
        for (Var v : uses.get(i).used) {
          lastUse.put(v, i);
        }
      }
      List<Stmt> out = new ArrayList<>();
      for (int from = 0; from < body.size(); ) {
        int to = runEnd(body, uses, lastUse, from);
        List<Stmt> run = body.subList(from, Math.max(to, from + 1));
        Stmt all = run.size() == 1 ? run.get(0) : new Stmt.Block(run);
        out.add(to == from ? all : smaller(all));
        from += run.size();
      }
      return out;
    }

    /**
     * End of the longest run from {@code from} that can leave; {@code from} itself if there is
     * none.
     */
    private int runEnd(List<Stmt> body, List<Uses> uses, Map<Var, Integer> lastUse, int from) {
      Set<Var> own = new LinkedHashSet<>();
      int bytes = 0;
      int ownedUntil = from;
      int end = from;
      for (int i = from; i < body.size(); i++) {
        Uses u = uses.get(i);
        bytes += LoopCost.bytecodeBytes(body.get(i));
        boolean isFixed = u.free().anyMatch(v -> v.type().isVector() && !own.contains(v));
        isFixed |= u.assigned.stream().anyMatch(v -> !u.declared.contains(v) && !own.contains(v));
        if (bytes > budget || isFixed) {
          break;
        }
        if (body.get(i) instanceof Stmt.Local l) {
          own.add(l.var());
          ownedUntil = Math.max(ownedUntil, lastUse.getOrDefault(l.var(), i));
        }
        if (ownedUntil <= i) {
          end = i + 1;
        }
      }
      return end;
    }

    /** A call of a new function with this body, unless that takes as much as the body. */
    private Stmt smaller(Stmt body) {
      Uses uses = Uses.of(body);
      List<Array> arrays = new ArrayList<>();
      List<Buffer> parameters = new ArrayList<>();
      for (Buffer b : buffers) {
        if (uses.buffers.contains(b)) {
          arrays.add(b);
          parameters.add(b);
        }
      }
      List<Var> scalars = uses.free().toList();
      List<Expr> values = scalars.stream().map(Exprs::ref).toList();
      Function f =
          new Function(name + "Part" + parts, "Part of " + name + ".", parameters, scalars, body);
      Stmt call = new Stmt.Invoke(f, arrays, values);
      if (LoopCost.bytecodeBytes(call) >= LoopCost.bytecodeBytes(body)) {
        return body;
      }
      parts++;
      return call;
    }
  }

  /** Names that a statement uses. */
  private record Uses(Set<Var> declared, Set<Var> used, Set<Var> assigned, Set<Buffer> buffers) {
    static Uses of(Stmt s) {
      Uses u =
          new Uses(
              new LinkedHashSet<>(),
              new LinkedHashSet<>(),
              new LinkedHashSet<>(),
              new LinkedHashSet<>());
      LoopTree.statements(
          s,
          t -> {
            if (t instanceof Stmt.For f) {
              u.declared.add(f.var());
            } else if (t instanceof Stmt.Local l) {
              u.declared.add(l.var());
            } else if (t instanceof Stmt.Assign a) {
              u.assigned.add(a.var());
              u.used.add(a.var());
            }
            LoopTree.arrays(t).forEach(a -> u.buffers.add(a.buffer()));
          });
      LoopTree.expressions(
          s,
          e -> {
            if (e instanceof Expr.Ref r) {
              u.used.add(r.var());
            } else if (e instanceof Expr.Load l) {
              u.buffers.add(l.array().buffer());
            }
          });
      return u;
    }

    /** Variables of the surroundings. */
    java.util.stream.Stream<Var> free() {
      return used.stream().filter(v -> !declared.contains(v));
    }
  }
}
