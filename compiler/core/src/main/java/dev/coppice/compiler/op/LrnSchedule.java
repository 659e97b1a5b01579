package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.call;
import static dev.coppice.compiler.loop.Exprs.div;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.lt;
import static dev.coppice.compiler.loop.Exprs.min;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.rem;
import static dev.coppice.compiler.loop.Exprs.row;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.fill;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.reduceLoop;
import static dev.coppice.compiler.loop.Stmts.store;
import static dev.coppice.compiler.loop.Stmts.when;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The loop nests of {@link Lrn}. The squares that a window holds are in as many planes, summed at
 * one common index: where channels are planes apart a ring of planes, one entering for each
 * channel; where they lie side by side, shifted copies of some places.
 */
final class LrnSchedule {
  /** Squares summed in one loop at most. */
  private static final int MAX_INPUTS = 8;

  private final Lrn op;
  private final KernelBuilder k;
  private final Buffer x;
  private final Buffer y;
  private final LoopType type;
  private final int outer;
  private final int channels;
  private final int inner;
  private final int plane;
  private final Buffer squares;
  private final Array row;
  private final Array result;

  LrnSchedule(Lrn op, KernelBuilder k) {
    this.op = op;
    this.k = k;
    Shape shape = k.inputType(0).shape();
    this.outer = Axes.outer(shape, op.axis());
    this.channels = shape.dim(op.axis());
    this.inner = Axes.inner(shape, op.axis());
    this.x = k.input(0, "x");
    this.y = k.output(0, "y");
    this.type = LoopType.of(x.dtype());
    this.plane = inner == 1 ? places() * width() : Math.min(Math.max(inner, 1), length());
    this.squares = k.scratchRows("squares", x.dtype(), op.size(), plane);
    Buffer rows = k.scratchRows("rows", x.dtype(), 2, plane);
    this.row = row(rows, intLit(0));
    this.result = row(rows, intLit(1));
  }

  private int length() {
    return k.target().planeLength();
  }

  /** Elements of a place with zeros behind it, as many as a window reaches beyond. */
  private int width() {
    return channels + op.size() - 1;
  }

  /** Places side by side in a plane. */
  private int places() {
    return Math.max(1, Math.min(outer, length() / width()));
  }

  Kernel kernel() {
    return k.build(
        "lrn",
        "y"
            + k.outputType(0)
            + " = x / (bias + alpha / "
            + op.size()
            + " * sum of squares)^"
            + op.beta(),
        inner == 1 ? sideBySide() : planes());
  }

  private Stmt planes() {
    Var count = new Var("count", LoopType.INT);
    return Axes.each(
        "n",
        outer,
        n ->
            loop(
                "i0",
                intLit(0),
                intLit(inner),
                plane,
                AxisKind.PARALLEL,
                i0 ->
                    new Stmt.Block(
                        List.of(
                            local(count, min(intLit(plane), sub(intLit(inner), i0))),
                            columns(add(mul(n, channels * inner), i0), ref(count))))));
  }

  /**
   * All channels of some columns: the squares of the channels in the window are kept in a ring of
   * planes.
   */
  private Stmt columns(Expr base, Expr count) {
    int size = op.size();
    int ahead = size / 2;
    return block(
        Axes.each("s", size, s -> fill(row(squares, s), intLit(0), count, literal(type, 0))),
        Axes.each(
            "f",
            Math.min(ahead, channels),
            f -> square(add(base, mul(f, inner)), row(squares, f), count, "fi")),
        Axes.each(
            "c",
            channels,
            c -> {
              Array entering = row(squares, rem(add(c, ahead), intLit(size)));
              Expr next = add(c, ahead);
              return block(
                  when(
                      lt(next, intLit(channels)),
                      square(add(base, mul(next, inner)), entering, count, "ci"),
                      fill(entering, intLit(0), count, literal(type, 0))),
                  Stmts.copy(x, add(base, mul(c, inner)), row, intLit(0), count),
                  normalize(count),
                  stored(intLit(0), add(base, mul(c, inner)), count));
            }));
  }

  private Stmt square(Expr from, Array to, Expr count, String var) {
    return block(
        Stmts.copy(x, from, row, intLit(0), count),
        each(var, count, i -> store(to, i, mul(load(row, i), load(row, i)))));
  }

  private Stmt sideBySide() {
    Var count = new Var("count", LoopType.INT);
    Expr zero = literal(type, 0);
    return block(
        fill(row, intLit(0), intLit(plane), zero),
        Axes.each("s", op.size(), s -> fill(row(squares, s), intLit(0), intLit(plane), zero)),
        loop(
            "p0",
            intLit(0),
            intLit(outer),
            places(),
            AxisKind.PARALLEL,
            p0 ->
                new Stmt.Block(
                    List.of(
                        local(count, min(intLit(places()), sub(intLit(outer), p0))),
                        chunk(p0, ref(count))))));
  }

  private Stmt chunk(Expr p0, Expr count) {
    Expr n = mul(count, width());
    int before = (op.size() - 1) / 2;
    List<Stmt> out = new ArrayList<>();
    out.add(
        loop(
            "p",
            intLit(0),
            count,
            1,
            AxisKind.PARALLEL,
            p -> Stmts.copy(x, mul(add(p0, p), channels), row, mul(p, width()), intLit(channels))));
    out.add(each("q", n, i -> store(result, i, mul(load(row, i), load(row, i)))));
    for (int s = 0; s < op.size(); s++) {
      int later = Math.max(0, before - s);
      int earlier = Math.max(0, s - before);
      out.add(
          Stmts.copy(
              result,
              intLit(earlier),
              row(squares, intLit(s)),
              intLit(later),
              sub(n, intLit(later + earlier))));
    }
    out.add(normalize(n));
    out.add(
        loop(
            "r",
            intLit(0),
            count,
            1,
            AxisKind.PARALLEL,
            r -> stored(mul(r, width()), mul(add(p0, r), channels), intLit(channels))));
    return block(out);
  }

  private Stmt normalize(Expr count) {
    int size = op.size();
    if (size <= MAX_INPUTS) {
      return each(
          "i",
          count,
          i -> {
            Expr sum = load(row(squares, intLit(0)), i);
            for (int s = 1; s < size; s++) {
              sum = add(sum, load(row(squares, intLit(s)), i));
            }
            return store(result, i, mul(load(row, i), power(sum)));
          });
    }
    return block(
        fill(result, intLit(0), count, literal(type, 0)),
        reduceLoop(
            "w",
            size,
            s ->
                each(
                    "wi",
                    count,
                    i -> store(result, i, add(load(result, i), load(row(squares, s), i))))),
        each("i", count, i -> store(result, i, mul(load(row, i), power(load(result, i))))));
  }

  /** {@code (bias + alpha / size * sum)^-beta}; the usual exponents by square roots. */
  private Expr power(Expr sum) {
    Expr base = add(mul(sum, literal(type, op.alpha() / op.size())), literal(type, op.bias()));
    Expr one = literal(type, 1);
    if (op.beta() == 1) {
      return div(one, base);
    }
    if (op.beta() == 0.5f || op.beta() == 0.75f) {
      Expr root = call(Intrinsic.SQRT, base);
      return div(one, op.beta() == 0.5f ? root : mul(root, call(Intrinsic.SQRT, root)));
    }
    return call(Intrinsic.POW, base, literal(type, -op.beta()));
  }

  private Stmt stored(Expr from, Expr to, Expr count) {
    return k.hasEpilogue()
        ? each(
            "o", count, i -> store(y, add(to, i), k.finish(load(result, add(from, i)), add(to, i))))
        : Stmts.copy(result, from, y, to, count);
  }

  private static Stmt each(String var, Expr count, Stmts.LoopBody body) {
    return loop(var, intLit(0), count, 1, AxisKind.VECTOR, body);
  }
}
