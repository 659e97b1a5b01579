package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The microkernel of dense float code where there are registers to name: {@code o[r][i] = sum of
 * w[r, t] * p[t][i]} for a few rows and a few registers of places at a time, all sums in registers
 * until the last term. Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication,
 * 2008.
 *
 * @param rows rows of results whose sums are in registers at once
 * @param vectors registers of places for each
 * @param start from what the sums start
 * @param packed whether the factors of a term lie one behind the other, {@code w[t][r]}; otherwise
 *     those of a row do
 * @param overlapped whether the last places are computed twice where their number is no multiple of
 *     a tile; otherwise rows have room for whole tiles
 */
record RegisterTile(int rows, int vectors, Start start, boolean packed, boolean overlapped) {
  /** Most lanes of a register. */
  private static final int MOST_LANES = 16;

  /** From what sums start. */
  enum Start {
    /** What is in {@code o}. */
    RESULT,
    /** One number for each row. */
    ROW_BIAS,
    /** One number for each place. */
    PLACE_BIAS,
    ZERO
  }

  /** Most rows at once: 8 rows of 2 registers leave room for the operands in 32 or 16 registers. */
  static final int MOST_ROWS = 8;

  /** The tile for so many rows: fewer rows take more registers each. */
  static RegisterTile of(int rows, Start start) {
    return new RegisterTile(rows, rows > 4 ? 2 : rows > 2 ? 4 : 6, start, true, false);
  }

  /** This tile with factors that lie row by row. */
  RegisterTile byRows() {
    return new RegisterTile(rows, vectors, start, false, overlapped);
  }

  /** This tile for rows of exactly {@code places}, at least {@link #MOST_LANES}. */
  RegisterTile exact(int places) {
    return new RegisterTile(
        rows, Math.max(1, Math.min(vectors, places / MOST_LANES)), start, packed, true);
  }

  /** {@code places} rounded up so that whole tiles of any machine fit. */
  static int room(int places) {
    int most = 6 * MOST_LANES;
    return Loops.ceilDiv(places, most) * most;
  }

  /**
   * Where the operands are.
   *
   * @param p planar: a row for each term
   * @param firstTerm the row of the first
   * @param terms number of terms
   * @param pAt the place of {@code p} that is place 0 of {@code o}, of {@code bias} too
   * @param w flat: the factors
   * @param wAt the first of them
   * @param wRow distance of the first factors of two rows, unless packed
   * @param o planar: a row for each result
   * @param firstRow the row of the first
   * @param bias flat, for a start that reads it
   * @param biasAt its first element
   * @param n places
   */
  record Operands(
      Buffer p,
      Expr firstTerm,
      Expr terms,
      Expr pAt,
      Buffer w,
      Expr wAt,
      Expr wRow,
      Buffer o,
      Expr firstRow,
      @Nullable Buffer bias,
      Expr biasAt,
      Expr n) {}

  /** The call that computes the tile of these operands. */
  Stmt call(Operands x) {
    boolean biased = start == Start.ROW_BIAS || start == Start.PLACE_BIAS;
    List<Array> arrays = new ArrayList<>(List.of(x.o, x.p, x.w));
    if (biased) {
      arrays.add(x.bias);
    }
    List<Expr> scalars =
        new ArrayList<>(List.of(x.firstRow, x.firstTerm, x.terms, x.pAt, x.wAt, x.n));
    if (!packed) {
      scalars.add(x.wRow);
    }
    if (biased) {
      scalars.add(x.biasAt);
    }
    return Stmts.invoke(function(), arrays, scalars);
  }

  private Function function() {
    Parameters f = new Parameters();
    List<Buffer> arrays = new ArrayList<>(List.of(f.o, f.p, f.w));
    List<Var> scalars = new ArrayList<>(List.of(f.row, f.term, f.terms, f.pAt, f.wAt, f.n));
    if (!packed) {
      scalars.add(f.wRow);
    }
    if (start == Start.ROW_BIAS || start == Start.PLACE_BIAS) {
      arrays.add(f.bias);
      scalars.add(f.biasAt);
    }
    Expr width = Exprs.mul(Exprs.lanes(), vectors);
    Expr n = Exprs.ref(f.n);
    Expr tiles = Exprs.div(Exprs.sub(Exprs.add(n, width), Exprs.intLit(1)), width);
    Stmt body =
        Stmts.loop(
            "tile",
            Exprs.intLit(0),
            tiles,
            1,
            Stmt.AxisKind.PARALLEL,
            tile -> {
              Expr at = Exprs.mul(tile, width);
              return tile(f, overlapped ? Exprs.min(at, Exprs.sub(n, width)) : at);
            });
    String from =
        switch (start) {
          case RESULT -> "Add";
          case ROW_BIAS -> "Rows";
          case PLACE_BIAS -> "Places";
          case ZERO -> "";
        };
    return new Function(
        "tile"
            + rows
            + "x"
            + vectors
            + from
            + (packed ? "" : "ByRows")
            + (overlapped ? "Exact" : ""),
        "o = sums of w * p, " + rows + " rows by " + vectors + " registers at a time.",
        arrays,
        scalars,
        body);
  }

  /** The parameters of the function. */
  private static final class Parameters {
    private final Buffer o = Buffer.planar("o", DType.FLOAT32, Buffer.Role.OUTPUT, 0, 0);
    private final Buffer p = Buffer.planar("p", DType.FLOAT32, Buffer.Role.INPUT, 0, 0);
    private final Buffer w = Buffer.flat("w", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Buffer bias = Buffer.flat("bias", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Var row = new Var("row", LoopType.INT);
    private final Var term = new Var("term", LoopType.INT);
    private final Var terms = new Var("terms", LoopType.INT);
    private final Var pAt = new Var("pAt", LoopType.INT);
    private final Var wAt = new Var("wAt", LoopType.INT);
    private final Var wRow = new Var("wRow", LoopType.INT);
    private final Var n = new Var("n", LoopType.INT);
    private final Var biasAt = new Var("biasAt", LoopType.INT);
  }

  private Stmt tile(Parameters f, Expr from) {
    LoopType register = LoopType.FLOAT.times(LoopType.REGISTER);
    Var at = new Var("at", LoopType.INT);
    List<Stmt> body = new ArrayList<>(List.of(Stmts.local(at, from)));
    Var[][] sums = new Var[rows][vectors];
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        sums[r][v] = new Var("sum" + r + "_" + v, register);
        body.add(Stmts.local(sums[r][v], first(f, r, place(at, v))));
      }
    }
    body.add(
        Stmts.loop(
            "t",
            Exprs.intLit(0),
            Exprs.ref(f.terms),
            1,
            Stmt.AxisKind.REDUCE,
            t -> term(f, at, sums, t, register)));
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        body.add(Stmts.store(row(f, r), place(at, v), Exprs.ref(sums[r][v])));
      }
    }
    return Stmts.block(body);
  }

  private Stmt term(Parameters f, Var at, Var[][] sums, Expr t, LoopType register) {
    List<Stmt> body = new ArrayList<>();
    int vectors = sums[0].length;
    Var[] x = new Var[vectors];
    for (int v = 0; v < vectors; v++) {
      x[v] = new Var("x" + v, register);
      Array plane = Exprs.row(f.p, Exprs.add(Exprs.ref(f.term), t));
      body.add(
          Stmts.local(x[v], Exprs.loadRegister(plane, Exprs.add(Exprs.ref(f.pAt), place(at, v)))));
    }
    for (int r = 0; r < rows; r++) {
      Var w = new Var("w" + r, register);
      Expr factor =
          packed
              ? Exprs.add(Exprs.add(Exprs.ref(f.wAt), Exprs.mul(t, rows)), r)
              : Exprs.add(Exprs.add(Exprs.ref(f.wAt), Exprs.mul(Exprs.ref(f.wRow), r)), t);
      body.add(Stmts.local(w, Exprs.broadcast(Exprs.load(f.w, factor), LoopType.REGISTER)));
      for (int v = 0; v < vectors; v++) {
        body.add(
            Stmts.assign(
                sums[r][v],
                Exprs.call(
                    Intrinsic.MUL_ADD, Exprs.ref(w), Exprs.ref(x[v]), Exprs.ref(sums[r][v]))));
      }
    }
    return Stmts.block(body);
  }

  private Expr first(Parameters f, int r, Expr at) {
    return switch (start) {
      case RESULT -> Exprs.loadRegister(row(f, r), at);
      case ROW_BIAS ->
          Exprs.broadcast(Exprs.load(f.bias, Exprs.add(Exprs.ref(f.biasAt), r)), LoopType.REGISTER);
      case PLACE_BIAS -> Exprs.loadRegister(f.bias, Exprs.add(Exprs.ref(f.biasAt), at));
      case ZERO -> Exprs.broadcast(Exprs.floatLit(0), LoopType.REGISTER);
    };
  }

  private static Array row(Parameters f, int r) {
    return Exprs.row(f.o, Exprs.add(Exprs.ref(f.row), r));
  }

  private static Expr place(Var at, int v) {
    return Exprs.add(Exprs.ref(at), Exprs.mul(Exprs.lanes(), v));
  }
}
