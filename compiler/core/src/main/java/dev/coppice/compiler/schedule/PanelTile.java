package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.RegisterLimits;
import dev.coppice.compiler.loop.SharedRegisters;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The microkernel of dense float code whose channels lie side by side: {@code y[p, c] = sum of x[p,
 * t] * w[t, c]} for a few places and a few registers of channels at a time, all sums in registers
 * until the last term. The weights of a panel of {@code 16 * vectors} channels lie in reading
 * order. Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication, 2008.
 *
 * @param places places whose sums are in registers at once
 * @param width places of a row; if fewer than {@code places}, a multiple of which these are, the
 *     tile has several rows
 * @param vectors registers of {@link LoopType#MOST_LANES} channels
 * @param step distance of two places of a row in {@code x}; a constant, so that one index register
 *     does for all places and bounds are checked before the loop
 * @param pitch distance of two rows in {@code x}
 * @param start from what the sums start
 * @param table whether a table says where in {@code x} each term is; otherwise terms lie side by
 *     side
 * @param epilogue what is done with the sums before they are stored
 * @param weights how the weights lie in memory; sums over bytes start from no result
 */
record PanelTile(
    int places,
    int width,
    int vectors,
    int step,
    int pitch,
    Start start,
    boolean table,
    @Nullable RegisterEpilogue epilogue,
    PanelWeights weights) {
  /** From what sums start. */
  enum Start {
    /** What is in {@code y}. */
    RESULT,
    /** One number for each channel. */
    BIAS,
    ZERO
  }

  private static final LoopType REGISTER = LoopType.FLOAT.times(LoopType.REGISTER);

  /** Places of a tile where registers are fewer or narrower than the widest. */
  private static final int NARROW_PLACES = 6;

  private static final int NARROW_VECTORS = 2;

  /** Operations for each register of sums beside its epilogue: a start and a product. */
  private static final int SUM_OPERATIONS = 2;

  /** Registers of channels of so few places that their sums leave room. */
  private static final int FEW_PLACES = 2;

  private static final int FEW_PLACES_VECTORS = 4;

  /** A tile with weights that are floats in reading order. */
  PanelTile(
      int places,
      int width,
      int vectors,
      int step,
      int pitch,
      Start start,
      boolean table,
      @Nullable RegisterEpilogue epilogue) {
    this(places, width, vectors, step, pitch, start, table, epilogue, PanelWeights.FLOATS);
  }

  /**
   * Most places of a tile with so many registers of channels each: HotSpot 17 loads all factors and
   * weights of a term before it adds the first product, and 32 registers must hold them beside the
   * sums.
   */
  static int mostPlaces(int vectors) {
    return mostPlaces(vectors, WeightForm.FLOATS);
  }

  /** Most places of a tile with weights of a form, whose constants take registers, too. */
  static int mostPlaces(int vectors, WeightForm form) {
    return (32 - vectors - form.constants()) / (vectors + 1);
  }

  /** Channels of a panel. */
  int channels() {
    return vectors * LoopType.MOST_LANES;
  }

  private WeightForm form() {
    return weights.form();
  }

  /** The call that computes the tile of these operands. */
  Stmt call(PanelOperands o) {
    List<Array> arrays =
        new ArrayList<>(arrays(o.y(), o.x(), o.w(), o.bias(), o.offsets(), o.scales()));
    if (epilogue != null) {
      arrays.addAll(epilogue.arguments());
    }
    List<Expr> scalars = List.of(o.yAt(), o.yStep(), o.xAt(), o.wAt(), o.terms(), o.channel());
    Expr wide = Exprs.eq(Exprs.lanes(), Exprs.intLit(LoopType.MOST_LANES));
    return Stmts.when(
        wide,
        Stmts.invoke(function(true), arrays, scalars),
        Stmts.invoke(function(false), arrays, scalars));
  }

  /** Those arrays that this tile has for operands. */
  private <T> List<T> arrays(
      T y, T x, T w, @Nullable T bias, @Nullable T offsets, @Nullable T scales) {
    List<T> all = new ArrayList<>(List.of(y, x, w));
    if (start == Start.BIAS) {
      all.add(Objects.requireNonNull(bias));
    }
    if (table) {
      all.add(Objects.requireNonNull(offsets));
    }
    if (form() == WeightForm.BYTES) {
      all.add(Objects.requireNonNull(scales));
    }
    return all;
  }

  private Function function(boolean wide) {
    Parameters f = new Parameters(form());
    List<Buffer> arrays = new ArrayList<>(arrays(f.y, f.x, f.w, f.bias, f.offsets, f.scales));
    if (epilogue != null) {
      arrays.addAll(epilogue.parameters());
    }
    String rows = width < places ? "By" + width : "";
    String from =
        switch (start) {
          case RESULT -> "Add";
          case BIAS -> "Bias";
          case ZERO -> "";
        };
    String name =
        (wide ? "panel" : "narrowPanel")
            + places
            + rows
            + "x"
            + vectors
            + from
            + (table ? "Table" : "")
            + (weights.runs() == 1 ? "" : "Of" + weights.runs() + "Runs")
            + (form() == WeightForm.FLOATS
                ? ""
                : "Of" + form().stored().label().toUpperCase(Locale.ROOT))
            + (epilogue == null ? "" : "Finish");
    return new Function(
        name,
        "y = sums of x * w for " + places + " places and " + channels() + " channels.",
        arrays,
        List.of(f.yAt, f.yStep, f.xAt, f.wAt, f.terms, f.channel),
        wide
            ? tile(
                f,
                Exprs.ref(f.yAt),
                Exprs.ref(f.xAt),
                places,
                weights.ofPanel(vectors, f.wAt, f.terms),
                Exprs.intLit(0))
            : narrow(f));
  }

  /** The parameters of the function. */
  private static final class Parameters {
    private final Buffer y = Buffer.flat("y", DType.FLOAT32, Buffer.Role.OUTPUT, 0);
    private final Buffer x = Buffer.flat("x", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Buffer w;
    private final Buffer bias = Buffer.flat("bias", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Buffer offsets = Buffer.flat("offsets", DType.INT32, Buffer.Role.INPUT, 0);
    private final Buffer scales = Buffer.flat("scales", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Var yAt = new Var("yAt", LoopType.INT);
    private final Var yStep = new Var("yStep", LoopType.INT);
    private final Var xAt = new Var("xAt", LoopType.INT);
    private final Var wAt = new Var("wAt", LoopType.INT);
    private final Var terms = new Var("terms", LoopType.INT);
    private final Var channel = new Var("channel", LoopType.INT);

    Parameters(WeightForm form) {
      this.w = Buffer.flat("w", form.stored(), Buffer.Role.INPUT, 0);
    }
  }

  /** The tile in pieces, for machines with fewer registers or narrower ones. */
  private Stmt narrow(Parameters f) {
    int inRow = Math.min(width, places);
    int full = inRow / NARROW_PLACES;
    return Loops.each(
        "row",
        places / inRow,
        row -> {
          List<Stmt> pieces = new ArrayList<>();
          if (full > 0) {
            pieces.add(
                Loops.each(
                    "piece", full, i -> piece(f, row, Exprs.mul(i, NARROW_PLACES), NARROW_PLACES)));
          }
          if (inRow % NARROW_PLACES > 0) {
            Expr rest = Exprs.intLit(full * NARROW_PLACES);
            pieces.add(piece(f, row, rest, inRow % NARROW_PLACES));
          }
          return Stmts.block(pieces);
        });
  }

  /** All channels of {@code count} places of a row, from {@code first} on. */
  private Stmt piece(Parameters f, Expr row, Expr first, int count) {
    Var x = new Var("xFrom", LoopType.INT);
    Var y = new Var("yFrom", LoopType.INT);
    Expr inX = Exprs.add(Exprs.mul(row, pitch), Exprs.mul(first, step));
    Expr inY = times(Exprs.add(Exprs.mul(row, Math.min(width, places)), first), f.yStep);
    int registers = vectors % 2 == 0 && count <= FEW_PLACES ? FEW_PLACES_VECTORS : NARROW_VECTORS;
    Expr step = Exprs.mul(Exprs.lanes(), registers);
    return Stmts.block(
        Stmts.local(x, Exprs.add(Exprs.ref(f.xAt), inX)),
        Stmts.local(y, Exprs.add(Exprs.ref(f.yAt), inY)),
        Loops.each(
            "column",
            Exprs.div(Exprs.intLit(channels()), step),
            c -> {
              // Backwards: where places are nearer than a panel is wide, what one stores beyond
              // its channels must be overwritten by the next.
              Expr from = Exprs.sub(Exprs.sub(Exprs.intLit(channels()), step), Exprs.mul(c, step));
              PanelWeights.Registers w = weights.ofPiece(vectors, registers, from, f.wAt, f.terms);
              return tile(f, Exprs.ref(y), Exprs.ref(x), count, w, from);
            }));
  }

  private static Expr times(Expr count, Var step) {
    return count instanceof Expr.Literal l && l.bits() == 0
        ? count
        : Exprs.mul(count, Exprs.ref(step));
  }

  /** {@code count} places by the registers of {@code w} from {@code column} of the panel on. */
  private Stmt tile(
      Parameters f, Expr y, Expr x, int count, PanelWeights.Registers w, Expr column) {
    int registers = w.count();
    Var[][] sums = new Var[count][registers];
    SharedRegisters firsts = new SharedRegisters("first");
    List<Stmt> starts = new ArrayList<>();
    for (int p = 0; p < count; p++) {
      for (int v = 0; v < registers; v++) {
        sums[p][v] = new Var("sum" + p + "_" + v, REGISTER);
        Expr first =
            form() == WeightForm.BYTES
                ? Exprs.broadcast(Exprs.floatLit(0), LoopType.REGISTER)
                : first(f, at(f, y, p, column, v), lane(column, v));
        starts.add(Stmts.local(sums[p][v], start == Start.RESULT ? first : firsts.of(first)));
      }
    }
    Stmt terms =
        Stmts.loop(
            "t",
            Exprs.intLit(0),
            Exprs.ref(f.terms),
            1,
            Stmt.AxisKind.REDUCE,
            t -> term(f, x, t, sums, w));
    boolean later = epilogue != null && isLong(epilogue, count * registers);
    SharedRegisters constants = new SharedRegisters("constant");
    List<Stmt> stores = new ArrayList<>();
    for (int p = 0; p < count; p++) {
      for (int v = 0; v < registers; v++) {
        Expr to = at(f, y, p, column, v);
        Expr channel = Exprs.add(Exprs.ref(f.channel), lane(column, v));
        Expr sum = scaled(f, Exprs.ref(sums[p][v]), channel, constants);
        stores.add(
            RegisterEpilogue.store(later ? null : epilogue, f.y, to, sum, channel, constants));
      }
    }
    List<Stmt> body = new ArrayList<>(firsts.declarations());
    body.addAll(starts);
    body.addAll(w.declarations());
    body.add(terms);
    body.addAll(constants.declarations());
    body.addAll(stores);
    for (int v = 0; later && v < registers; v++) {
      body.add(finish(f, y, count, lane(column, v)));
    }
    return Stmts.block(body);
  }

  /**
   * Whether {@code epilogue}, written out for so many registers, is too much for a method. It then
   * is a loop over places that reads sums back, so these may not be nearer than a panel is wide.
   */
  static boolean isLong(RegisterEpilogue epilogue, int registers) {
    return registers * (SUM_OPERATIONS + epilogue.operations()) > RegisterLimits.MOST_IN_METHOD;
  }

  /** The epilogue of a register of each of {@code count} places, whose sums are stored. */
  private Stmt finish(Parameters f, Expr y, int count, Expr lane) {
    SharedRegisters constants = new SharedRegisters("shared");
    Expr channel = Exprs.add(Exprs.ref(f.channel), lane);
    Stmt places =
        Stmts.loop(
            "place",
            count,
            p -> {
              Expr at = Exprs.add(Exprs.add(y, Exprs.mul(p, Exprs.ref(f.yStep))), lane);
              Expr sum = Exprs.loadRegister(f.y, at);
              return RegisterEpilogue.store(epilogue, f.y, at, sum, channel, constants);
            });
    List<Stmt> body = new ArrayList<>(constants.declarations());
    body.add(places);
    return Stmts.block(body);
  }

  private Stmt term(Parameters f, Expr x, Expr t, Var[][] sums, PanelWeights.Registers from) {
    List<Stmt> body = new ArrayList<>();
    Expr term = t;
    if (table) {
      Var offset = new Var("offset", LoopType.INT);
      body.add(Stmts.local(offset, Exprs.load(f.offsets, t)));
      term = Exprs.ref(offset);
    }
    Var[] w = new Var[sums[0].length];
    for (int v = 0; v < w.length; v++) {
      w[v] = new Var("w" + v, REGISTER);
      body.add(Stmts.local(w[v], form().register(f.w, from.at(t, v))));
    }
    int inRow = Math.min(width, places);
    for (int p = 0; p < sums.length; p++) {
      Var factor = new Var("x" + p, REGISTER);
      int place = p / inRow * pitch + p % inRow * step;
      Expr value = Exprs.load(f.x, Exprs.add(Exprs.add(x, term), place));
      body.add(Stmts.local(factor, Exprs.broadcast(value, LoopType.REGISTER)));
      for (int v = 0; v < w.length; v++) {
        body.add(
            Stmts.assign(
                sums[p][v],
                Exprs.call(
                    Intrinsic.MUL_ADD, Exprs.ref(factor), Exprs.ref(w[v]), Exprs.ref(sums[p][v]))));
      }
    }
    return Stmts.block(body);
  }

  /** A sum over bytes with scale and bias; another as it is. */
  private Expr scaled(Parameters f, Expr sum, Expr channel, SharedRegisters constants) {
    if (form() != WeightForm.BYTES) {
      return sum;
    }
    Expr scale = constants.of(Exprs.loadRegister(f.scales, channel));
    return start == Start.BIAS
        ? Exprs.call(
            Intrinsic.MUL_ADD, sum, scale, constants.of(Exprs.loadRegister(f.bias, channel)))
        : Exprs.mul(sum, scale);
  }

  private Expr first(Parameters f, Expr at, Expr lane) {
    return switch (start) {
      case RESULT -> Exprs.loadRegister(f.y, at);
      case BIAS -> Exprs.loadRegister(f.bias, Exprs.add(Exprs.ref(f.channel), lane));
      case ZERO -> Exprs.broadcast(Exprs.floatLit(0), LoopType.REGISTER);
    };
  }

  /** Where register {@code v} of place {@code p} is in y. */
  private static Expr at(Parameters f, Expr y, int p, Expr column, int v) {
    return Exprs.add(Exprs.add(y, times(Exprs.intLit(p), f.yStep)), lane(column, v));
  }

  private static Expr lane(Expr column, int v) {
    return Exprs.add(column, Exprs.mul(Exprs.lanes(), v));
  }
}
