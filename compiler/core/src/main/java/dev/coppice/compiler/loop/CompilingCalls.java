package dev.coppice.compiler.loop;

import dev.coppice.compiler.loop.Buffer.Role;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * How often kernels must be called by themselves until HotSpot has compiled with C2 all methods
 * that use registers: until then each vector is an object. A method is compiled by how often it was
 * called and how often its loops went round.
 */
public final class CompilingCalls {
  /** Calls that suffice without loops ({@code Tier4InvocationThreshold}). */
  private static final double CALLS = 5000;

  /** Calls after which HotSpot looks whether they suffice ({@code Tier3InvokeNotifyFreqLog}). */
  private static final double LEAST_CALLS = 1024;

  /** Calls and iterations that suffice with {@link #LEAST_CALLS}. */
  private static final double CALLS_AND_ITERATIONS = 15000;

  /** Calls until HotSpot begins to count, in code of the first compiler. */
  private static final double UNCOUNTED = 200;

  /** Thresholds rise while other methods wait for the compiler. */
  private static final double WAITING = 1.5;

  /** How often a method is called and its loops go round. */
  private static final class Count {
    private double calls;
    private double iterations;
  }

  private final Map<Stmt, Count> counts = new LinkedHashMap<>();

  private CompilingCalls() {}

  /**
   * Kernels with methods that are not compiled after {@code runs} runs, and how often to call each.
   * A method counts with the first kernel that has it.
   *
   * @param kernels the kernels of a run, with how often each is called in it
   */
  public static Map<Kernel, Integer> after(double runs, Map<Kernel, Integer> kernels) {
    CompilingCalls run = new CompilingCalls();
    kernels.forEach(run::add);
    Set<Stmt> done = new LinkedHashSet<>();
    run.counts.forEach(
        (method, count) -> {
          if (!usesRegisters(method) || needed(count) <= runs) {
            done.add(method);
          }
        });
    Map<Kernel, Integer> calls = new LinkedHashMap<>();
    kernels.forEach(
        (kernel, times) -> {
          if (isFree(kernel)) {
            CompilingCalls one = new CompilingCalls();
            one.add(kernel, 1);
            int needed = 0;
            for (Map.Entry<Stmt, Count> method : one.counts.entrySet()) {
              if (done.add(method.getKey())) {
                needed = Math.max(needed, needed(method.getValue()));
              }
            }
            if (needed > 0) {
              calls.put(kernel, needed);
            }
          }
        });
    return calls;
  }

  /**
   * Whether {@code kernel} can be called by itself, whatever its arrays hold: no element but those
   * of weights decides where it reads or writes.
   */
  static boolean isFree(Kernel kernel) {
    Set<Buffer> known = new LinkedHashSet<>();
    kernel.buffers().stream().filter(b -> b.role() == Role.WEIGHTS).forEach(known::add);
    return isFree(kernel.body(), known);
  }

  /** Whether a body turns no element into an integer but those of {@code known} arrays. */
  private static boolean isFree(Stmt body, Set<Buffer> known) {
    boolean[] free = {true};
    LoopTree.expressions(
        body,
        e -> {
          if (e instanceof Expr.Load l) {
            free[0] &= known.contains(l.array().buffer()) || isFloating(l.type());
          } else if (e instanceof Expr.Cast c) {
            free[0] &= isFloating(c.type()) || !isFloating(c.a().type());
          }
        });
    LoopTree.statements(
        body,
        s -> {
          if (s instanceof Stmt.Invoke v) {
            Set<Buffer> given = new LinkedHashSet<>();
            for (int i = 0; i < v.arrays().size(); i++) {
              if (known.contains(v.arrays().get(i).buffer())) {
                given.add(v.function().arrays().get(i));
              }
            }
            free[0] &= isFree(v.function().body(), given);
          }
        });
    return free[0];
  }

  private static boolean isFloating(LoopType type) {
    return type.scalar() == LoopType.Scalar.FLOAT || type.scalar() == LoopType.Scalar.DOUBLE;
  }

  private void add(Kernel kernel, int calls) {
    method(kernel.body(), IndexScope.of(kernel.body(), LoopType.MOST_LANES), calls);
  }

  private void method(Stmt body, IndexScope scope, double calls) {
    Count count = counts.computeIfAbsent(body, b -> new Count());
    count.calls += calls;
    statement(body, scope, calls, count);
  }

  /** A statement that runs {@code times} times. */
  private void statement(Stmt s, IndexScope scope, double times, Count count) {
    if (s instanceof Stmt.For f) {
      double runs = times * iterations(f, scope);
      count.iterations += runs;
      statement(f.body(), scope, runs, count);
      return;
    }
    if (s instanceof Stmt.Invoke v) {
      method(v.function().body(), scope.within(v), times);
      return;
    }
    if (s instanceof Stmt.Local l) {
      scope.declare(l);
    }
    for (Stmt child : scope.children(s)) {
      statement(child, scope, times, count);
    }
  }

  /** One where it is not known. */
  private static double iterations(Stmt.For loop, IndexScope scope) {
    long before = scope.enter(loop).most();
    return before >= Integer.MAX_VALUE / 2 ? 1 : before + 1;
  }

  private static int needed(Count count) {
    double counted =
        Math.min(
            CALLS / count.calls,
            Math.max(
                LEAST_CALLS / count.calls,
                CALLS_AND_ITERATIONS / (count.calls + count.iterations)));
    return (int) Math.ceil(UNCOUNTED / count.calls + WAITING * counted);
  }

  private static boolean usesRegisters(Stmt body) {
    boolean[] found = {false};
    LoopTree.expressions(body, e -> found[0] |= e.type().isRegister());
    return found[0];
  }
}
