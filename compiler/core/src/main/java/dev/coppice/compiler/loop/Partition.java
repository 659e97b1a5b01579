package dev.coppice.compiler.loop;

import dev.coppice.compiler.loop.AffineIndex.Symbol;
import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.loop.IndexScope.Steps;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Cuts a kernel into parts that threads can run at the same time: each has a range of the
 * iterations of its outer loops. That is done where
 *
 * <ul>
 *   <li>the iterations are declared independent, set no variable of each other, and provably touch
 *       different elements of the results ({@link Disjointness});
 *   <li>in scratch, each reads its own results only;
 *   <li>what comes before the loops touches nothing but scratch, so that each part can do it;
 *   <li>the predicted time is worth it.
 * </ul>
 *
 * <p>Each element is computed by the same operations in the same order as without parts.
 */
public final class Partition {
  /** Parts for each thread: enough that none waits long for the last. */
  private static final int PER_THREAD = 8;

  /** Time of a kernel, and of one of its parts, in hand-overs, below which it is not worth it. */
  private static final double WORTH = 4;

  private static final double PART_WORTH = 0.5;

  /** What each part does again may take this share of the kernel's time. */
  private static final double AGAIN = 0.1;

  /** Long ranges are a multiple of this, so that lines of the cache have one writer. */
  private static final int LINE = 64;

  private final Kernel kernel;
  private final List<Stmt> before;
  private final List<Stmt.For> loops;
  private final int threads;
  private final int wanted;
  private final List<Integer> lanes;

  private Partition(
      Kernel kernel, List<Stmt> before, List<Stmt.For> loops, int wanted, Target target) {
    this.kernel = kernel;
    this.before = before;
    this.loops = loops;
    this.threads = target.threads();
    this.wanted = wanted;
    this.lanes = target.vectorApi() ? LoopType.LANES : List.of(LoopType.MOST_LANES);
  }

  /**
   * {@code kernel} in parts for the target's threads; empty if it cannot be, or is not worth it.
   */
  public static Optional<Kernel> of(Kernel kernel, Target target) {
    Costs costs = target.costs();
    double time = LoopTime.nanos(kernel.body(), costs);
    if (target.threads() < 2 || time < WORTH * costs.handOver()) {
      return Optional.empty();
    }
    List<Stmt> body = kernel.body() instanceof Stmt.Block b ? b.body() : List.of(kernel.body());
    List<Stmt> before = body.subList(0, Math.max(0, body.size() - 1));
    double again = before.stream().mapToDouble(s -> LoopTime.nanos(s, costs)).sum();
    double worth = Math.max(PART_WORTH * costs.handOver(), again / AGAIN);
    int most = PER_THREAD * target.threads();
    int wanted = worth * most <= time ? most : (int) (time / worth);
    if (body.isEmpty() || wanted < 2 || !canRepeat(before)) {
      return Optional.empty();
    }
    List<Stmt.For> loops = nest(inBlocks(body.get(body.size() - 1), wanted));
    return loops.isEmpty()
        ? Optional.empty()
        : new Partition(kernel, before, loops, wanted, target).cut();
  }

  /** A copy as a loop over so many blocks of it; other statements as they are. */
  private static Stmt inBlocks(Stmt s, int blocks) {
    if (!(s instanceof Stmt.Copy c && c.count() instanceof Expr.Literal n && n.bits() > 0)) {
      return s;
    }
    int count = literal(c.count());
    int block = wholeLines((count + blocks - 1) / blocks);
    return Stmts.loop(
        "at",
        Exprs.intLit(0),
        c.count(),
        block,
        Stmt.AxisKind.PARALLEL,
        at ->
            Stmts.copy(
                c.from(),
                Exprs.add(c.fromIndex(), at),
                c.to(),
                Exprs.add(c.toIndex(), at),
                count % block == 0
                    ? Exprs.intLit(block)
                    : Exprs.min(Exprs.intLit(block), Exprs.sub(c.count(), at))));
  }

  /** Nested loops of independent iterations whose number is known. */
  private static List<Stmt.For> nest(Stmt s) {
    List<Stmt.For> loops = new ArrayList<>();
    for (Stmt at = s; at instanceof Stmt.For f && isCountable(f); at = f.body()) {
      loops.add(f);
    }
    return loops;
  }

  private static boolean isCountable(Stmt.For f) {
    return f.kind() != Stmt.AxisKind.REDUCE
        && f.from() instanceof Expr.Literal
        && f.to() instanceof Expr.Literal
        && count(f) > 0;
  }

  private static int literal(Expr e) {
    return (int) ((Expr.Literal) e).bits();
  }

  private static int count(Stmt.For f) {
    return (literal(f.to()) - literal(f.from()) + f.step() - 1) / f.step();
  }

  /** Whether statements can run once for each part: they touch no result. */
  private static boolean canRepeat(List<Stmt> before) {
    boolean[] can = {true};
    for (Stmt s : before) {
      LoopTree.statements(
          s, t -> LoopTree.arrays(t).forEach(a -> can[0] &= a.buffer().role() != Role.OUTPUT));
      LoopTree.expressions(
          s,
          e -> can[0] &= !(e instanceof Expr.Load l) || l.array().buffer().role() != Role.OUTPUT);
    }
    return can[0];
  }

  /** As many of the loops as are needed for enough parts, or as can be cut. */
  private Optional<Kernel> cut() {
    int depth = 1;
    for (long parts = count(loops.get(0)); parts < wanted && depth < loops.size(); depth++) {
      parts *= count(loops.get(depth));
    }
    while (depth > 0) {
      List<Stmt.For> outer = loops.subList(0, depth);
      Optional<Boolean> meet = lastMeet(outer);
      if (meet.isPresent()) {
        return cut(outer, meet.get());
      }
      depth--;
    }
    return Optional.empty();
  }

  /**
   * Whether the last two iterations of the innermost of {@code outer} may meet; empty if others
   * may.
   */
  private Optional<Boolean> lastMeet(List<Stmt.For> outer) {
    if (!keepsVariables() || !ScratchOrder.isOwn(outer.get(outer.size() - 1).body())) {
      return Optional.empty();
    }
    boolean meet = false;
    for (int count : lanes) {
      Footprint footprint = Footprint.of(before, outer, count);
      for (List<AffineIndex> elements : footprint.results().values()) {
        Optional<List<Steps>> steps = footprint.steps(elements);
        if (steps.isEmpty() || !Disjointness.holds(elements, steps.get())) {
          return Optional.empty();
        }
        Symbol innermost = footprint.loops().get(outer.size() - 1);
        for (Steps s : steps.get()) {
          if (s.isShorterAtLast() && !s.loop().equals(innermost)) {
            return Optional.empty();
          }
          meet |= s.isShorterAtLast();
        }
      }
    }
    return Optional.of(meet);
  }

  /** Whether the loops set no variable that is declared outside of them. */
  private boolean keepsVariables() {
    Set<Var> declared = new LinkedHashSet<>();
    Set<Var> assigned = new LinkedHashSet<>();
    LoopTree.statements(
        loops.get(0),
        s -> {
          if (s instanceof Stmt.Local l) {
            declared.add(l.var());
          } else if (s instanceof Stmt.Assign a) {
            assigned.add(a.var());
          }
        });
    return declared.containsAll(assigned);
  }

  /**
   * Parts with one iteration of all but the last loop, and a range of that.
   *
   * @param lastMeet whether the last two iterations of the last loop are to be in one part
   */
  private Optional<Kernel> cut(List<Stmt.For> outer, boolean lastMeet) {
    Stmt.For last = outer.get(outer.size() - 1);
    int tuples = 1;
    for (Stmt.For f : outer.subList(0, outer.size() - 1)) {
      tuples *= count(f);
    }
    int each = each(count(last), tuples, lastMeet);
    int ranges = (count(last) + each - 1) / each;
    int parts = tuples * ranges;
    if (parts < 2) {
      return Optional.empty();
    }
    Var part = new Var(freshName(), LoopType.INT);
    List<Stmt> body = new ArrayList<>(before);
    int below = ranges;
    List<Stmt> variables = new ArrayList<>();
    for (int i = outer.size() - 2; i >= 0; i--) {
      Stmt.For f = outer.get(i);
      Expr at = Exprs.div(Exprs.ref(part), Exprs.intLit(below));
      at = i == 0 ? at : Exprs.rem(at, Exprs.intLit(count(f)));
      variables.add(0, Stmts.local(f.var(), value(f, at)));
      below *= count(f);
    }
    body.addAll(variables);
    Expr range = Exprs.ref(part);
    body.addAll(range(last, tuples == 1 ? range : Exprs.rem(range, Exprs.intLit(ranges)), each));
    return Optional.of(
        new Kernel(
            kernel.name(),
            kernel.comment() + "; in " + parts + " parts",
            kernel.buffers(),
            Optional.of(new Parts(part, parts)),
            new Stmt.Block(body)));
  }

  /**
   * Iterations of a range: as few as give no more parts than are wanted, or more where threads that
   * take the parts end a tenth earlier by it.
   *
   * @param count iterations of the loop
   * @param times how often it runs
   * @param lastMeet whether the last range must have two or more
   */
  private int each(int count, int times, boolean lastMeet) {
    int ranges = Math.min(count, (wanted + times - 1) / times);
    int best = count;
    for (int each = (count + ranges - 1) / ranges; each < count; each++) {
      boolean fits = wholeLines(each) == each && !(lastMeet && (each == 1 || count % each == 1));
      if (fits && 10 * longest(count, times, each) < 9 * longest(count, times, best)) {
        best = each;
      }
    }
    return best;
  }

  /** Iterations of the thread that has the most, if all parts take the same time. */
  private int longest(int count, int times, int each) {
    int parts = times * ((count + each - 1) / each);
    return (parts + threads - 1) / threads * each;
  }

  private static int wholeLines(int length) {
    return length < LINE ? length : (length + LINE - 1) / LINE * LINE;
  }

  /** The iterations {@code [range * each, range * each + each)} of {@code f}. */
  private static List<Stmt> range(Stmt.For f, Expr range, int each) {
    if (each == 1) {
      List<Stmt> once = new ArrayList<>(List.of(Stmts.local(f.var(), value(f, range))));
      once.addAll(f.body() instanceof Stmt.Block b ? b.body() : List.of(f.body()));
      return once;
    }
    Expr from = Exprs.add(Exprs.mul(range, each * f.step()), literal(f.from()));
    Expr end = Exprs.add(from, each * f.step());
    Expr to = count(f) % each == 0 ? end : Exprs.min(end, f.to());
    return List.of(new Stmt.For(f.var(), from, to, f.step(), f.kind(), f.body()));
  }

  private static Expr value(Stmt.For f, Expr iteration) {
    return Exprs.add(Exprs.mul(iteration, f.step()), literal(f.from()));
  }

  private String freshName() {
    Set<String> names = new LinkedHashSet<>();
    kernel.buffers().forEach(b -> names.add(b.name()));
    LoopTree.statements(
        kernel.body(),
        s -> {
          if (s instanceof Stmt.For f) {
            names.add(f.var().name());
          } else if (s instanceof Stmt.Local l) {
            names.add(l.var().name());
          }
        });
    String name = "part";
    while (names.contains(name)) {
      name += "_";
    }
    return name;
  }
}
