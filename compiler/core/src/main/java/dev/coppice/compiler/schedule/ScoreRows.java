package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows of scores exponentials, in registers: {@code s = exp(s + mask - m)} with {@code m} the
 * maximum of the row, and {@code factor = 1 / sum(s)} of each row.
 *
 * @param rows of a block
 * @param n scores of a row
 * @param maskStep elements of the mask from a score to the next, 0 or 1
 * @param maskPitch elements of the mask from a row to the next
 */
record ScoreRows(int rows, int n, int maskStep, int maskPitch) {
  private static final Buffer S = Buffer.flat("s", DType.FLOAT32, Buffer.Role.OUTPUT, 0);
  private static final Buffer FACTOR = Buffer.flat("factor", DType.FLOAT32, Buffer.Role.OUTPUT, 0);
  private static final Buffer MASK = Buffer.flat("mask", DType.FLOAT32, Buffer.Role.INPUT, 0);
  private static final Var MASK_AT = new Var("maskAt", LoopType.INT);

  /**
   * The call for a block; {@code maskAt} is where the mask of its first row is, if there is one.
   */
  Stmt call(Buffer scores, Buffer factors, @Nullable Buffer mask, Expr maskAt) {
    List<Array> arrays = new ArrayList<>(List.of(scores, factors));
    List<Buffer> parameters = new ArrayList<>(List.of(S, FACTOR));
    if (mask != null) {
      arrays.add(mask);
      parameters.add(MASK);
    }
    Function function =
        new Function(
            "exponentials",
            "s = exp(s" + (mask == null ? "" : " + mask") + " - maximum of the row); its sums.",
            parameters,
            List.of(MASK_AT),
            Loops.each("i", rows, i -> row(i, mask != null)));
    return Stmts.invoke(function, arrays, List.of(maskAt));
  }

  private Stmt row(Expr i, boolean masked) {
    RunReduction.Element score =
        (j, lanes) -> {
          Expr s = Exprs.loadVector(S, Exprs.add(Exprs.mul(i, n), j), lanes);
          return masked ? Exprs.add(s, mask(i, j, lanes)) : s;
        };
    RunReduction most =
        new RunReduction("most", BinaryOp.MAX, Double.NEGATIVE_INFINITY, LoopType.FLOAT, true);
    Var sums = new Var("sums", LoopType.FLOAT.times(LoopType.REGISTER));
    Var sum = new Var("sum", LoopType.FLOAT);
    Expr whole = Exprs.div(Exprs.intLit(n), Exprs.lanes());
    List<Stmt> body = new ArrayList<>(most.statements(n, score));
    body.add(Stmts.local(sums, Exprs.literal(sums.type(), 0)));
    body.add(
        add(
            "r",
            Exprs.intLit(0),
            whole,
            sums,
            r -> Exprs.mul(r, Exprs.lanes()),
            i,
            score,
            most.result()));
    body.add(Stmts.local(sum, Exprs.reduce(BinaryOp.ADD, Exprs.ref(sums))));
    if (n % LoopType.MOST_LANES > 0) {
      Expr first = Exprs.mul(whole, Exprs.lanes());
      body.add(add("j", first, Exprs.intLit(n), sum, j -> j, i, score, most.result()));
    }
    body.add(Stmts.store(FACTOR, i, Exprs.div(Exprs.floatLit(1), Exprs.ref(sum))));
    return new Stmt.Block(body);
  }

  /** Stores exponentials, and adds them to {@code sum}. */
  private Stmt add(
      String name,
      Expr from,
      Expr to,
      Var sum,
      UnaryOperator<Expr> index,
      Expr i,
      RunReduction.Element score,
      Var most) {
    Var p = new Var("p" + name, sum.type());
    return Stmts.loop(
        name,
        from,
        to,
        1,
        Stmt.AxisKind.REDUCE,
        r -> {
          Expr s = score.at(index.apply(r), sum.type().lanes());
          Expr less = Exprs.sub(s, RunReduction.like(Exprs.ref(most), s));
          return Stmts.block(
              Stmts.local(p, Exprs.call(Intrinsic.EXP, less)),
              Stmts.store(S, Exprs.add(Exprs.mul(i, n), index.apply(r)), Exprs.ref(p)),
              Stmts.assign(sum, Exprs.add(Exprs.ref(sum), Exprs.ref(p))));
        });
  }

  private Expr mask(Expr i, Expr j, int lanes) {
    Expr at = Exprs.add(Exprs.ref(MASK_AT), Exprs.mul(i, maskPitch));
    return maskStep == 1
        ? Exprs.loadVector(MASK, Exprs.add(at, j), lanes)
        : lanes == 1 ? Exprs.load(MASK, at) : Exprs.broadcast(Exprs.load(MASK, at), lanes);
  }
}
