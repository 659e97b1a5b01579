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
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
 * @param taps how many terms are written out one behind the other where a table says which plane
 *     each reads, and from which place on; 0 without a table
 * @param overlapped whether the last places are computed twice where their number is no multiple of
 *     a tile; otherwise rows have room for whole tiles
 */
record RegisterTile(
    int rows, int vectors, Start start, boolean packed, int taps, boolean overlapped) {
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

  /** Most rows at once: with 3 registers each there is room for the operands in 32 registers. */
  static final int MOST_ROWS = 8;

  /** Most taps that are written out: HotSpot gives up on more vector operations in a method. */
  private static final int MOST_TAPS = 3;

  /** The tile for so many rows of so many places: fewer rows take more registers each. */
  static RegisterTile of(int rows, int places, Start start) {
    int vectors = rows > 4 ? vectors(places) : rows > 2 ? 4 : 6;
    return new RegisterTile(rows, vectors, start, true, 0, false);
  }

  /** Three registers for each of many rows are a tenth faster than two, if they are filled. */
  private static int vectors(int places) {
    int three = Loops.ceilDiv(places, 3 * LoopType.MOST_LANES) * 3 * LoopType.MOST_LANES;
    int two = Loops.ceilDiv(places, 2 * LoopType.MOST_LANES) * 2 * LoopType.MOST_LANES;
    return 0.9 * three <= two ? 3 : 2;
  }

  /** Whether the sums take more registers than machines with those of 256 bits have. */
  private boolean isWide() {
    return rows > 4 && vectors > 2;
  }

  /** This tile with factors that lie row by row. */
  RegisterTile byRows() {
    return new RegisterTile(rows, vectors, start, false, taps, overlapped);
  }

  /** This tile with terms that are taps of fewer planes. */
  RegisterTile ofTaps(Taps all) {
    int count = all.offset.size();
    int written = 1;
    for (int n = 2; n <= MOST_TAPS && !isWide(); n++) {
      written = count % n == 0 ? n : written;
    }
    return new RegisterTile(rows, vectors, start, packed, written, overlapped);
  }

  /** This tile for rows of exactly {@code places}, at least {@link LoopType#MOST_LANES}. */
  RegisterTile exact(int places) {
    return new RegisterTile(
        rows,
        Math.max(1, Math.min(vectors, places / LoopType.MOST_LANES)),
        start,
        packed,
        taps,
        true);
  }

  /** Places that are computed for {@code places} of them: whole tiles of the widest registers. */
  int computed(int places) {
    int width = vectors * LoopType.MOST_LANES;
    return Loops.ceilDiv(places, width) * width;
  }

  /** {@code places} rounded up so that whole tiles of any machine fit, however many rows. */
  static int room(int places) {
    int room = 0;
    for (int rows = 1; rows <= MOST_ROWS; rows++) {
      room = Math.max(room, of(rows, places, Start.ZERO).computed(places));
    }
    return room;
  }

  /**
   * Where the operands are.
   *
   * @param p planar: a row for each term; with taps, the planes that they are in
   * @param terms number of terms
   * @param pAt the place of {@code p} that is place 0 of {@code o}; with taps the table says it
   * @param w flat: the factors
   * @param wAt the first of them
   * @param wRow distance of the first factors of two rows, unless packed
   * @param o planar: a row for each result
   * @param firstRow the row of the first
   * @param bias flat, for a start that reads it
   * @param biasAt its first element
   * @param n places
   * @param places {@link Taps#table}, for taps
   */
  record Operands(
      Buffer p,
      Expr terms,
      Expr pAt,
      Buffer w,
      Expr wAt,
      Expr wRow,
      Buffer o,
      Expr firstRow,
      @Nullable Buffer bias,
      Expr biasAt,
      Expr n,
      @Nullable Buffer places) {}

  /**
   * Where taps are.
   *
   * @param planes planes of each input channel
   * @param plane which of them each tap reads
   * @param offset what is added to its places
   */
  record Taps(int planes, List<Integer> plane, List<Integer> offset) {
    /** What a tile reads for {@code channels}: the plane of each term, and its offset in it. */
    Tensor table(int channels) {
      int taps = plane.size();
      TensorType type = TensorType.of(DType.INT32, 2 * channels * taps);
      return Tensor.fromLongs(
          type,
          i -> {
            int tap = i / 2 % taps;
            int channel = i / 2 / taps;
            return i % 2 == 0 ? channel * planes + plane.get(tap) : offset.get(tap);
          });
    }
  }

  /** The call that computes the tile of these operands. */
  Stmt call(Operands x) {
    Stmt call =
        Stmts.invoke(
            function(),
            arrays(x.o, x.p, x.w, x.bias, x.places),
            scalars(x.firstRow, x.terms, x.pAt, x.wAt, x.wRow, x.biasAt, x.n));
    return isWide()
        ? Stmts.when(Exprs.eq(Exprs.lanes(), Exprs.intLit(8)), narrow().call(x), call)
        : call;
  }

  private RegisterTile narrow() {
    return new RegisterTile(rows, 2, start, packed, taps, overlapped);
  }

  private Function function() {
    Parameters f = new Parameters();
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
            + (taps > 0 ? "Taps" + taps : "")
            + (overlapped ? "Exact" : ""),
        "o = sums of w * p, " + rows + " rows by " + vectors + " registers at a time.",
        arrays(f.o, f.p, f.w, f.bias, f.places),
        scalars(f.row, f.terms, f.pAt, f.wAt, f.wRow, f.biasAt, f.n),
        body);
  }

  private boolean isBiased() {
    return start == Start.ROW_BIAS || start == Start.PLACE_BIAS;
  }

  /** Those arrays that this tile has for operands. */
  private <T> List<T> arrays(T o, T p, T w, @Nullable T bias, @Nullable T places) {
    List<T> all = new ArrayList<>(List.of(o, p, w));
    if (isBiased()) {
      all.add(Objects.requireNonNull(bias));
    }
    if (taps > 0) {
      all.add(Objects.requireNonNull(places));
    }
    return all;
  }

  /** Those numbers that this tile has for operands. */
  private <T> List<T> scalars(T firstRow, T terms, T pAt, T wAt, T wRow, T biasAt, T n) {
    List<T> all = new ArrayList<>(List.of(firstRow, terms));
    if (taps == 0) {
      all.add(pAt);
    }
    all.add(wAt);
    if (!packed) {
      all.add(wRow);
    }
    if (isBiased()) {
      all.add(biasAt);
    }
    all.add(n);
    return all;
  }

  /** The parameters of the function. */
  private static final class Parameters {
    private final Buffer o = Buffer.planar("o", DType.FLOAT32, Buffer.Role.OUTPUT, 0, 0);
    private final Buffer p = Buffer.planar("p", DType.FLOAT32, Buffer.Role.INPUT, 0, 0);
    private final Buffer w = Buffer.flat("w", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Buffer bias = Buffer.flat("bias", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Var row = new Var("row", LoopType.INT);
    private final Var terms = new Var("terms", LoopType.INT);
    private final Var pAt = new Var("pAt", LoopType.INT);
    private final Var wAt = new Var("wAt", LoopType.INT);
    private final Var wRow = new Var("wRow", LoopType.INT);
    private final Var n = new Var("n", LoopType.INT);
    private final Var biasAt = new Var("biasAt", LoopType.INT);
    private final Buffer places = Buffer.flat("places", DType.INT32, Buffer.Role.INPUT, 0);
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
            Math.max(1, taps),
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
    Expr first = Exprs.ref(f.wAt);
    if (taps == 0) {
      Array plane = Exprs.row(f.p, t);
      Expr factors = packed ? Exprs.add(first, Exprs.mul(t, rows)) : Exprs.add(first, t);
      return Stmts.block(products(f, plane, Exprs.ref(f.pAt), at, factors, 0, sums, "", register));
    }
    List<Stmt> body = new ArrayList<>();
    for (int k = 0; k < taps; k++) {
      Expr entry = Exprs.mul(Exprs.add(t, k), 2);
      Array plane = Exprs.row(f.p, Exprs.load(f.places, entry));
      Var offset = new Var("offset" + k, LoopType.INT);
      body.add(Stmts.local(offset, Exprs.load(f.places, Exprs.add(entry, 1))));
      Expr factors = Exprs.add(first, Exprs.mul(t, rows));
      body.addAll(
          products(f, plane, Exprs.ref(offset), at, factors, k * rows, sums, k + "_", register));
    }
    return Stmts.block(body);
  }

  /**
   * Adds to all sums what one plane contributes, its place 0 at {@code place}; its factors are
   * {@code skip} behind {@code factors}.
   */
  private List<Stmt> products(
      Parameters f,
      Array plane,
      Expr place,
      Var at,
      Expr factors,
      int skip,
      Var[][] sums,
      String suffix,
      LoopType register) {
    List<Stmt> body = new ArrayList<>();
    Var[] x = new Var[vectors];
    for (int v = 0; v < vectors; v++) {
      x[v] = new Var("x" + suffix + v, register);
      body.add(Stmts.local(x[v], Exprs.loadRegister(plane, Exprs.add(place, place(at, v)))));
    }
    for (int r = 0; r < rows; r++) {
      Var w = new Var("w" + suffix + r, register);
      Expr factor =
          Exprs.add(factors, packed ? Exprs.intLit(skip + r) : Exprs.mul(Exprs.ref(f.wRow), r));
      body.add(Stmts.local(w, Exprs.broadcast(Exprs.load(f.w, factor), LoopType.REGISTER)));
      for (int v = 0; v < vectors; v++) {
        body.add(
            Stmts.assign(
                sums[r][v],
                Exprs.call(
                    Intrinsic.MUL_ADD, Exprs.ref(w), Exprs.ref(x[v]), Exprs.ref(sums[r][v]))));
      }
    }
    return body;
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
