package dev.coppice.compiler.loop;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many elements of its buffers a kernel reads or writes at most: as many as its loads, stores
 * and copies name, each element once. Of loops and copies whose length is not known, and of
 * registers, the longest count.
 */
public final class Touched {
  private final Map<Buffer, Double> elements = new LinkedHashMap<>();

  private Touched(Kernel kernel) {
    Stmt body = kernel.body();
    new Walk(IndexScope.of(body, LoopType.MOST_LANES), Map.of()).walk(body, 1);
  }

  /** The elements of each buffer of {@code kernel} that it touches, in its order. */
  public static Map<Buffer, Long> of(Kernel kernel) {
    Touched touched = new Touched(kernel);
    Map<Buffer, Long> most = new LinkedHashMap<>();
    for (Buffer b : kernel.buffers()) {
      double named = touched.elements.getOrDefault(b, 0.0);
      most.put(b, (long) Math.min(named, b.size()));
    }
    return most;
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

    /** Counts what {@code s} touches when it runs so many {@code times}. */
    void walk(Stmt s, double times) {
      LoopTree.operands(s).forEach(e -> LoopTree.walk(e, part -> read(part, times)));
      double inner = times;
      if (s instanceof Stmt.For f) {
        inner *= scope.enter(f).most() + 1.0;
      } else if (s instanceof Stmt.Local l) {
        scope.declare(l);
      } else if (s instanceof Stmt.Store t) {
        touch(t.array(), times * scope.lanes(t.value().type()));
      } else if (s instanceof Stmt.Copy c) {
        double count = times * scope.of(c.count()).most();
        touch(c.from(), count);
        touch(c.to(), count);
      } else if (s instanceof Stmt.Fill f) {
        touch(f.array(), times * scope.of(f.count()).most());
      } else if (s instanceof Stmt.Invoke v) {
        walk(v, times);
      }
      for (Stmt child : scope.children(s)) {
        walk(child, inner);
      }
    }

    private void walk(Stmt.Invoke call, double times) {
      Map<Buffer, Buffer> inner = new LinkedHashMap<>();
      for (int i = 0; i < call.arrays().size(); i++) {
        inner.put(call.function().arrays().get(i), known(call.arrays().get(i)));
      }
      new Walk(scope.within(call), inner).walk(call.function().body(), times);
    }

    private void read(Expr e, double times) {
      if (e instanceof Expr.Load l) {
        touch(l.array(), times * scope.lanes(l.type()));
      }
    }

    private void touch(Array array, double count) {
      elements.merge(known(array), count, Double::sum);
    }

    private Buffer known(Array array) {
      return given.getOrDefault(array.buffer(), array.buffer());
    }
  }
}
