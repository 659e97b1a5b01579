package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import java.util.List;

/**
 * The epilogue of the places of a tile, from scratch to the result, where it is none of whole
 * registers ({@link RegisterEpilogue}) or fewer channels are stored than computed.
 */
final class TileFinish {
  private TileFinish() {}

  /**
   * Finishes {@code places} places.
   *
   * @param sums flat, {@code step} from place to place
   * @param y flat, {@code yStep} from place to place
   * @param inY where the first place is in {@code y}
   * @param channel the first channel
   * @param channels how many of them
   */
  static Stmt of(
      KernelBuilder k,
      Buffer sums,
      int step,
      Buffer y,
      Expr inY,
      int yStep,
      int places,
      Expr channel,
      int channels) {
    return Loops.each(
        "p",
        places,
        p ->
            Stmts.loop(
                "c",
                Exprs.intLit(0),
                Exprs.intLit(channels),
                1,
                Stmt.AxisKind.VECTOR,
                c -> {
                  Expr at = Exprs.add(Exprs.add(inY, Exprs.mul(p, yStep)), c);
                  Expr sum = Exprs.load(sums, Exprs.add(Exprs.mul(p, step), c));
                  List<Expr> residuals =
                      k.residuals().stream().map(r -> Exprs.load(r, at)).toList();
                  List<Expr> constants =
                      k.channelConstants().stream()
                          .map(b -> Exprs.load(b, Exprs.add(channel, c)))
                          .toList();
                  return Stmts.store(y, at, k.finish(sum, residuals, constants));
                }));
  }
}
