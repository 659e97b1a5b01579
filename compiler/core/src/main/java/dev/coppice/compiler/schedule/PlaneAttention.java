package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.Candidate;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Costs;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Attention with queries side by side: a block of queries is transposed into planes, one for each
 * column, and the scores of a key are a plane, so that sums, maxima and exponentials walk planes at
 * one index ({@link Axpy}). Keys, values and mask are read where they are.
 */
final class PlaneAttention {
  /** Queries of a block: their scores stay in the cache between the two products. */
  private static final int BLOCK = 128;

  private final AttentionGeometry g;
  private final KernelBuilder k;
  private final int block;
  private final LoopType type;
  private final Buffer q;
  private final Buffer key;
  private final Buffer value;
  private final Buffer y;
  private final Buffer planes;
  private final Buffer scores;
  private final @Nullable Buffer powers;

  private PlaneAttention(AttentionGeometry g, KernelBuilder k) {
    this.g = g;
    this.k = k;
    this.block = Loops.balanced(g.m(), BLOCK);
    this.type = LoopType.of(g.dtype());
    this.q = k.input(0, "q");
    this.key = k.input(1, "k");
    this.value = k.input(2, "v");
    this.y = k.output(0, "y");
    this.planes = k.scratchRows("p", g.dtype(), g.d() + 3, block);
    this.scores = k.scratchRows("scores", g.dtype(), g.n(), block);
    this.powers =
        PlaneExp.applies(k, g.dtype()) ? k.scratchRows("powers", DType.INT32, 1, block) : null;
  }

  static List<Candidate> candidates(AttentionGeometry g, KernelBuilder k) {
    return List.of(
        new Candidate("planes", nanos(g, k), 0, 0, () -> new PlaneAttention(g, k).kernel()));
  }

  private static double nanos(AttentionGeometry g, KernelBuilder k) {
    Costs costs = k.target().costs();
    double heads = (double) g.b() * g.h();
    double blocks = Loops.ceilDiv(g.m(), BLOCK);
    double calls = blocks * g.n() * (g.d() + g.e()) / Axpy.TERMS;
    double moved = (double) g.m() * (g.d() + g.e());
    double scores = (double) g.m() * g.n();
    // An exponential is two dozen operations, which the JIT's vectorizer takes in part.
    return g.macs() * costs.term()
        + heads * (calls * costs.call() + moved * costs.strided() + 12 * scores * costs.strided());
  }

  /** The sums of a plane begin with this plane of those beside the queries. */
  private Array most() {
    return Exprs.row(planes, Exprs.intLit(g.d()));
  }

  private Array sum() {
    return Exprs.row(planes, Exprs.intLit(g.d() + 1));
  }

  private Array result() {
    return Exprs.row(planes, Exprs.intLit(g.d() + 2));
  }

  private Kernel kernel() {
    Stmt body =
        g.outputType().shape().size() == 0
            ? Stmts.block()
            : Loops.each(
                "b",
                g.b(),
                b ->
                    Loops.each(
                        "head",
                        g.h(),
                        head ->
                            Loops.blocked(
                                "i0", g.m(), block, (i0, count) -> block(b, head, i0, count))));
    return k.build("attention", g.comment("planes of queries"), body);
  }

  private Stmt block(Expr b, Expr head, Expr i0, Expr count) {
    return Stmts.block(
        transposeQueries(Exprs.add(g.first(b, head, g.m(), g.d()), inRows(i0, g.d())), count),
        Stmts.loop("j", g.n(), j -> score(b, head, i0, j, count)),
        exponentials(count),
        Stmts.loop("c", g.e(), c -> deliver(b, head, i0, c, count)));
  }

  private Expr inRows(Expr row, int width) {
    return Exprs.mul(row, g.step(width));
  }

  private Stmt transposeQueries(Expr from, Expr count) {
    return Stmts.loop(
        "t",
        g.d(),
        t ->
            Loops.each(
                "i",
                count,
                i ->
                    Stmts.store(
                        Exprs.row(planes, t),
                        i,
                        Exprs.load(q, Exprs.add(Exprs.add(from, inRows(i, g.d())), t)))));
  }

  /** The scores of key {@code j}. */
  private Stmt score(Expr b, Expr head, Expr i0, Expr j, Expr count) {
    Expr from = Exprs.add(g.first(b, head, g.n(), g.d()), inRows(j, g.d()));
    Array row = Exprs.row(scores, j);
    Axpy.Terms terms =
        new Axpy.Terms() {
          @Override
          public Array array(Expr term) {
            return Exprs.row(planes, term);
          }

          @Override
          public Expr weight(Expr term) {
            return Exprs.load(key, Exprs.add(from, term));
          }
        };
    Expr zero = Exprs.literal(type, 0);
    if (!g.isMasked()) {
      return Axpy.sum(row, zero, g.d(), terms, count);
    }
    Buffer mask = k.input(3, "mask");
    Expr inMask = Exprs.add(g.maskAt(b, head, i0), Exprs.mul(j, g.maskStep()));
    if (!g.isMaskedByRow()) {
      return Axpy.sum(row, Exprs.load(mask, inMask), g.d(), terms, count);
    }
    int pitch = g.mask().dim(3);
    return Stmts.block(
        Axpy.sum(row, zero, g.d(), terms, count),
        Loops.each(
            "mi",
            count,
            i ->
                Stmts.store(
                    row,
                    i,
                    Exprs.add(
                        Exprs.load(row, i),
                        Exprs.load(mask, Exprs.add(inMask, Exprs.mul(i, pitch)))))));
  }

  /** Makes scores exponentials, and their sums factors. */
  private Stmt exponentials(Expr count) {
    Expr zero = Exprs.intLit(0);
    return Stmts.block(
        Stmts.fill(most(), zero, count, Exprs.literal(type, Double.NEGATIVE_INFINITY)),
        eachKey(
            "ja",
            row ->
                each(
                    "ia",
                    count,
                    most(),
                    i -> Exprs.max(Exprs.load(most(), i), Exprs.load(row, i)))),
        Stmts.fill(sum(), zero, count, Exprs.literal(type, 0)),
        eachKey(
            "jb",
            row ->
                Stmts.block(
                    exponential(row, count),
                    each(
                        "ic",
                        count,
                        sum(),
                        i -> Exprs.add(Exprs.load(sum(), i), Exprs.load(row, i))))),
        each("id", count, sum(), i -> Exprs.div(Exprs.literal(type, 1), Exprs.load(sum(), i))));
  }

  private Stmt exponential(Array row, Expr count) {
    return powers == null
        ? each(
            "ib",
            count,
            row,
            i -> Exprs.call(Intrinsic.EXP, Exprs.sub(Exprs.load(row, i), Exprs.load(most(), i))))
        : PlaneExp.call(row, most(), Exprs.row(powers, Exprs.intLit(0)), count);
  }

  private Stmt eachKey(String var, Function<Array, Stmt> body) {
    return Stmts.loop(
        var,
        Exprs.intLit(0),
        Exprs.intLit(g.n()),
        1,
        Stmt.AxisKind.REDUCE,
        j -> body.apply(Exprs.row(scores, j)));
  }

  private static Stmt each(String var, Expr count, Array to, Function<Expr, Expr> value) {
    return Stmts.loop(
        var,
        Exprs.intLit(0),
        count,
        1,
        Stmt.AxisKind.VECTOR,
        i -> Stmts.store(to, i, value.apply(i)));
  }

  /** Column {@code c} of the result for all queries of the block. */
  private Stmt deliver(Expr b, Expr head, Expr i0, Expr c, Expr count) {
    Expr from = Exprs.add(g.first(b, head, g.n(), g.e()), c);
    Expr to = Exprs.add(Exprs.add(g.first(b, head, g.m(), g.e()), inRows(i0, g.e())), c);
    Axpy.Terms terms =
        new Axpy.Terms() {
          @Override
          public Array array(Expr term) {
            return Exprs.row(scores, term);
          }

          @Override
          public Expr weight(Expr term) {
            return Exprs.load(value, Exprs.add(from, inRows(term, g.e())));
          }
        };
    List<Stmt> body = new ArrayList<>();
    body.add(Axpy.sum(result(), Exprs.literal(type, 0), g.n(), terms, count));
    body.add(
        Loops.each(
            "iy",
            count,
            i ->
                Stmts.store(
                    y,
                    Exprs.add(to, inRows(i, g.e())),
                    Exprs.mul(Exprs.load(result(), i), Exprs.load(sum(), i)))));
    return Stmts.block(body);
  }
}
