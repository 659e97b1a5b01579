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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Delivers a finished plane: applies the epilogue to it in place, residuals copied beside it first,
 * and copies it to the result.
 */
final class Finish {
  private Finish() {}

  /** Copies a residual's elements to where the plane has them. */
  interface Fetch {
    /** Statements that copy from {@code residual} into {@code spare}. */
    Stmt apply(Buffer residual, Array spare);
  }

  /**
   * Statements that deliver {@code n} consecutive elements of {@code plane} to {@code y[at ..]}.
   *
   * @param spare planar scratch with at least {@code k.residuals().size()} rows that are free by
   *     now
   */
  static Stmt row(KernelBuilder k, Array plane, Buffer spare, Buffer y, Expr at, Expr n) {
    Expr zero = Exprs.intLit(0);
    return plane(
        k,
        plane,
        null,
        List.of(),
        spare,
        (residual, to) -> Stmts.copy(residual, at, to, zero, n),
        Stmts.copy(plane, zero, y, at, n),
        n);
  }

  /**
   * Statements that finish the {@code n} elements of {@code plane} and then {@code deliver} them.
   *
   * @param scaling applied to the sums first, if not null
   * @param channel values of the channel constants of the epilogue
   * @param spare planar scratch with at least {@code k.residuals().size()} rows that are free by
   *     now
   * @param fetch copies a residual into a row of {@code spare}
   */
  static Stmt plane(
      KernelBuilder k,
      Array plane,
      PlaneSums.@Nullable Scaling scaling,
      List<Expr> channel,
      Buffer spare,
      Fetch fetch,
      Stmt deliver,
      Expr n) {
    List<Stmt> body = new ArrayList<>();
    if (k.hasEpilogue() || scaling != null) {
      List<Array> arrays = new ArrayList<>(List.of(plane));
      List<Buffer> residuals = k.residuals();
      for (int r = 0; r < residuals.size(); r++) {
        Array copy = Exprs.row(spare, Exprs.intLit(r));
        body.add(fetch.apply(residuals.get(r), copy));
        arrays.add(copy);
      }
      List<Expr> scalars = new ArrayList<>();
      if (scaling != null) {
        scalars.addAll(List.of(scaling.factor(), scaling.offset()));
      }
      scalars.addAll(channel);
      scalars.add(n);
      List<LoopType> types = channel.stream().map(Expr::type).toList();
      body.add(
          Stmts.invoke(
              function(k, plane, residuals.size(), types, scaling != null), arrays, scalars));
    }
    body.add(deliver);
    return Stmts.block(body);
  }

  private static Function function(
      KernelBuilder k, Array plane, int residuals, List<LoopType> channel, boolean scaled) {
    LoopType type = LoopType.of(plane.dtype());
    Buffer o = Buffer.row("o", plane.dtype(), Buffer.Role.OUTPUT, 0);
    List<Buffer> r =
        IntStream.range(0, residuals)
            .mapToObj(i -> Buffer.row("r" + i, plane.dtype(), Buffer.Role.INPUT, 0))
            .toList();
    List<Buffer> arrays = new ArrayList<>(List.of(o));
    arrays.addAll(r);
    Var factor = new Var("factor", type);
    Var offset = new Var("offset", type);
    List<Var> each =
        IntStream.range(0, channel.size()).mapToObj(i -> new Var("c" + i, channel.get(i))).toList();
    List<Expr> constants = each.stream().map(Exprs::ref).toList();
    Var n = new Var("n", LoopType.INT);
    List<Var> scalars = new ArrayList<>(scaled ? List.of(factor, offset) : List.of());
    scalars.addAll(each);
    scalars.add(n);
    Stmt body =
        Stmts.loop(
            "i",
            Exprs.intLit(0),
            Exprs.ref(n),
            1,
            Stmt.AxisKind.VECTOR,
            i -> {
              Expr sum = Exprs.load(o, i);
              Expr value =
                  scaled ? Exprs.add(Exprs.mul(sum, Exprs.ref(factor)), Exprs.ref(offset)) : sum;
              return Stmts.store(
                  o, i, k.finish(value, r.stream().map(b -> Exprs.load(b, i)).toList(), constants));
            });
    return new Function("finish", "Applies what follows the sums.", arrays, scalars, body);
  }
}
