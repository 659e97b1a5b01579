package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.Candidate;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import java.util.List;

/** Matrix product by definition, for integers and empty sums: one sum after the other. */
final class DirectMatMul {
  private DirectMatMul() {}

  /** Of use where no other schedule applies. */
  static List<Candidate> candidates(MatMulGeometry g, KernelBuilder k) {
    if (RowMatMul.applies(g)) {
      return List.of();
    }
    return List.of(
        new Candidate(
            "definition",
            g.macs() * k.target().costs().strided(),
            0,
            MatMulOperands.weightBytes(k),
            () -> lower(g, k)));
  }

  private static Kernel lower(MatMulGeometry g, KernelBuilder k) {
    Buffer a = k.input(0, "a");
    Buffer b = k.input(1, "b");
    Buffer y = k.output(0, "y");
    Buffer bias = k.inputs() > 2 ? k.input(2, "bias") : null;
    Var sum = new Var("sum", LoopType.of(g.dtype()));
    Stmt body =
        MatMulBatches.each(
            g,
            (ai, bi, yi) ->
                Stmts.loop(
                    "m",
                    g.m(),
                    m ->
                        Stmts.loop(
                            "n",
                            g.n(),
                            n -> {
                              Expr aAt = Exprs.mul(Exprs.add(Exprs.mul(ai, g.m()), m), g.k());
                              Expr bAt = Exprs.mul(bi, g.k() * g.n());
                              Expr yAt =
                                  Exprs.add(
                                      Exprs.mul(Exprs.add(Exprs.mul(yi, g.m()), m), g.n()), n);
                              return Stmts.block(
                                  Stmts.local(
                                      sum,
                                      bias == null
                                          ? Exprs.literal(sum.type(), 0)
                                          : Exprs.load(bias, n)),
                                  Stmts.reduceLoop(
                                      "j",
                                      g.k(),
                                      j -> {
                                        Expr at = Exprs.add(Exprs.add(bAt, Exprs.mul(j, g.n())), n);
                                        Expr product =
                                            Exprs.mul(
                                                Exprs.load(a, Exprs.add(aAt, j)),
                                                Exprs.load(b, at));
                                        return Stmts.assign(
                                            sum, Exprs.add(Exprs.ref(sum), product));
                                      }),
                                  Stmts.store(y, yAt, k.finish(Exprs.ref(sum), yAt)));
                            })));
    return k.build("matMul", MatMulSchedules.comment(g, "definition"), body);
  }
}
