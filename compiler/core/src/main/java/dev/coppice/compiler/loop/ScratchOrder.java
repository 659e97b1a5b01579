package dev.coppice.compiler.loop;

import dev.coppice.compiler.loop.Buffer.Role;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * In which order code writes and reads its arrays. Loops count as if they ran; of branches, what
 * both write is written.
 */
final class ScratchOrder {
  private final Set<Buffer> readFirst = new LinkedHashSet<>();

  private ScratchOrder() {}

  /**
   * Whether {@code body} uses scratch for its own results only: it reads none that an earlier run
   * of it wrote.
   */
  static boolean isOwn(Stmt body) {
    Set<Buffer> carried = readFirst(body);
    carried.retainAll(written(body));
    return carried.stream().noneMatch(b -> b.role() == Role.SCRATCH);
  }

  /** Arrays that {@code s} writes. */
  static Set<Buffer> written(Stmt s) {
    Set<Buffer> all = new LinkedHashSet<>();
    LoopTree.statements(
        s,
        t -> {
          if (t instanceof Stmt.Store x) {
            all.add(x.array().buffer());
          } else if (t instanceof Stmt.Copy x) {
            all.add(x.to().buffer());
          } else if (t instanceof Stmt.Fill x) {
            all.add(x.array().buffer());
          } else if (t instanceof Stmt.Invoke x) {
            all.addAll(arguments(x, written(x.function().body())));
          }
        });
    return all;
  }

  /** Arrays that {@code s} reads before it writes them. */
  private static Set<Buffer> readFirst(Stmt s) {
    ScratchOrder order = new ScratchOrder();
    order.walk(s, new LinkedHashSet<>());
    return order.readFirst;
  }

  /** What is given for {@code parameters}. */
  private static Set<Buffer> arguments(Stmt.Invoke call, Set<Buffer> parameters) {
    Set<Buffer> given = new LinkedHashSet<>();
    for (int i = 0; i < call.arrays().size(); i++) {
      if (parameters.contains(call.function().arrays().get(i))) {
        given.add(call.arrays().get(i).buffer());
      }
    }
    return given;
  }

  private void read(Buffer b, Set<Buffer> written) {
    if (!written.contains(b)) {
      readFirst.add(b);
    }
  }

  private void walk(Stmt s, Set<Buffer> written) {
    for (Expr operand : LoopTree.operands(s)) {
      LoopTree.walk(
          operand,
          e -> {
            if (e instanceof Expr.Load l) {
              read(l.array().buffer(), written);
            }
          });
    }
    if (s instanceof Stmt.If i) {
      Set<Buffer> then = new LinkedHashSet<>(written);
      Set<Buffer> otherwise = new LinkedHashSet<>(written);
      walk(i.then(), then);
      i.otherwise().ifPresent(o -> walk(o, otherwise));
      then.retainAll(otherwise);
      written.addAll(then);
    } else if (s instanceof Stmt.Block || s instanceof Stmt.For) {
      LoopTree.children(s).forEach(child -> walk(child, written));
    } else {
      if (s instanceof Stmt.Copy c) {
        read(c.from().buffer(), written);
      } else if (s instanceof Stmt.Invoke call) {
        arguments(call, readFirst(call.function().body())).forEach(b -> read(b, written));
      }
      written.addAll(written(s));
    }
  }
}
