package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Convolution with output places as the vector axis. For a tile of the output plane, what each
 * (input channel, kernel element) pair contributes is copied into a scratch plane of its own, so
 * that every output channel is a chain of {@link Axpy} calls over planes that are in the
 * first-level cache; channels are blocked so that they stay there. Depthwise, grouped, strided and
 * dilated forms differ in the copies only.
 */
final class PlaneConv {
  /** Output channels whose sums are kept in scratch at once; more would only leave the cache. */
  private static final int OC_BLOCK = 64;

  private final ConvGeometry g;
  private final KernelBuilder k;
  private final PlaneTiling tiling;
  private final int icBlock;
  private final int blocks;
  private final int ocBlock;
  private final int terms;

  private PlaneConv(ConvGeometry g, KernelBuilder k) {
    this.g = g;
    this.k = k;
    this.tiling = PlaneTiling.of(g, k.target().planeLength());
    int most = Math.max(1, k.target().planes() / g.taps());
    this.icBlock = Loops.balanced(g.groupC(), most);
    this.blocks = Loops.ceilDiv(g.groupC(), icBlock);
    this.terms = icBlock * g.taps();
    this.ocBlock = Loops.balanced(g.groupOc(), OC_BLOCK);
  }

  static Kernel lower(ConvGeometry g, KernelBuilder k) {
    return new PlaneConv(g, k).kernel();
  }

  private Kernel kernel() {
    Buffer x = k.input(0, "x");
    Buffer y = k.output(0, "y");
    Buffer w = k.weights("w", packed(k.constant(1).orElseThrow()));
    Buffer b = k.inputs() > 2 ? k.input(2, "b") : null;
    Buffer p =
        k.scratchRows("p", g.dtype(), Math.max(terms, k.residuals().size()), tiling.tileLength());
    Buffer acc = k.scratchRows("acc", g.dtype(), ocBlock, tiling.tileLength());
    Stmt body =
        Loops.each(
            "n",
            g.n(),
            n ->
                Loops.each(
                    "g",
                    g.group(),
                    group ->
                        Loops.blocked(
                            "oc0",
                            g.groupOc(),
                            ocBlock,
                            (oc0, ocCount) ->
                                tiling.tiles(
                                    (t, rows, length) ->
                                        tile(
                                            x, y, w, b, p, acc, n, group, oc0, ocCount, t, rows,
                                            length)))));
    return k.build("conv", ConvSchedules.comment(g, "planes of output places"), body);
  }

  private Stmt tile(
      Buffer x,
      Buffer y,
      Buffer w,
      @Nullable Buffer b,
      Buffer p,
      Buffer acc,
      Expr n,
      Expr group,
      Expr oc0,
      Expr ocCount,
      Expr t,
      Expr rows,
      Expr length) {
    List<Stmt> body = new ArrayList<>();
    Expr firstC = Exprs.add(Exprs.mul(n, g.c()), Exprs.mul(group, g.groupC()));
    Expr firstO = Exprs.add(Exprs.mul(group, g.groupOc()), oc0);
    body.add(gather(x, p, firstC, Exprs.intLit(0), t, rows, length));
    body.add(
        Loops.each(
            "oc",
            ocCount,
            oc -> {
              Expr bias =
                  b == null
                      ? Exprs.literal(LoopType.of(g.dtype()), 0)
                      : Exprs.load(b, Exprs.add(firstO, oc));
              return sums(w, p, acc, group, Exprs.intLit(0), oc0, oc, bias, length);
            }));
    if (blocks > 1) {
      body.add(
          Stmts.loop(
              "cb",
              Exprs.intLit(1),
              Exprs.intLit(blocks),
              1,
              Stmt.AxisKind.REDUCE,
              cb ->
                  Stmts.block(
                      gather(x, p, firstC, cb, t, rows, length),
                      Loops.each(
                          "oc",
                          ocCount,
                          oc -> sums(w, p, acc, group, cb, oc0, oc, null, length)))));
    }
    body.add(
        Loops.each(
            "oc",
            ocCount,
            oc -> {
              Expr channel = Exprs.add(Exprs.add(Exprs.mul(n, g.oc()), firstO), oc);
              Expr at = Exprs.add(Exprs.mul(channel, g.outPlane()), tiling.offset(t));
              return Finish.plane(k, Exprs.row(acc, oc), p, y, at, length);
            }));
    return Stmts.block(body);
  }

  private Stmt sums(
      Buffer w,
      Buffer p,
      Buffer acc,
      Expr group,
      Expr block,
      Expr oc0,
      Expr oc,
      @Nullable Expr bias,
      Expr length) {
    Var at = new Var("wAt", LoopType.INT);
    Expr row = Exprs.add(Exprs.mul(group, blocks), block);
    Expr first = Exprs.mul(Exprs.add(Exprs.add(Exprs.mul(row, g.groupOc()), oc0), oc), terms);
    Axpy.Terms pairs =
        new Axpy.Terms() {
          @Override
          public Array array(Expr term) {
            return Exprs.row(p, term);
          }

          @Override
          public Expr weight(Expr term) {
            return Exprs.load(w, Exprs.add(Exprs.ref(at), term));
          }
        };
    return Stmts.block(
        Stmts.local(at, first), Axpy.sum(Exprs.row(acc, oc), bias, terms, pairs, length));
  }

  /**
   * Copies the places that each (input channel, kernel element) of block {@code cb} contributes to
   * the tile into their planes.
   */
  private Stmt gather(Buffer x, Buffer p, Expr firstC, Expr cb, Expr t, Expr rows, Expr length) {
    Expr c0 = Exprs.mul(cb, icBlock);
    boolean ragged = g.groupC() % icBlock != 0;
    Expr count =
        ragged
            ? Exprs.min(Exprs.intLit(icBlock), Exprs.sub(Exprs.intLit(g.groupC()), c0))
            : Exprs.intLit(icBlock);
    Stmt copies =
        Loops.each(
            "ic",
            count,
            ic -> {
              Expr plane = Exprs.mul(Exprs.add(Exprs.add(firstC, c0), ic), g.inPlane());
              return tiling.taps(x, p, plane, Exprs.mul(ic, g.taps()), t, rows, length);
            });
    if (!ragged) {
      return copies;
    }
    Stmt zeros =
        Stmts.loop(
            "r",
            Exprs.mul(count, g.taps()),
            Exprs.intLit(terms),
            1,
            Stmt.AxisKind.PARALLEL,
            r ->
                Stmts.fill(
                    Exprs.row(p, r),
                    Exprs.intLit(0),
                    length,
                    Exprs.literal(LoopType.of(g.dtype()), 0)));
    return Stmts.block(copies, zeros);
  }

  /**
   * Weights in reading order: [group, block of input channels, output channel, input channel in
   * block, tap], zero beyond the last channel.
   */
  private Tensor packed(Tensor w) {
    if (blocks == 1) {
      return w.reshape(Shape.of(w.size()));
    }
    int perGroup = g.groupOc() * g.groupC() * g.taps();
    int size = g.group() * blocks * g.groupOc() * terms;
    return Packing.gather(
        w,
        size,
        i -> {
          int term = i % terms;
          int oc = i / terms % g.groupOc();
          int block = i / terms / g.groupOc() % blocks;
          int group = i / terms / g.groupOc() / blocks;
          int ic = block * icBlock + term / g.taps();
          return ic < g.groupC()
              ? group * perGroup + (oc * g.groupC() + ic) * g.taps() + term % g.taps()
              : -1;
        });
  }
}
