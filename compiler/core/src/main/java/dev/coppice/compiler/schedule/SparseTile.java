package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.SharedRegisters;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The microkernel of float code whose weights are mostly zero: {@code y[c, p] = bias[c] + sum of
 * w[t] * x[offset[t] + p]} over the terms of channel {@code c}, for a few registers of neighbouring
 * places at a time and one channel after the other, the sums in registers until the last term.
 * Elsen, Dukhan, Gale and Simonyan, Fast Sparse ConvNets, 2020.
 *
 * @param vectors registers of places
 * @param epilogue what is done with the sums before they are stored
 */
record SparseTile(int vectors, @Nullable RegisterEpilogue epilogue) {
  /** Most registers of a tile: machines with 16 of them need the others for operands. */
  static final int MOST_VECTORS = 7;

  private static final LoopType REGISTER = LoopType.FLOAT.times(LoopType.REGISTER);

  /**
   * Where the operands are; all are flat.
   *
   * @param y results
   * @param yAt the first place of channel 0
   * @param yStep distance of two channels
   * @param x inputs
   * @param xAt the first place, where the offset is 0
   * @param terms the streams
   * @param bias one number for each channel
   * @param last places from the first register to the last, which may overlap the one before
   * @param channels number of channels
   */
  record Operands(
      Buffer y,
      Expr yAt,
      int yStep,
      Buffer x,
      Expr xAt,
      Streams terms,
      Buffer bias,
      Expr last,
      int channels) {}

  /**
   * The terms of all channels, one behind the other.
   *
   * @param ends where the terms of channel c begin, at c, and end, at c + 1
   * @param offsets what is added to a place of the input
   * @param w factors
   */
  record Streams(Buffer ends, Buffer offsets, Buffer w) {}

  /** The call that computes the tile of these operands. */
  Stmt call(Operands o) {
    List<Array> arrays =
        new ArrayList<>(List.of(o.y, o.x, o.terms.ends, o.terms.offsets, o.terms.w, o.bias));
    if (epilogue != null) {
      arrays.addAll(epilogue.arguments());
    }
    return Stmts.invoke(
        function(),
        arrays,
        List.of(o.yAt, Exprs.intLit(o.yStep), o.xAt, o.last, Exprs.intLit(o.channels)));
  }

  /** The parameters of the function. */
  private static final class Parameters {
    private final Buffer y = Buffer.flat("y", DType.FLOAT32, Buffer.Role.OUTPUT, 0);
    private final Buffer x = Buffer.flat("x", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Buffer ends = Buffer.flat("ends", DType.INT32, Buffer.Role.INPUT, 0);
    private final Buffer offsets = Buffer.flat("offsets", DType.INT32, Buffer.Role.INPUT, 0);
    private final Buffer w = Buffer.flat("w", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Buffer bias = Buffer.flat("bias", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Var yAt = new Var("yAt", LoopType.INT);
    private final Var yStep = new Var("yStep", LoopType.INT);
    private final Var xAt = new Var("xAt", LoopType.INT);
    private final Var last = new Var("last", LoopType.INT);
    private final Var channels = new Var("channels", LoopType.INT);
  }

  private Function function() {
    Parameters f = new Parameters();
    List<Buffer> arrays = new ArrayList<>(List.of(f.y, f.x, f.ends, f.offsets, f.w, f.bias));
    if (epilogue != null) {
      arrays.addAll(epilogue.parameters());
    }
    return new Function(
        "sparse" + vectors + (epilogue == null ? "" : "Finish"),
        "y = sums of w * x over the terms of each channel, " + vectors + " registers of places.",
        arrays,
        List.of(f.yAt, f.yStep, f.xAt, f.last, f.channels),
        Stmts.loop(
            "c",
            Exprs.intLit(0),
            Exprs.ref(f.channels),
            1,
            Stmt.AxisKind.PARALLEL,
            c -> channel(f, c)));
  }

  private Stmt channel(Parameters f, Expr c) {
    Var first = new Var("first", REGISTER);
    Var to = new Var("to", LoopType.INT);
    List<Stmt> body = new ArrayList<>();
    body.add(Stmts.local(to, Exprs.add(Exprs.ref(f.yAt), Exprs.mul(c, Exprs.ref(f.yStep)))));
    body.add(Stmts.local(first, Exprs.broadcast(Exprs.load(f.bias, c), LoopType.REGISTER)));
    Var[] sums = new Var[vectors];
    for (int v = 0; v < vectors; v++) {
      sums[v] = new Var("sum" + v, REGISTER);
      body.add(Stmts.local(sums[v], Exprs.ref(first)));
    }
    body.add(
        Stmts.loop(
            "t",
            Exprs.load(f.ends, c),
            Exprs.load(f.ends, Exprs.add(c, 1)),
            1,
            Stmt.AxisKind.REDUCE,
            t -> term(f, t, sums)));
    SharedRegisters constants = new SharedRegisters("constant");
    List<Stmt> stores = new ArrayList<>();
    for (int v = 0; v < vectors; v++) {
      Expr at = Exprs.add(Exprs.ref(to), place(f, v));
      Expr sum = Exprs.ref(sums[v]);
      stores.add(RegisterEpilogue.store(epilogue, f.y, at, sum, c, constants));
    }
    body.addAll(constants.declarations());
    body.addAll(stores);
    return Stmts.block(body);
  }

  private Stmt term(Parameters f, Expr t, Var[] sums) {
    Var at = new Var("at", LoopType.INT);
    Var factor = new Var("factor", REGISTER);
    List<Stmt> body = new ArrayList<>();
    body.add(Stmts.local(at, Exprs.add(Exprs.ref(f.xAt), Exprs.load(f.offsets, t))));
    body.add(Stmts.local(factor, Exprs.broadcast(Exprs.load(f.w, t), LoopType.REGISTER)));
    for (int v = 0; v < vectors; v++) {
      Expr x = Exprs.loadRegister(f.x, Exprs.add(Exprs.ref(at), place(f, v)));
      Expr sum = Exprs.ref(sums[v]);
      body.add(Stmts.assign(sums[v], Exprs.call(Intrinsic.MUL_ADD, x, Exprs.ref(factor), sum)));
    }
    return Stmts.block(body);
  }

  private Expr place(Parameters f, int v) {
    if (v == 0) {
      return Exprs.intLit(0);
    }
    return v < vectors - 1 ? Exprs.mul(Exprs.lanes(), v) : Exprs.ref(f.last);
  }
}
