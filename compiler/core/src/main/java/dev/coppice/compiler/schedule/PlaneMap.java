package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Costs;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A small constant matrix times a vector of planes: each result is a chain of {@link Axpy} calls
 * over the planes that its row does not weigh with zero.
 *
 * @param matrix rows, each with a factor for every plane
 */
record PlaneMap(double[][] matrix) {
  /**
   * All results.
   *
   * @param x planes
   * @param o where result {@code i} goes; none of {@code x}
   * @param offset what is added to each result
   * @param n elements of each plane
   */
  Stmt apply(IntFunction<Array> x, IntFunction<Array> o, Expr offset, Expr n) {
    List<Stmt> body = new ArrayList<>();
    for (int i = 0; i < matrix.length; i++) {
      body.add(row(matrix[i], x, o.apply(i), offset, n));
    }
    return Stmts.block(body);
  }

  private static Stmt row(double[] factors, IntFunction<Array> x, Array o, Expr offset, Expr n) {
    LoopType type = LoopType.of(o.dtype());
    List<Stmt> calls = new ArrayList<>();
    List<Array> planes = new ArrayList<>();
    List<Expr> weights = new ArrayList<>();
    for (int j = 0; j < factors.length; j++) {
      if (factors[j] != 0) {
        planes.add(x.apply(j));
        weights.add(Exprs.literal(type, factors[j]));
      }
    }
    for (int from = 0; from < planes.size(); from += Axpy.TERMS) {
      int to = Math.min(from + Axpy.TERMS, planes.size());
      calls.add(
          from == 0
              ? Axpy.start(o, offset, planes.subList(0, to), weights.subList(0, to), n)
              : Axpy.accumulate(o, planes.subList(from, to), weights.subList(from, to), n));
    }
    return Stmts.block(calls);
  }

  /** Predicted nanoseconds of {@link #apply} to planes of {@code length} elements. */
  double nanos(Costs costs, int length) {
    double nanos = 0;
    for (double[] row : matrix) {
      int terms = 0;
      for (double factor : row) {
        terms += factor == 0 ? 0 : 1;
      }
      nanos += Loops.ceilDiv(terms, Axpy.TERMS) * costs.call() + terms * costs.term() * length;
    }
    return nanos;
  }
}
