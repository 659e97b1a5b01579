package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sums over the non-zero weights of an ungrouped convolution, each a literal in straight code. Zero
 * weights leave no trace. The code is cut into functions within the target's budget of bytecode per
 * method.
 */
final class UnrolledSums implements PlaneSums {
  /** Bytecode of one call of four terms: five array look-ups, four constants, the call. */
  static final int CALL_BYTES = 56;

  private final ConvGeometry g;
  private final PlaneBlocking blocking;
  private final SparseWeights weights;
  private final Optional<Tensor> bias;
  private final int budget;

  UnrolledSums(ConvGeometry g, KernelBuilder k, PlaneBlocking blocking, SparseWeights weights) {
    this.g = g;
    this.blocking = blocking;
    this.weights = weights;
    this.bias = k.inputs() > 2 ? k.constant(2) : Optional.empty();
    this.budget = k.target().methodBytes();
  }

  @Override
  public PlaneBlocking blocking() {
    return blocking;
  }

  @Override
  public String description() {
    return "planes of output places, " + weights.count() + " non-zero weights as literals";
  }

  @Override
  public boolean unrolled() {
    return true;
  }

  @Override
  public Stmt add(
      Buffer p,
      Buffer acc,
      Expr group,
      Expr block,
      boolean first,
      Expr oc0,
      Expr count,
      Expr length) {
    int b = (int) ((Expr.Literal) block).bits();
    Buffer planes = Buffer.planar("p", p.dtype(), Buffer.Role.INPUT, p.rows(), p.length());
    Buffer sums = Buffer.planar("acc", acc.dtype(), Buffer.Role.OUTPUT, acc.rows(), acc.length());
    Var n = new Var("n", LoopType.INT);
    List<Stmt> calls = new ArrayList<>();
    for (int oc = 0; oc < g.oc(); oc++) {
      chain(calls, weights.chains().get(b).get(oc), planes, sums, oc, first, Exprs.ref(n));
    }
    List<Stmt> parts = new ArrayList<>();
    int perPart = Math.max(1, budget / CALL_BYTES);
    for (int from = 0; from < calls.size(); from += perPart) {
      List<Stmt> part = calls.subList(from, Math.min(calls.size(), from + perPart));
      Function f =
          new Function(
              "sparse" + b + "_" + from / perPart,
              "Non-zero weights of input channels from "
                  + b * blocking.icBlock()
                  + ", part "
                  + from / perPart
                  + ".",
              List.of(planes, sums),
              List.of(n),
              Stmts.block(part));
      parts.add(Stmts.invoke(f, List.of(p, acc), List.of(length)));
    }
    return Stmts.block(parts);
  }

  private void chain(
      List<Stmt> calls,
      List<SparseWeights.Term> terms,
      Buffer planes,
      Buffer sums,
      int oc,
      boolean first,
      Expr n) {
    Array o = Exprs.row(sums, Exprs.intLit(oc));
    Expr begin = Exprs.floatLit(bias.isPresent() ? bias.get().floatAt(oc) : 0f);
    if (first && terms.isEmpty()) {
      calls.add(Stmts.fill(o, Exprs.intLit(0), n, begin));
    }
    for (int from = 0; from < terms.size(); from += Axpy.TERMS) {
      List<SparseWeights.Term> some =
          terms.subList(from, Math.min(terms.size(), from + Axpy.TERMS));
      List<Array> arrays =
          some.stream().map(t -> Exprs.row(planes, Exprs.intLit(t.plane()))).toList();
      List<Expr> factors = some.stream().map(t -> Exprs.floatLit(t.weight())).toList();
      calls.add(
          first && from == 0
              ? Axpy.start(o, begin, arrays, factors, n)
              : Axpy.accumulate(o, arrays, factors, n));
    }
  }
}
