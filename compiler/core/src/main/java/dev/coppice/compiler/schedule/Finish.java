package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.SharedRegisters;
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
    ElementValue value =
        i -> {
          Expr sum = Exprs.load(o, i);
          return k.finish(
              scaled ? Exprs.add(Exprs.mul(sum, Exprs.ref(factor)), Exprs.ref(offset)) : sum,
              r.stream().map(b -> Exprs.load(b, i)).toList(),
              constants);
        };
    Stmt registers = k.target().vectorApi() ? registers(o, value, Exprs.ref(n)) : null;
    Expr rest = Exprs.mul(Exprs.div(Exprs.ref(n), Exprs.lanes()), Exprs.lanes());
    Stmt elements =
        Stmts.loop(
            "i",
            registers == null ? Exprs.intLit(0) : rest,
            Exprs.ref(n),
            1,
            registers == null ? Stmt.AxisKind.VECTOR : Stmt.AxisKind.PARALLEL,
            i -> Stmts.store(o, i, value.of(i)));
    Stmt body = registers == null ? elements : Stmts.block(registers, elements);
    return new Function("finish", "Applies what follows the sums.", arrays, scalars, body);
  }

  private interface ElementValue {
    /** What is stored for element {@code i}. */
    Expr of(Expr i);
  }

  /** All whole registers of {@code n} elements; null if there is no such thing. */
  private static @Nullable Stmt registers(Buffer o, ElementValue value, Expr n) {
    Var at = new Var("at", LoopType.INT);
    SharedRegisters shared = new SharedRegisters("constant");
    Expr scalar = value.of(Exprs.ref(at));
    List<Stmt> each = new ArrayList<>();
    Expr register = new EpilogueRegisters(e -> leaf(e, shared), shared, each).of(scalar);
    if (register == null) {
      return null;
    }
    each.add(Stmts.store(o, Exprs.ref(at), register));
    List<Stmt> all = new ArrayList<>(shared.declarations());
    all.add(
        Stmts.loop(
            "register",
            Exprs.intLit(0),
            Exprs.div(n, Exprs.lanes()),
            1,
            Stmt.AxisKind.PARALLEL,
            i -> {
              List<Stmt> step = new ArrayList<>();
              step.add(Stmts.local(at, Exprs.mul(i, Exprs.lanes())));
              step.addAll(each);
              return Stmts.block(step);
            }));
    return Stmts.block(all);
  }

  /** Loads as those of registers, and what all elements share in each lane; else null. */
  private static @Nullable Expr leaf(Expr e, SharedRegisters shared) {
    if (e instanceof Expr.Load l && l.type().equals(LoopType.FLOAT)) {
      return Exprs.loadRegister(l.array(), l.index());
    }
    return e instanceof Expr.Ref r && r.type().equals(LoopType.FLOAT)
        ? shared.of(Exprs.broadcast(r, LoopType.REGISTER))
        : null;
  }
}
