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
 * w[t, c] * x[offset[t] + p]} over the terms of the block that channel {@code c} is in, for a few
 * registers of neighbouring places at a time and one block after the other, the sums in registers
 * until the last term. What the channels of a block share is loaded once. Elsen, Dukhan, Gale and
 * Simonyan, Fast Sparse ConvNets, 2020.
 *
 * @param rows channels of a block
 * @param vectors registers of places
 * @param strip whether the input is a {@link SparseStrip}, whose registers do not overlap
 * @param epilogue what is done with the sums before they are stored
 */
record SparseTile(int rows, int vectors, boolean strip, @Nullable RegisterEpilogue epilogue) {
  /** Most sums of a tile: machines with 16 registers need the others for operands. */
  private static final int MOST_SUMS = 12;

  /** More registers of places than these are read from too much memory. */
  private static final int MOST_VECTORS = 7;

  private static final LoopType REGISTER = LoopType.FLOAT.times(LoopType.REGISTER);

  /** Most registers of places for blocks of so many channels. */
  static int mostVectors(int rows) {
    return Math.min(MOST_VECTORS, MOST_SUMS / rows);
  }

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
   * @param blocks number of blocks
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
      int blocks) {}

  /**
   * The terms of all blocks, one behind the other.
   *
   * @param ends where the terms of block i begin, at i, and end, at i + 1
   * @param offsets what is added to a place of the input
   * @param w factors, those of the channels of a block side by side
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
        List.of(o.yAt, Exprs.intLit(o.yStep), o.xAt, o.last, Exprs.intLit(o.blocks)));
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
    private final Var blocks = new Var("blocks", LoopType.INT);
  }

  private Function function() {
    Parameters f = new Parameters();
    List<Buffer> arrays = new ArrayList<>(List.of(f.y, f.x, f.ends, f.offsets, f.w, f.bias));
    if (epilogue != null) {
      arrays.addAll(epilogue.parameters());
    }
    return new Function(
        "sparse"
            + rows
            + "x"
            + vectors
            + (strip ? "OfStrip" : "")
            + (epilogue == null ? "" : "Finish"),
        "y = sums of w * x over the terms of each "
            + (rows == 1 ? "channel, " : rows + " channels, ")
            + vectors
            + " registers of places.",
        arrays,
        List.of(f.yAt, f.yStep, f.xAt, f.last, f.blocks),
        Stmts.loop(
            "block",
            Exprs.intLit(0),
            Exprs.ref(f.blocks),
            1,
            Stmt.AxisKind.PARALLEL,
            block -> block(f, block)));
  }

  private Stmt block(Parameters f, Expr block) {
    List<Stmt> body = new ArrayList<>();
    Var[][] sums = new Var[rows][vectors];
    for (int r = 0; r < rows; r++) {
      Expr bias = Exprs.load(f.bias, channel(block, r));
      Var first = new Var("first" + r, REGISTER);
      body.add(Stmts.local(first, Exprs.broadcast(bias, LoopType.REGISTER)));
      for (int v = 0; v < vectors; v++) {
        sums[r][v] = new Var("sum" + r + "_" + v, REGISTER);
        body.add(Stmts.local(sums[r][v], Exprs.ref(first)));
      }
    }
    body.add(
        Stmts.loop(
            "t",
            Exprs.load(f.ends, block),
            Exprs.load(f.ends, Exprs.add(block, 1)),
            1,
            Stmt.AxisKind.REDUCE,
            t -> term(f, t, sums)));
    for (int r = 0; r < rows; r++) {
      body.add(store(f, channel(block, r), sums[r]));
    }
    return Stmts.block(body);
  }

  private Expr channel(Expr block, int r) {
    return Exprs.add(Exprs.mul(block, rows), r);
  }

  private Stmt store(Parameters f, Expr c, Var[] sums) {
    Var to = new Var("to", LoopType.INT);
    SharedRegisters constants = new SharedRegisters("constant");
    List<Stmt> stores = new ArrayList<>();
    for (int v = 0; v < vectors; v++) {
      Expr at = Exprs.add(Exprs.ref(to), place(v, vectors, Exprs.ref(f.last)));
      stores.add(RegisterEpilogue.store(epilogue, f.y, at, Exprs.ref(sums[v]), c, constants));
    }
    List<Stmt> body = new ArrayList<>();
    body.add(Stmts.local(to, Exprs.add(Exprs.ref(f.yAt), Exprs.mul(c, Exprs.ref(f.yStep)))));
    body.addAll(constants.declarations());
    body.addAll(stores);
    return Stmts.block(body);
  }

  private Stmt term(Parameters f, Expr t, Var[][] sums) {
    Var at = new Var("at", LoopType.INT);
    List<Stmt> body = new ArrayList<>();
    body.add(Stmts.local(at, Exprs.add(Exprs.ref(f.xAt), Exprs.load(f.offsets, t))));
    List<Expr> factors = new ArrayList<>();
    for (int r = 0; r < rows; r++) {
      Var factor = new Var("factor" + r, REGISTER);
      Expr w = Exprs.load(f.w, channel(t, r));
      body.add(Stmts.local(factor, Exprs.broadcast(w, LoopType.REGISTER)));
      factors.add(Exprs.ref(factor));
    }
    for (int v = 0; v < vectors; v++) {
      Expr place = strip ? Exprs.mul(Exprs.lanes(), v) : place(v, vectors, Exprs.ref(f.last));
      Expr x = Exprs.loadRegister(f.x, Exprs.add(Exprs.ref(at), place));
      if (rows > 1) {
        Var shared = new Var("x" + v, REGISTER);
        body.add(Stmts.local(shared, x));
        x = Exprs.ref(shared);
      }
      for (int r = 0; r < rows; r++) {
        Expr sum = Exprs.call(Intrinsic.MUL_ADD, x, factors.get(r), Exprs.ref(sums[r][v]));
        body.add(Stmts.assign(sums[r][v], sum));
      }
    }
    return Stmts.block(body);
  }

  /** Places from the first register to register {@code v}, of which {@code last} is the last. */
  static Expr place(int v, int vectors, Expr last) {
    if (v == 0) {
      return Exprs.intLit(0);
    }
    return v < vectors - 1 ? Exprs.mul(Exprs.lanes(), v) : last;
  }
}
