package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.Candidate;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.schedule.PanelTile.Start;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * Attention by {@link PanelTile}: keys and values of a head are copied into panels, keys
 * transposed; then the scores of a block of queries are computed, made probabilities and multiplied
 * with the values while they are in the nearest cache. Operands and result are read and written
 * where their heads are.
 */
final class PanelAttention {
  /** Scores of a block, so that they stay in the first-level cache beside a panel. */
  private static final int BLOCK = 1 << 12;

  /** Cycles of the exponential and all else of a score, a register at a time. */
  private static final double SCORE = 2.5;

  private final AttentionGeometry g;
  private final KernelBuilder k;
  private final Panels keyPanels;
  private final Panels valuePanels;
  private final int rows;
  private final Buffer q;
  private final Buffer key;
  private final Buffer value;
  private final Buffer y;
  private final Buffer keys;
  private final Buffer values;
  private final Buffer scores;
  private final Buffer factors;

  private PanelAttention(AttentionGeometry g, KernelBuilder k) {
    this.g = g;
    this.k = k;
    this.rows = rows(g);
    this.keyPanels = PanelCost.of(k).best(g.n(), rows, 1, g.d());
    this.valuePanels = PanelCost.of(k).best(g.e(), rows, 1, g.n());
    this.q = k.input(0, "q");
    this.key = k.input(1, "k");
    this.value = k.input(2, "v");
    this.y = k.output(0, "y");
    this.keys = k.scratch("keys", DType.FLOAT32, keyPanels.computed() * g.d());
    this.values = k.scratch("values", DType.FLOAT32, valuePanels.computed() * g.n());
    this.scores = k.scratch("scores", DType.FLOAT32, rows * g.n());
    this.factors = k.scratch("factors", DType.FLOAT32, rows);
  }

  /** Rows of queries of a block. */
  private static int rows(AttentionGeometry g) {
    int tile = PanelTile.mostPlaces(2);
    return Loops.balanced(g.m(), Math.max(tile, BLOCK / g.n() / tile * tile));
  }

  static List<Candidate> candidates(AttentionGeometry g, KernelBuilder k) {
    boolean applies =
        k.target().vectorApi()
            && g.dtype() == DType.FLOAT32
            && g.b() * g.h() * g.m() * g.d() > 0
            && Math.min(g.n(), g.e()) >= LoopType.MOST_LANES;
    return applies
        ? List.of(
            new Candidate("panels", nanos(g, k), 0, 0, () -> new PanelAttention(g, k).kernel()))
        : List.of();
  }

  private static double nanos(AttentionGeometry g, KernelBuilder k) {
    double blocks = (double) g.m() / rows(g);
    PanelCost cost = PanelCost.of(k);
    double steps =
        cost.steps(cost.best(g.n(), rows(g), 1, g.d()), rows(g), 1, g.d())
            + cost.steps(cost.best(g.e(), rows(g), 1, g.n()), rows(g), 1, g.n())
            + SCORE * rows(g) * g.n();
    double copies =
        (double) g.n() * (g.d() * k.target().costs().strided() + g.e() * k.target().costs().copy());
    return (double) g.b() * g.h() * (blocks * cost.nanos(steps, 0) + copies);
  }

  private Kernel kernel() {
    Stmt body = Loops.each("b", g.b(), b -> Loops.each("head", g.h(), head -> head(b, head)));
    return k.build("attention", g.comment("panels of keys and values of a head"), body);
  }

  private Stmt head(Expr b, Expr head) {
    Expr inQ = g.first(b, head, g.m(), g.d());
    Expr inKeys = g.first(b, head, g.n(), g.d());
    Expr inValues = g.first(b, head, g.n(), g.e());
    Expr inY = g.first(b, head, g.m(), g.e());
    Side queries = new Side(q, inQ, g.step(g.d()));
    Side results = new Side(y, inY, g.step(g.e()));
    Side block = new Side(scores, Exprs.intLit(0), g.n());
    return Stmts.block(
        transposeKeys(inKeys),
        copyValues(inValues),
        Loops.each(
            "block",
            Loops.ceilDiv(g.m(), rows),
            i -> {
              // The last block begins earlier where rows are left: some are computed twice.
              Expr first = Exprs.min(Exprs.mul(i, rows), Exprs.intLit(g.m() - rows));
              Var row = new Var("row", LoopType.INT);
              return Stmts.block(
                  Stmts.local(row, first),
                  product(keyPanels, queries.from(Exprs.ref(row)), keys, g.d(), block),
                  exponentials(b, head, Exprs.ref(row)),
                  product(valuePanels, block, values, g.n(), results.from(Exprs.ref(row))),
                  Loops.each("i", rows, r -> scale(r, results.from(Exprs.ref(row)).at(r))));
            }));
  }

  /** Where the rows of a matrix are. */
  private record Side(Buffer buffer, Expr first, int step) {
    Expr at(Expr row) {
      return Exprs.add(first, Exprs.mul(row, step));
    }

    Side from(Expr row) {
      return new Side(buffer, at(row), step);
    }
  }

  /** Body of the loops over panels. */
  private interface PanelBody {
    /** Statements for a panel of those {@code alike}, whose weights begin after so many columns. */
    Stmt apply(Panels.Alike alike, Expr column, Expr packed);
  }

  private static Stmt panels(Panels panels, PanelBody body) {
    List<Stmt> all = new ArrayList<>();
    int before = 0;
    for (Panels.Alike alike : panels.all()) {
      int packed = before;
      all.add(
          Loops.each(
              "panel",
              alike.count(),
              p -> {
                Expr column = Exprs.mul(p, alike.width());
                return body.apply(
                    alike, Exprs.add(column, alike.first()), Exprs.add(column, packed));
              }));
      before += alike.width() * alike.count();
    }
    return Stmts.block(all);
  }

  private Stmt transposeKeys(Expr from) {
    return panels(
        keyPanels,
        (alike, column, packed) ->
            Loops.each(
                "t",
                g.d(),
                t -> {
                  Expr source = Exprs.add(Exprs.add(from, Exprs.mul(column, g.step(g.d()))), t);
                  Expr to = Exprs.add(Exprs.mul(packed, g.d()), Exprs.mul(t, alike.width()));
                  return Stmts.loop(
                      "c",
                      alike.width(),
                      c ->
                          Stmts.store(
                              keys,
                              Exprs.add(to, c),
                              Exprs.load(key, Exprs.add(source, Exprs.mul(c, g.step(g.d()))))));
                }));
  }

  private Stmt copyValues(Expr from) {
    return panels(
        valuePanels,
        (alike, column, packed) ->
            Loops.each(
                "j",
                g.n(),
                j -> {
                  Expr source = Exprs.add(Exprs.add(from, column), Exprs.mul(j, g.step(g.e())));
                  Expr to = Exprs.add(Exprs.mul(packed, g.n()), Exprs.mul(j, alike.width()));
                  return Loops.each(
                      "part",
                      Exprs.div(Exprs.intLit(alike.width()), Exprs.lanes()),
                      part -> {
                        Expr at = Exprs.mul(part, Exprs.lanes());
                        return Stmts.store(
                            values,
                            Exprs.add(to, at),
                            Exprs.loadRegister(value, Exprs.add(source, at)));
                      });
                }));
  }

  /** The rows of a block of {@code x} times what is in panels. */
  private Stmt product(Panels panels, Side x, Buffer w, int terms, Side y) {
    return panels(
        panels,
        (alike, column, packed) -> {
          PlaceTiles tiles = PlaceTiles.of(1, rows, PanelTile.mostPlaces(alike.vectors()));
          return tiles.each(
              (one, row) ->
                  new PanelTile(
                          tiles.places(),
                          tiles.tileWidth(),
                          alike.vectors(),
                          x.step(),
                          0,
                          Start.ZERO,
                          false,
                          null)
                      .call(
                          new PanelOperands(
                              y.buffer(),
                              Exprs.add(y.at(row), column),
                              Exprs.intLit(y.step()),
                              x.buffer(),
                              x.at(row),
                              w,
                              Exprs.mul(packed, terms),
                              Exprs.intLit(terms),
                              null,
                              Exprs.intLit(0),
                              null)));
        });
  }

  /** Makes the scores of a block exponentials; {@code row} is the first of its rows. */
  private Stmt exponentials(Expr b, Expr head, Expr row) {
    if (!g.isMasked()) {
      return new ScoreRows(rows, g.n(), 0, 0).call(scores, factors, null, Exprs.intLit(0));
    }
    return new ScoreRows(rows, g.n(), g.maskStep(), g.isMaskedByRow() ? g.mask().dim(3) : 0)
        .call(scores, factors, k.input(3, "mask"), g.maskAt(b, head, row));
  }

  /** Multiplies a row of the result, from {@code at} on, with the factor of its probabilities. */
  private Stmt scale(Expr inBlock, Expr at) {
    Var factor = new Var("factor", LoopType.FLOAT);
    return Stmts.block(
        Stmts.local(factor, Exprs.load(factors, inBlock)),
        Stmts.loop(
            "c",
            Exprs.intLit(0),
            Exprs.intLit(g.e()),
            1,
            Stmt.AxisKind.VECTOR,
            c -> {
              Expr to = Exprs.add(at, c);
              return Stmts.store(y, to, Exprs.mul(Exprs.load(y, to), Exprs.ref(factor)));
            }));
  }
}
