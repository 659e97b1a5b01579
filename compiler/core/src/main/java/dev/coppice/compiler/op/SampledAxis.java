package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.and;
import static dev.coppice.compiler.loop.Exprs.call;
import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.div;
import static dev.coppice.compiler.loop.Exprs.eq;
import static dev.coppice.compiler.loop.Exprs.ge;
import static dev.coppice.compiler.loop.Exprs.gt;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.lt;
import static dev.coppice.compiler.loop.Exprs.max;
import static dev.coppice.compiler.loop.Exprs.min;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.or;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.select;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.local;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import java.util.ArrayList;
import java.util.List;

/**
 * One axis of {@link GridSample}: from a normalized coordinate to the elements that are read and
 * their weights.
 *
 * @param mode how elements are combined
 * @param padding what stands outside
 * @param alignCorners whether -1 and 1 are centers of the outermost elements, not their outer edges
 * @param extent elements along the axis
 */
record SampledAxis(
    GridSample.Mode mode, GridSample.Padding padding, boolean alignCorners, int extent) {
  private static final double A = -0.75;

  /** Elements read along the axis. */
  int taps() {
    return switch (mode) {
      case NEAREST -> 1;
      case LINEAR -> 2;
      case CUBIC -> 4;
    };
  }

  private int lead() {
    return mode == GridSample.Mode.CUBIC ? 1 : 0;
  }

  private double low() {
    return alignCorners ? 0 : -0.5;
  }

  private double high() {
    return alignCorners ? extent - 1 : extent - 0.5;
  }

  /** The place of normalized coordinate {@code n}, in float unless {@code wide}. */
  double place(double n, boolean wide) {
    double at;
    if (wide) {
      at = alignCorners ? (n + 1) / 2 * (extent - 1) : ((n + 1) * extent - 1) / 2;
    } else {
      float f = (float) n;
      at = alignCorners ? (f + 1) / 2 * (extent - 1) : ((f + 1) * extent - 1) / 2;
    }
    at = mode == GridSample.Mode.NEAREST ? Math.rint(at) : at;
    if (padding == GridSample.Padding.REFLECTION) {
      return reflect(at);
    }
    boolean outside = at < low() || at > high();
    return padding == GridSample.Padding.BORDER && outside
        ? Math.min(Math.max(at, 0), extent - 1)
        : at;
  }

  private double reflect(double at) {
    double range = high() - low();
    if (range == 0) {
      return low();
    }
    double away = Math.abs(at - low());
    double turns = Math.floor(away / range);
    double rest = away - turns * range;
    return turns % 2 == 0 ? low() + rest : high() - rest;
  }

  /** Index of the element that tap {@code t} of {@code place} reads, -1 for a zero. */
  int index(double place, int t) {
    int i = (int) Math.floor(place) + t - lead();
    if (padding == GridSample.Padding.ZEROS && (i < 0 || i >= extent)) {
      return -1;
    }
    int inside = padding == GridSample.Padding.REFLECTION ? (int) reflect(i) : i;
    return Math.min(Math.max(inside, 0), extent - 1);
  }

  /** Weight of tap {@code t}. */
  double weight(double place, int t) {
    double x = place - Math.floor(place);
    return switch (mode) {
      case NEAREST -> 1;
      case LINEAR -> t == 0 ? 1 - x : x;
      case CUBIC -> cubic(Math.abs(x - (t - 1)));
    };
  }

  private static double cubic(double d) {
    return d <= 1 ? ((A + 2) * d - (A + 3)) * d * d + 1 : ((A * d - 5 * A) * d + 8 * A) * d - 4 * A;
  }

  /**
   * Variables of one axis in emitted code.
   *
   * @param indices of each tap
   * @param weights of each tap, none where it is 1
   */
  record Taps(List<Expr> indices, List<Expr> weights) {}

  /**
   * Declares indices and weights of the taps of normalized coordinate {@code n}.
   *
   * @param name suffix of the variables
   */
  Taps declare(List<Stmt> body, Expr n, String name) {
    LoopType type = n.type();
    Var x = new Var("x" + name, type);
    Var placed = new Var("p" + name, type);
    Var floor = new Var("f" + name, type);
    Var at = new Var("i" + name, LoopType.INT);
    Var part = new Var("t" + name, type);
    Expr one = add(n, literal(type, 1));
    Expr place =
        alignCorners
            ? mul(div(one, literal(type, 2)), literal(type, extent - 1))
            : div(sub(mul(one, literal(type, extent)), literal(type, 1)), literal(type, 2));
    boolean nearest = mode == GridSample.Mode.NEAREST;
    body.add(local(x, nearest ? call(Intrinsic.ROUND_EVEN, place) : place));
    body.add(local(placed, padded(body, ref(x), name)));
    body.add(local(floor, nearest ? ref(placed) : call(Intrinsic.FLOOR, ref(placed))));
    body.add(local(at, cast(LoopType.INT, ref(floor))));
    body.add(local(part, sub(ref(placed), ref(floor))));
    List<Expr> indices = new ArrayList<>();
    List<Expr> weights = new ArrayList<>();
    for (int t = 0; t < taps(); t++) {
      String suffix = name + "_" + t;
      Var index = new Var("j" + suffix, LoopType.INT);
      Expr i = add(ref(at), t - lead());
      Expr clamped = inside(body, i, suffix);
      body.add(local(index, max(intLit(0), min(clamped, intLit(extent - 1)))));
      indices.add(ref(index));
      Expr weight = weight(ref(part), t);
      Expr valid = and(ge(i, intLit(0)), lt(i, intLit(extent)));
      if (padding == GridSample.Padding.ZEROS) {
        weight = select(valid, weight, literal(type, 0));
      }
      Var w = new Var("w" + suffix, type);
      body.add(local(w, weight));
      weights.add(ref(w));
    }
    return new Taps(indices, weights);
  }

  private Expr padded(List<Stmt> body, Expr x, String name) {
    LoopType type = x.type();
    return switch (padding) {
      case ZEROS -> x;
      case BORDER ->
          select(
              or(lt(x, literal(type, low())), gt(x, literal(type, high()))),
              max(literal(type, 0), min(x, literal(type, extent - 1))),
              x);
      case REFLECTION -> reflect(body, x, name);
    };
  }

  private Expr inside(List<Stmt> body, Expr i, String name) {
    return padding == GridSample.Padding.REFLECTION
        ? cast(LoopType.INT, reflect(body, cast(LoopType.FLOAT, i), "r" + name))
        : i;
  }

  private Expr reflect(List<Stmt> body, Expr x, String name) {
    LoopType type = x.type();
    double range = high() - low();
    if (range == 0) {
      return literal(type, low());
    }
    Var away = new Var("away" + name, type);
    Var turns = new Var("turns" + name, type);
    Var rest = new Var("rest" + name, type);
    Expr lowest = literal(type, low());
    Expr two = literal(type, 2);
    body.add(local(away, Exprs.abs(sub(x, lowest))));
    body.add(local(turns, call(Intrinsic.FLOOR, div(ref(away), literal(type, range)))));
    body.add(local(rest, sub(ref(away), mul(ref(turns), literal(type, range)))));
    Expr even = eq(mul(call(Intrinsic.FLOOR, div(ref(turns), two)), two), ref(turns));
    return select(even, add(lowest, ref(rest)), sub(literal(type, high()), ref(rest)));
  }

  private Expr weight(Expr x, int t) {
    LoopType type = x.type();
    Expr one = literal(type, 1);
    return switch (mode) {
      case NEAREST -> one;
      case LINEAR -> t == 0 ? sub(one, x) : x;
      case CUBIC ->
          switch (t) {
            case 0 -> far(add(x, one));
            case 1 -> near(x);
            case 2 -> near(sub(one, x));
            default -> far(sub(literal(type, 2), x));
          };
    };
  }

  private static Expr near(Expr d) {
    LoopType type = d.type();
    Expr inner = sub(mul(literal(type, A + 2), d), literal(type, A + 3));
    return add(mul(mul(inner, d), d), literal(type, 1));
  }

  private static Expr far(Expr d) {
    LoopType type = d.type();
    Expr inner = sub(mul(literal(type, A), d), literal(type, 5 * A));
    Expr middle = add(mul(inner, d), literal(type, 8 * A));
    return sub(mul(middle, d), literal(type, 4 * A));
  }
}
