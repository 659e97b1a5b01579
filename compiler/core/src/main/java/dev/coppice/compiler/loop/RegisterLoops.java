package dev.coppice.compiler.loop;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Loops over floats go through registers where that is faster than what HotSpot makes of them
 * ({@link VectorLoop}), and functions of registers are written out ({@link RegisterFunctions}). For
 * machines with registers.
 */
public final class RegisterLoops {
  private final Map<Function, Function> done = new LinkedHashMap<>();

  private RegisterLoops() {}

  /** The kernel with such loops in registers; the kernel itself if it has none. */
  public static Kernel of(Kernel kernel) {
    RegisterLoops loops = new RegisterLoops();
    Stmt body = loops.method(kernel.body(), kernel.buffers(), List.of());
    return body == kernel.body()
        ? kernel
        : new Kernel(kernel.name(), kernel.comment(), kernel.buffers(), body);
  }

  private Stmt method(Stmt body, List<Buffer> buffers, List<Var> scalars) {
    Set<String> names = new LinkedHashSet<>();
    buffers.forEach(b -> names.add(b.name()));
    scalars.forEach(v -> names.add(v.name()));
    LoopTree.statements(
        body,
        s -> {
          if (s instanceof Stmt.Local l) {
            names.add(l.var().name());
          } else if (s instanceof Stmt.For f) {
            names.add(f.var().name());
          }
        });
    return new Method(names, operations(body)).statement(body);
  }

  private Function function(Function f) {
    Function known = done.get(f);
    if (known == null) {
      Stmt body = method(f.body(), f.arrays(), f.scalars());
      known =
          body == f.body() ? f : new Function(f.name(), f.comment(), f.arrays(), f.scalars(), body);
      done.put(f, known);
    }
    return known;
  }

  /** Operations on registers in {@code s}. */
  private static int operations(Stmt s) {
    int[] count = {0};
    LoopTree.expressions(
        s, e -> count[0] += e.type().isRegister() && !(e instanceof Expr.Ref) ? 1 : 0);
    return count[0];
  }

  /** A body, with the names and the operations on registers that it has. */
  private final class Method {
    private final Set<String> names;
    private int operations;

    Method(Set<String> names, int operations) {
      this.names = names;
      this.operations = operations;
    }

    private String fresh(String prefix) {
      String name = prefix;
      for (int i = 2; !names.add(name); i++) {
        name = prefix + i;
      }
      return name;
    }

    private Stmt statement(Stmt s) {
      if (s instanceof Stmt.Invoke v) {
        Function f = function(v.function());
        return f == v.function() ? s : new Stmt.Invoke(f, v.arrays(), v.scalars());
      }
      if (!(s instanceof Stmt.For f) || hasLoop(f.body())) {
        return LoopTree.rebuild(s, this::statement);
      }
      Optional<Stmt> wide = inRegisters(f);
      if (wide.isPresent()) {
        return wide.get();
      }
      Stmt after = writtenOut(f);
      return after == f ? LoopTree.rebuild(f, this::statement) : after;
    }

    private Optional<Stmt> inRegisters(Stmt.For loop) {
      Optional<Stmt> wide =
          VectorLoop.inRegisters(loop, this::fresh)
              .map(s -> writtenOut(LoopTree.rebuild(s, this::writtenOut)))
              .filter(
                  s -> operations + RegisterLoops.operations(s) <= RegisterLimits.MOST_IN_METHOD);
      wide.ifPresent(s -> operations += RegisterLoops.operations(s));
      return wide;
    }

    private Stmt writtenOut(Stmt s) {
      return s instanceof Stmt.For f && !hasLoop(f.body()) && RegisterFunctions.areIn(f)
          ? RegisterFunctions.writeOut(f, this::fresh)
          : s;
    }
  }

  private static boolean hasLoop(Stmt s) {
    return s instanceof Stmt.For || LoopTree.children(s).stream().anyMatch(RegisterLoops::hasLoop);
  }
}
