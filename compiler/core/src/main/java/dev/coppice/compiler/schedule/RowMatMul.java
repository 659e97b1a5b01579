package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.Candidate;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Costs;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Matrix product by rows of b: {@code y[m] += a[m,k] * b[k]} as {@link Axpy} calls. A constant b
 * has its rows in arrays of their own; rows of a computed b are copied into scratch, a block of k
 * and n at a time. Several rows of a share one pass over the rows of b.
 */
final class RowMatMul {
  /** Rows of a that share a pass over b. */
  private static final int M_BLOCK = 16;

  /** Columns and rows that are worth a thread. */
  private static final int LEAST_COLUMNS = 64;

  private static final int LEAST_ROWS = 4;

  private final MatMulGeometry g;
  private final KernelBuilder k;
  private final MatMulOperands x;
  private final boolean constant;
  private final int mBlock;
  private final int kBlock;
  private final int nBlock;

  private RowMatMul(MatMulGeometry g, KernelBuilder k) {
    this.g = g;
    this.k = k;
    this.constant = MatMulOperands.inRows(g, k);
    int rows = Loops.balanced(g.m(), M_BLOCK);
    int threads = k.target().threads();
    int batch = g.batch().size();
    this.kBlock = constant ? g.k() : Loops.balanced(g.k(), k.target().planes());
    this.nBlock =
        constant
            ? new Shares(batch * Loops.ceilDiv(g.m(), rows), threads).divisor(g.n(), LEAST_COLUMNS)
            : nBlock(g, k);
    this.mBlock =
        new Shares(batch * Loops.ceilDiv(g.n(), nBlock), threads).block(g.m(), rows, 1, LEAST_ROWS);
    this.x = MatMulOperands.of(g, k, constant ? nBlock : g.n());
  }

  /** Whether there are floats to add up. */
  static boolean applies(MatMulGeometry g) {
    return (g.dtype() == DType.FLOAT32 || g.dtype() == DType.FLOAT64)
        && g.k() > 0
        && g.outShape().size() > 0;
  }

  static List<Candidate> candidates(MatMulGeometry g, KernelBuilder k) {
    if (!applies(g)) {
      return List.of();
    }
    return List.of(
        new Candidate(
            "rows",
            nanos(g, k),
            0,
            MatMulOperands.weightBytes(k),
            () -> new RowMatMul(g, k).kernel()));
  }

  private static double nanos(MatMulGeometry g, KernelBuilder k) {
    Costs costs = k.target().costs();
    boolean constant = MatMulOperands.inRows(g, k);
    double blocks = Math.ceil(g.n() / (double) nBlock(g, k));
    double calls = blocks * g.m() * Math.ceil(g.k() / (double) Axpy.TERMS);
    double passes = constant ? 0 : Math.ceil(g.m() / (double) M_BLOCK);
    double copies = passes * g.k() * (g.n() * costs.copy() + blocks * costs.call());
    double deliver = (double) g.m() * g.n() * costs.copy();
    double rows =
        Math.ceil(g.m() / (double) M_BLOCK) * PanelCost.of(k).loaded(MatMulOperands.weightBytes(k));
    return g.macs() * costs.term()
        + g.batch().size() * (calls * costs.call() + copies + deliver + rows);
  }

  private static int nBlock(MatMulGeometry g, KernelBuilder k) {
    return MatMulOperands.inRows(g, k)
        ? g.n()
        : Loops.balanced(g.n(), 2 * k.target().planeLength());
  }

  private Kernel kernel() {
    int residuals = k.residuals().size();
    int spareRows = constant ? residuals : Math.max(kBlock, residuals);
    Buffer acc = k.scratchRows("acc", g.dtype(), mBlock, nBlock);
    Buffer spare = spareRows == 0 ? acc : k.scratchRows("p", g.dtype(), spareRows, nBlock);
    Stmt body =
        MatMulBatches.each(
            g,
            (ai, bi, yi) ->
                Loops.blocked(
                    "n0",
                    g.n(),
                    nBlock,
                    (n0, nCount) ->
                        Loops.blocked(
                            "m0",
                            g.m(),
                            mBlock,
                            (m0, mCount) -> {
                              List<Stmt> tile = new ArrayList<>();
                              tile.add(
                                  Loops.each(
                                      "m", mCount, m -> begin(Exprs.row(acc, m), n0, nCount)));
                              tile.add(
                                  Loops.blocked(
                                      "k0",
                                      g.k(),
                                      kBlock,
                                      (k0, kCount) -> {
                                        Stmt sums =
                                            sums(
                                                r -> constant ? x.row(r, n0) : Exprs.row(spare, r),
                                                acc,
                                                Exprs.mul(
                                                    Exprs.add(Exprs.mul(ai, g.m()), m0), g.k()),
                                                k0,
                                                kCount,
                                                mCount,
                                                nCount);
                                        return constant
                                            ? sums
                                            : Stmts.block(
                                                x.copyRows(
                                                    spare,
                                                    Exprs.add(Exprs.mul(bi, g.k()), k0),
                                                    kCount,
                                                    n0,
                                                    nCount),
                                                sums);
                                      }));
                              Expr firstY = Exprs.add(Exprs.mul(yi, g.m()), m0);
                              tile.add(x.finish(acc, spare, firstY, mCount, n0, nCount));
                              return Stmts.block(tile);
                            })));
    return k.build(
        "matMul", MatMulSchedules.comment(g, constant ? "rows of b" : "copied rows of b"), body);
  }

  private Stmt begin(Array row, Expr n0, Expr nCount) {
    return x.bias() == null
        ? Stmts.fill(row, Exprs.intLit(0), nCount, Exprs.literal(LoopType.of(g.dtype()), 0))
        : Stmts.copy(x.bias(), n0, row, Exprs.intLit(0), nCount);
  }

  /**
   * Adds terms {@code k0 .. k0+kCount} to the sums of the block's rows; {@code aAt} is where row m0
   * of a starts.
   */
  private Stmt sums(
      Function<Expr, Array> rows,
      Buffer acc,
      Expr aAt,
      Expr k0,
      Expr kCount,
      Expr mCount,
      Expr nCount) {
    int block = kCount instanceof Expr.Literal l ? (int) l.bits() : -1;
    if (block < 0) {
      return Stmts.loop(
          "k",
          Exprs.intLit(0),
          kCount,
          1,
          Stmt.AxisKind.REDUCE,
          at -> Loops.each("m", mCount, m -> terms(rows, acc, aAt, m, k0, at, 1, nCount)));
    }
    int full = block / Axpy.TERMS * Axpy.TERMS;
    List<Stmt> body = new ArrayList<>();
    if (full > 0) {
      body.add(
          Stmts.loop(
              "k",
              Exprs.intLit(0),
              Exprs.intLit(full),
              Axpy.TERMS,
              Stmt.AxisKind.REDUCE,
              at ->
                  Loops.each(
                      "m", mCount, m -> terms(rows, acc, aAt, m, k0, at, Axpy.TERMS, nCount))));
    }
    if (block > full) {
      body.add(
          Loops.each(
              "m",
              mCount,
              m -> terms(rows, acc, aAt, m, k0, Exprs.intLit(full), block - full, nCount)));
    }
    return Stmts.block(body);
  }

  private Stmt terms(
      Function<Expr, Array> rows,
      Buffer acc,
      Expr aAt,
      Expr m,
      Expr k0,
      Expr at,
      int count,
      Expr nCount) {
    Axpy.Terms terms =
        new Axpy.Terms() {
          @Override
          public Array array(Expr term) {
            return rows.apply(term);
          }

          @Override
          public Expr weight(Expr term) {
            Expr row = Exprs.add(aAt, Exprs.mul(m, g.k()));
            return Exprs.load(x.a(), Exprs.add(Exprs.add(row, k0), term));
          }
        };
    return Axpy.accumulate(
        Exprs.row(acc, m), terms.arrays(at, count), terms.weights(at, count), nCount);
  }
}
