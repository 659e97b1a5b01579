package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.Candidate;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.CostFigure;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.schedule.PanelTile.Start;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Matrix product by {@link PanelTile}. The panels of a constant b are packed at build time; those
 * of a computed one are copied into scratch before the rows of a go past them.
 */
final class PanelMatMul {
  private final MatMulGeometry g;
  private final KernelBuilder k;
  private final boolean constant;
  private final WeightForm form;
  private final int rows;
  private final Panels panels;
  private final boolean direct;
  private final Buffer a;
  private final Buffer b;
  private final Buffer y;
  private final @Nullable Buffer scales;
  private final @Nullable Buffer bias;
  private final @Nullable Buffer panel;
  private final @Nullable Buffer acc;

  /** With b as it is kept, null if it is computed. */
  private PanelMatMul(MatMulGeometry g, KernelBuilder k, @Nullable StoredMatrix matrix) {
    this.g = g;
    this.k = k;
    this.constant = matrix != null;
    this.form = form(matrix);
    this.rows = rows(g, k);
    Panels best = PanelCost.of(k).best(g.n(), rows, 1, g.k(), form);
    this.panels = isStreamed(k, matrix) ? best.inRuns() : best;
    this.direct = RegisterEpilogue.applies(k);
    this.a = k.input(0, "a");
    this.y = k.output(0, "y");
    this.scales =
        matrix == null ? null : matrix.scaleWeights().map(s -> k.weights("scales", s)).orElse(null);
    if (matrix != null) {
      int[] order = panels.order(g.k(), (column, t) -> t * g.n() + column);
      this.b = k.weights("b", matrix.packed(order));
      this.panel = null;
    } else {
      this.b = k.input(1, "b");
      this.panel =
          k.scratch("panel", DType.FLOAT32, g.k() * panels.mostVectors() * LoopType.MOST_LANES);
    }
    this.bias = k.inputs() > 2 ? k.input(2, "bias") : null;
    int room =
        panels.all().stream().mapToInt(p -> tiles(p).places() * p.width()).max().orElseThrow();
    this.acc = direct ? null : k.scratch("acc", DType.FLOAT32, room);
  }

  /** Whether there are registers, and columns to fill one. */
  private static boolean applies(MatMulGeometry g, KernelBuilder k) {
    return k.target().vectorApi()
        && g.dtype() == DType.FLOAT32
        && g.k() > 0
        && g.outShape().size() > 0
        && g.n() >= LoopType.MOST_LANES;
  }

  static List<Candidate> candidates(MatMulGeometry g, KernelBuilder k) {
    if (!applies(g, k)) {
      return List.of();
    }
    if (!isConstant(g, k)) {
      return List.of(candidate(g, k, null));
    }
    Tensor b = k.constant(1).orElseThrow().reshape(Shape.of(g.k(), g.n()));
    return StoredMatrix.of(b).stream().map(matrix -> candidate(g, k, matrix)).toList();
  }

  private static Candidate candidate(
      MatMulGeometry g, KernelBuilder k, @Nullable StoredMatrix matrix) {
    WeightForm form = form(matrix);
    String of = form == WeightForm.FLOATS ? "" : " of " + form.label();
    return new Candidate(
        "panels" + of,
        nanos(g, k, matrix),
        0,
        matrix == null ? 0 : matrix.bytes(),
        () -> new PanelMatMul(g, k, matrix).kernel());
  }

  private static WeightForm form(@Nullable StoredMatrix matrix) {
    return matrix == null ? WeightForm.FLOATS : matrix.form();
  }

  private static double nanos(MatMulGeometry g, KernelBuilder k, @Nullable StoredMatrix matrix) {
    int rows = rows(g, k);
    PanelCost cost = PanelCost.of(k);
    WeightForm form = form(matrix);
    Panels panels = cost.best(g.n(), rows, 1, g.k(), form);
    double copies = matrix != null ? 0 : (double) g.k() * g.n() * k.target().costs().copy();
    double products =
        cost.nanos(cost.steps(panels, rows, 1, g.k(), form), matrix == null ? 0 : matrix.bytes());
    return (double) g.batch().size() * g.m() / rows * (products + copies);
  }

  private static boolean isConstant(MatMulGeometry g, KernelBuilder k) {
    return k.constant(1).isPresent() && g.bBatch().size() == 1;
  }

  /** Rows that meet one b: those of the whole batch where a has them all and b is one matrix. */
  private static int rows(MatMulGeometry g, KernelBuilder k) {
    return isConstant(g, k) && g.aBatch().equals(g.batch()) ? g.batch().size() * g.m() : g.m();
  }

  /** Whether the weights come from main memory, and each of them for one row. */
  private boolean isStreamed(KernelBuilder k, @Nullable StoredMatrix matrix) {
    return matrix != null
        && rows == 1
        && matrix.bytes() > k.target().costs().get(CostFigure.CACHED);
  }

  private PlaceTiles tiles(Panels.Alike panel) {
    return PlaceTiles.of(1, rows, PanelTile.mostPlaces(panel.vectors(), form));
  }

  private Kernel kernel() {
    Expr zero = Exprs.intLit(0);
    Stmt body =
        rows > g.m()
            ? product(zero, zero, zero)
            : MatMulBatches.each(
                g,
                (ai, bi, yi) ->
                    product(Exprs.mul(ai, g.m()), Exprs.mul(bi, g.k()), Exprs.mul(yi, g.m())));
    String how =
        "registers of columns"
            + (constant ? "" : " of copied panels")
            + (form == WeightForm.FLOATS ? "" : ", b in " + form.label());
    return k.build("matMul", MatMulSchedules.comment(g, how), body);
  }

  /** The product whose matrices begin at these rows of a, b and y. */
  private Stmt product(Expr rowA, Expr rowB, Expr rowY) {
    List<Stmt> body = new ArrayList<>();
    int packed = 0;
    for (Panels.Alike alike : panels.all()) {
      int before = packed;
      body.add(
          Loops.each(
              "panel",
              alike.count(),
              p -> {
                Expr column = Exprs.mul(p, alike.width());
                Expr inW = Exprs.mul(Exprs.add(column, before), g.k());
                Expr channel = Exprs.add(column, alike.first());
                Stmt tiles =
                    tiles(alike)
                        .each(
                            (row, at) ->
                                tile(
                                    alike,
                                    Exprs.add(rowA, at),
                                    constant ? inW : Exprs.intLit(0),
                                    Exprs.add(rowY, at),
                                    channel));
                return constant ? tiles : Stmts.block(copy(rowB, channel, alike.width()), tiles);
              }));
      packed += alike.width() * alike.count();
    }
    return Stmts.block(body);
  }

  /** Copies the columns of a panel from {@code column} on. */
  private Stmt copy(Expr rowB, Expr column, int width) {
    return Loops.each(
        "r",
        g.k(),
        r ->
            Stmts.copy(
                b,
                Exprs.add(Exprs.mul(Exprs.add(rowB, r), g.n()), column),
                Objects.requireNonNull(panel),
                Exprs.mul(r, width),
                Exprs.intLit(width)));
  }

  private Stmt tile(Panels.Alike alike, Expr rowA, Expr inW, Expr rowY, Expr channel) {
    PlaceTiles tiles = tiles(alike);
    PanelTile microkernel =
        new PanelTile(
            tiles.places(),
            tiles.tileWidth(),
            alike.vectors(),
            g.k(),
            0,
            bias == null ? Start.ZERO : Start.BIAS,
            false,
            direct && k.hasEpilogue() ? RegisterEpilogue.of(k) : null,
            new PanelWeights(form, alike.runs()));
    Expr inY = Exprs.add(Exprs.mul(rowY, g.n()), channel);
    Stmt sums =
        microkernel.call(
            new PanelOperands(
                acc == null ? y : acc,
                acc == null ? inY : Exprs.intLit(0),
                Exprs.intLit(acc == null ? g.n() : alike.width()),
                a,
                Exprs.mul(rowA, g.k()),
                panel == null ? b : panel,
                inW,
                Exprs.intLit(g.k()),
                bias,
                channel,
                null,
                scales));
    return acc == null
        ? sums
        : Stmts.block(
            sums,
            TileFinish.of(
                k, acc, alike.width(), y, inY, g.n(), tiles.places(), channel, alike.width()));
  }
}
