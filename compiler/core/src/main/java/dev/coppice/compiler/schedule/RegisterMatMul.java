package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.Candidate;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Costs;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.schedule.RegisterTile.Start;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Matrix product by {@link RegisterTile}: a block of columns of b at a time, so that it stays in
 * the cache while all rows of a go past it. A constant b has its rows in arrays of their own; of a
 * computed one, blocks are copied into scratch.
 */
final class RegisterMatMul {
  /** Columns of a block: a few tiles. */
  private static final int N_BLOCK = 96;

  /** Rows of a computed b that are in scratch at once. */
  private static final int K_BLOCK = 256;

  /** Rows of a whose sums are in scratch at once. */
  private static final int M_BLOCK = 256;

  private static final int FEWEST_COLUMNS = 16;

  /** Fewer rows read b too often for what they compute: {@link RowMatMul} streams it. */
  private static final int FEWEST_ROWS = 3;

  private final MatMulGeometry g;
  private final KernelBuilder k;
  private final MatMulOperands x;
  private final boolean constant;
  private final int mBlock;
  private final int kBlock;
  private final int nBlock;

  private RegisterMatMul(MatMulGeometry g, KernelBuilder k) {
    this.g = g;
    this.k = k;
    this.x = MatMulOperands.of(g, k);
    this.constant = MatMulOperands.inRows(g, k);
    this.mBlock = Loops.balanced(g.m(), M_BLOCK);
    this.kBlock = constant ? g.k() : Loops.balanced(g.k(), K_BLOCK);
    this.nBlock = nBlock(g.n());
  }

  /** Whether there are registers, and columns to fill one. */
  private static boolean applies(MatMulGeometry g, KernelBuilder k) {
    return RowMatMul.applies(g)
        && k.target().vectorApi()
        && g.dtype() == DType.FLOAT32
        && g.m() >= FEWEST_ROWS
        && (MatMulOperands.inRows(g, k)
            ? g.n() >= FEWEST_COLUMNS && leastColumns(g.n(), nBlock(g.n())) >= FEWEST_COLUMNS
            : g.n() >= FEWEST_COLUMNS / 2 && k.inputs() == 2);
  }

  static List<Candidate> candidates(MatMulGeometry g, KernelBuilder k) {
    if (!applies(g, k)) {
      return List.of();
    }
    return List.of(
        new Candidate(
            "registers",
            nanos(g, k),
            0,
            MatMulOperands.weightBytes(k),
            () -> new RegisterMatMul(g, k).kernel()));
  }

  private static double nanos(MatMulGeometry g, KernelBuilder k) {
    Costs costs = k.target().costs();
    boolean constant = MatMulOperands.inRows(g, k);
    int most = RegisterTile.MOST_ROWS;
    int nBlock = nBlock(g.n());
    double blocks = Math.ceil(g.n() / (double) nBlock);
    double kBlocks = constant ? 1 : Math.ceil(g.k() / (double) K_BLOCK);
    int rest = g.m() % most;
    long places = (long) (g.m() - rest) * computed(most, nBlock);
    places += rest == 0 ? 0 : (long) rest * computed(rest, nBlock);
    double sums = blocks * g.k() * places;
    double calls = blocks * kBlocks * Math.ceil(g.m() / (double) most);
    double passes = constant ? 0 : Math.ceil(g.m() / (double) M_BLOCK);
    double copies = passes * g.k() * (g.n() * costs.copy() + blocks * costs.call());
    double deliver = (double) g.m() * g.n() * costs.copy();
    return g.batch().size() * (sums * costs.blocked() + calls * costs.call() + copies + deliver);
  }

  private static int computed(int rows, int places) {
    return RegisterTile.of(rows, places, Start.RESULT).computed(places);
  }

  private Kernel kernel() {
    int room = RegisterTile.room(nBlock);
    int spareRows = Math.max(constant ? 0 : kBlock, k.residuals().size());
    Buffer acc = k.scratchRows("acc", g.dtype(), mBlock, room);
    Buffer spare = spareRows == 0 ? acc : k.scratchRows("p", g.dtype(), spareRows, room);
    Stmt body =
        MatMulBatches.each(
            g,
            (ai, bi, yi) ->
                Loops.blocked(
                    "m0",
                    g.m(),
                    mBlock,
                    (m0, mCount) ->
                        Loops.blocked(
                            "n0",
                            g.n(),
                            nBlock,
                            (n0, nCount) -> {
                              Expr firstA = Exprs.add(Exprs.mul(ai, g.m()), m0);
                              Expr firstY = Exprs.add(Exprs.mul(yi, g.m()), m0);
                              return Stmts.block(
                                  sums(acc, spare, firstA, bi, n0, nCount, mCount),
                                  x.finish(acc, spare, firstY, mCount, n0, nCount));
                            })));
    return k.build(
        "matMul",
        MatMulSchedules.comment(g, "registers of columns" + (constant ? "" : " of copied rows")),
        body);
  }

  private Stmt sums(
      Buffer acc, Buffer spare, Expr firstA, Expr bi, Expr n0, Expr nCount, Expr mCount) {
    Start start = x.bias() == null ? Start.ZERO : Start.PLACE_BIAS;
    if (constant) {
      return rows(
          mCount,
          (rows, m) ->
              RegisterTile.of(rows, nBlock, start)
                  .byRows()
                  .exact(leastColumns(g.n(), nBlock))
                  .call(
                      operands(
                          x.b(), x.bias(), acc, firstA, m, Exprs.intLit(0), g.k(), n0, nCount)));
    }
    List<Stmt> body = new ArrayList<>();
    for (int k0 = 0; k0 < g.k(); k0 += kBlock) {
      int from = k0;
      int count = Math.min(kBlock, g.k() - k0);
      Expr firstB = Exprs.add(Exprs.mul(bi, g.k()), from);
      body.add(x.copyRows(spare, firstB, Exprs.intLit(count), n0, nCount));
      body.add(
          rows(
              mCount,
              (rows, m) ->
                  RegisterTile.of(rows, nBlock, from == 0 ? Start.ZERO : Start.RESULT)
                      .byRows()
                      .call(
                          operands(
                              spare,
                              null,
                              acc,
                              firstA,
                              m,
                              Exprs.intLit(from),
                              count,
                              Exprs.intLit(0),
                              nCount))));
    }
    return Stmts.block(body);
  }

  /** The widest block of which the last one fills a register, too. */
  private static int nBlock(int n) {
    int most = Loops.balanced(n, N_BLOCK);
    int block = most;
    while (block > N_BLOCK / 2 && leastColumns(n, block) < FEWEST_COLUMNS) {
      block--;
    }
    return leastColumns(n, block) < FEWEST_COLUMNS ? most : block;
  }

  /** Columns of the narrowest block. */
  private static int leastColumns(int n, int block) {
    return n % block == 0 ? block : n % block;
  }

  private RegisterTile.Operands operands(
      Buffer p,
      @Nullable Buffer bias,
      Buffer acc,
      Expr firstA,
      Expr m,
      Expr firstK,
      int terms,
      Expr pAt,
      Expr nCount) {
    Expr at = Exprs.add(Exprs.mul(Exprs.add(firstA, m), g.k()), firstK);
    return new RegisterTile.Operands(
        p,
        Exprs.intLit(terms),
        pAt,
        x.a(),
        at,
        Exprs.intLit(g.k()),
        acc,
        m,
        bias,
        pAt,
        nCount,
        null);
  }

  private interface RowsBody {
    Stmt apply(int rows, Expr m);
  }

  /** All rows of a block of a, in groups of as many as a tile has and the rest. */
  private static Stmt rows(Expr mCount, RowsBody body) {
    int most = RegisterTile.MOST_ROWS;
    if (mCount instanceof Expr.Literal l) {
      int count = (int) l.bits();
      List<Stmt> all = new ArrayList<>();
      if (count >= most) {
        all.add(Loops.each("mt", count / most, t -> body.apply(most, Exprs.mul(t, most))));
      }
      if (count % most > 0) {
        all.add(body.apply(count % most, Exprs.intLit(count / most * most)));
      }
      return Stmts.block(all);
    }
    Expr tiles = Exprs.div(mCount, Exprs.intLit(most));
    return Stmts.block(
        Loops.each("mt", tiles, t -> body.apply(most, Exprs.mul(t, most))),
        Stmts.loop(
            "m", Exprs.mul(tiles, most), mCount, 1, Stmt.AxisKind.PARALLEL, m -> body.apply(1, m)));
  }
}
