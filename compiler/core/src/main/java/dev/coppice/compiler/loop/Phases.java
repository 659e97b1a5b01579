package dev.coppice.compiler.loop;

import dev.coppice.compiler.loop.Buffer.Layout;
import dev.coppice.compiler.loop.Buffer.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The statements of a kernel as kernels that run one after the other; those of a loop that runs a
 * few times as often. Scratch that several of them use is a result of those that write it and an
 * input of the others; each declares the variables that it needs.
 */
public final class Phases {
  /** Iterations of a loop that are kernels of their own. */
  private static final int FEW = 3;

  private final Kernel kernel;
  private final List<Stmt> body;

  private Phases(Kernel kernel, List<Stmt> body) {
    this.kernel = kernel;
    this.body = body;
  }

  /**
   * The phases of {@code kernel}, whose buffers have the names that they have there; none if it has
   * one statement, or some that cannot be taken apart.
   */
  public static List<Kernel> of(Kernel kernel) {
    if (kernel.body() instanceof Stmt.For f) {
      return of(kernel, f);
    }
    Phases phases = new Phases(kernel, statements(kernel.body()));
    return phases.canBeApart() ? phases.all() : List.of();
  }

  private static List<Stmt> statements(Stmt s) {
    return s instanceof Stmt.Block b ? b.body() : List.of(s);
  }

  private static List<Kernel> of(Kernel kernel, Stmt.For loop) {
    List<Kernel> all = new ArrayList<>();
    boolean isShort =
        loop.from() instanceof Expr.Literal from
            && loop.to() instanceof Expr.Literal to
            && to.bits() - from.bits() <= (long) FEW * loop.step();
    for (int i = 0; isShort && i < iterations(loop); i++) {
      List<Stmt> body = new ArrayList<>();
      body.add(Stmts.local(loop.var(), Exprs.add(loop.from(), i * loop.step())));
      body.addAll(statements(loop.body()));
      Phases phases = new Phases(kernel, body);
      if (!phases.canBeApart()) {
        return List.of();
      }
      all.addAll(phases.all());
    }
    return all;
  }

  private static int iterations(Stmt.For loop) {
    long length = ((Expr.Literal) loop.to()).bits() - ((Expr.Literal) loop.from()).bits();
    return (int) ((length + loop.step() - 1) / loop.step());
  }

  private List<Stmt> statements() {
    return body.stream().filter(s -> !(s instanceof Stmt.Local)).toList();
  }

  private Stream<Stmt.Local> locals() {
    return body.stream().filter(Stmt.Local.class::isInstance).map(Stmt.Local.class::cast);
  }

  /**
   * Whether variables do not depend on the statements, and no phase leaves rows of scratch for
   * another.
   */
  private boolean canBeApart() {
    boolean[] can = {statements().size() > 1};
    locals().forEach(l -> LoopTree.walk(l.value(), e -> can[0] &= !(e instanceof Expr.Load)));
    Set<Var> declared = new LinkedHashSet<>();
    locals().forEach(l -> declared.add(l.var()));
    LoopTree.statements(
        new Stmt.Block(body),
        s -> can[0] &= !(s instanceof Stmt.Assign a && declared.contains(a.var())));
    return can[0] && handedOn().stream().allMatch(b -> b.layout() == Layout.FLAT);
  }

  /**
   * Scratch that more than one phase names, unless all lend it to functions that find it undefined.
   */
  private Set<Buffer> handedOn() {
    Set<Buffer> shared = new LinkedHashSet<>();
    Set<Buffer> seen = new LinkedHashSet<>();
    Set<Buffer> kept = new LinkedHashSet<>();
    for (Stmt s : statements()) {
      Set<Buffer> named = LoopTree.buffers(s);
      named.stream().filter(seen::contains).forEach(shared::add);
      seen.addAll(named);
      kept.addAll(kept(s));
    }
    shared.removeIf(b -> b.role() != Role.SCRATCH || !kept.contains(b));
    return shared;
  }

  /** Buffers that {@code s} names otherwise than to lend them as scratch. */
  private static Set<Buffer> kept(Stmt s) {
    Set<Buffer> kept = new LinkedHashSet<>();
    LoopTree.expressions(
        s,
        e -> {
          if (e instanceof Expr.Load l) {
            kept.add(l.array().buffer());
          }
        });
    LoopTree.statements(
        s,
        t -> {
          List<Array> arrays = LoopTree.arrays(t);
          for (int i = 0; i < arrays.size(); i++) {
            boolean lent =
                t instanceof Stmt.Invoke v && v.function().arrays().get(i).role() == Role.SCRATCH;
            if (!lent) {
              kept.add(arrays.get(i).buffer());
            }
          }
        });
    return kept;
  }

  private List<Kernel> all() {
    Set<Buffer> handedOn = handedOn();
    List<Kernel> all = new ArrayList<>();
    List<Stmt.Local> before = new ArrayList<>();
    for (Stmt s : body) {
      if (s instanceof Stmt.Local l) {
        before.add(l);
      } else {
        all.add(phase(s, before, handedOn));
      }
    }
    return all;
  }

  private Kernel phase(Stmt s, List<Stmt.Local> before, Set<Buffer> handedOn) {
    Set<Buffer> written = ScratchOrder.written(s);
    Map<Buffer, Buffer> others = new LinkedHashMap<>();
    for (Buffer b : handedOn) {
      Role role = written.contains(b) ? Role.OUTPUT : Role.INPUT;
      others.put(b, Buffer.flat(b.name(), b.dtype(), role, b.length()));
    }
    List<Stmt> all = new ArrayList<>(needed(s, before));
    all.add(s);
    Stmt own = LoopTree.rebuild(Stmts.block(all), others);
    Set<Buffer> used = LoopTree.buffers(own);
    return new Kernel(
        kernel.name(),
        kernel.comment(),
        kernel.buffers().stream()
            .map(b -> others.getOrDefault(b, b))
            .filter(used::contains)
            .toList(),
        own);
  }

  /** Those of {@code before} that {@code s} or one of them needs. */
  private static List<Stmt.Local> needed(Stmt s, List<Stmt.Local> before) {
    Set<Var> used = new LinkedHashSet<>();
    LoopTree.expressions(s, e -> addTo(used, e));
    List<Stmt.Local> needed = new ArrayList<>();
    for (int i = before.size() - 1; i >= 0; i--) {
      Stmt.Local l = before.get(i);
      if (used.contains(l.var())) {
        needed.add(0, l);
        LoopTree.walk(l.value(), e -> addTo(used, e));
      }
    }
    return needed;
  }

  private static void addTo(Set<Var> used, Expr e) {
    if (e instanceof Expr.Ref r) {
      used.add(r.var());
    }
  }
}
