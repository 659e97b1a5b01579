package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.div;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.loadVector;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.local;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.schedule.RunReduction;
import java.util.ArrayList;
import java.util.List;

/**
 * Mean and variance of a run of consecutive elements, in two passes; or only its mean square.
 *
 * @param x where the run is
 * @param base its first element
 * @param length its elements, at least 1
 * @param centred whether there is a mean, else squares are those of the elements themselves
 * @param registers whether elements come in registers
 */
record RunMoments(Buffer x, Expr base, int length, boolean centred, boolean registers) {
  private LoopType type() {
    return LoopType.of(x.dtype());
  }

  /** The mean, after {@link #statements}. */
  Expr mean() {
    return ref(new Var("mean", type()));
  }

  /**
   * The sum of squared differences from the mean, if there is one, divided by the length, after
   * {@link #statements}.
   */
  Expr variance() {
    return div(ref(new Var("squares", type())), literal(type(), length));
  }

  List<Stmt> statements() {
    RunReduction sum = new RunReduction("sum", BinaryOp.ADD, 0, type(), registers);
    RunReduction squares = new RunReduction("squares", BinaryOp.ADD, 0, type(), registers);
    List<Stmt> out = new ArrayList<>();
    Var mean = new Var("mean", type());
    if (centred) {
      out.addAll(sum.statements(length, RunReduction.of(x, base)));
      out.add(local(mean, div(ref(sum.result()), literal(type(), length))));
    }
    out.addAll(
        squares.statements(
            length,
            (i, lanes) -> {
              Expr v = loadVector(x, add(base, i), lanes);
              Expr d = centred ? sub(v, RunReduction.like(ref(mean), v)) : v;
              return mul(d, d);
            }));
    return out;
  }
}
