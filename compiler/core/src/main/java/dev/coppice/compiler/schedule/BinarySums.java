package dev.coppice.compiler.schedule;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.and;
import static dev.coppice.compiler.loop.Exprs.ge;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.lt;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.row;
import static dev.coppice.compiler.loop.Exprs.select;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.assign;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.fill;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.store;
import static dev.coppice.compiler.loop.Stmts.when;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/** The kernel of a bit-packed product or convolution: one place of the result after the other. */
public final class BinarySums {
  private static final Var BASE = new Var("base", LoopType.INT);

  private final BinaryGeometry g;
  private final KernelBuilder k;
  private final Buffer x;
  private final Buffer w;
  private final Buffer y;
  private final Array sums;

  private BinarySums(BinaryGeometry g, KernelBuilder k) {
    this.g = g;
    this.k = k;
    this.x = k.input(0, "x");
    Tensor weights = k.constant(1).orElseThrow();
    int rows = g.kh() * g.kw() * g.words();
    this.w =
        k.weightRows(
            "w",
            Packing.reorder(weights, Shape.of(rows, g.oc()), i -> i % g.oc() * rows + i / g.oc()));
    this.y = k.output(0, "y");
    this.sums = row(k.scratchRows("sums", DType.INT32, 1, g.oc()), intLit(0));
  }

  /**
   * The kernel: operands packed activations, constant packed weights {@code [oc, kh, kw, words]}
   * and, where the result is packed, thresholds.
   */
  public static Kernel lower(BinaryGeometry g, KernelBuilder k, String name, String comment) {
    BinarySums s = new BinarySums(g, k);
    return k.build(name, comment, s.places());
  }

  private Stmt places() {
    return Loops.each(
        "n",
        g.n(),
        n -> Loops.each("oh", g.oh(), oh -> Loops.each("ow", g.ow(), ow -> place(n, oh, ow))));
  }

  private Stmt place(Expr n, Expr oh, Expr ow) {
    List<Stmt> body = new ArrayList<>();
    body.add(fill(sums, intLit(0), intLit(g.oc()), intLit(0)));
    boolean known = !g.zeros() && !g.isPadded();
    body.add(local(BASE, intLit(known ? g.kh() * g.kw() * g.depth() : 0)));
    body.add(
        Loops.each(
            "kh",
            g.kh(),
            kh -> {
              Expr ih = add(mul(oh, g.strides().get(0)), mul(kh, g.dilations().get(0)));
              return inside(sub(ih, intLit(g.pads().get(0))), g.h(), h -> columns(n, kh, h, ow));
            }));
    int words = Loops.ceilDiv(g.oc(), 32);
    Expr at = add(mul(add(mul(n, g.oh()), oh), g.ow()), ow);
    body.add(k.inputs() > 2 ? pack(mul(at, words)) : dots(n, oh, ow));
    return new Stmt.Block(body);
  }

  private Stmt columns(Expr n, Expr kh, Expr ih, Expr ow) {
    return Loops.each(
        "kw",
        g.kw(),
        kw -> {
          Expr iw = add(mul(ow, g.strides().get(1)), mul(kw, g.dilations().get(1)));
          return inside(
              sub(iw, intLit(g.pads().get(1))),
              g.w(),
              at -> {
                Expr place = add(mul(add(mul(n, g.h()), ih), g.w()), at);
                Expr first = mul(add(mul(kh, g.kw()), kw), g.words());
                return tap(mul(place, g.words() * (g.zeros() ? 2 : 1)), first);
              });
        });
  }

  /** {@code body} for the places of an axis; nothing in its padding. */
  private Stmt inside(Expr at, int extent, dev.coppice.compiler.loop.Stmts.LoopBody body) {
    if (!g.isPadded()) {
      return body.apply(at);
    }
    return when(and(ge(at, intLit(0)), lt(at, intLit(extent))), body.apply(at));
  }

  private Stmt tap(Expr xAt, Expr firstRow) {
    List<Stmt> body = new ArrayList<>();
    if (g.isPadded() && !g.zeros()) {
      body.add(assign(BASE, add(ref(BASE), intLit(g.depth()))));
    }
    int full = g.words() / BitCounts.WORDS * BitCounts.WORDS;
    if (full > 0) {
      body.add(
          full == BitCounts.WORDS
              ? words(xAt, firstRow, intLit(0), full)
              : loop(
                  "j",
                  intLit(0),
                  intLit(full),
                  BitCounts.WORDS,
                  Stmt.AxisKind.REDUCE,
                  j -> words(xAt, firstRow, j, BitCounts.WORDS)));
    }
    if (full < g.words()) {
      body.add(words(xAt, firstRow, intLit(full), g.words() - full));
    }
    return block(body);
  }

  private Stmt words(Expr xAt, Expr firstRow, Expr from, int count) {
    List<Array> rows = new ArrayList<>();
    List<Expr> signs = new ArrayList<>();
    List<Expr> masks = new ArrayList<>();
    Expr base = ref(BASE);
    for (int t = 0; t < count; t++) {
      Expr j = add(from, t);
      rows.add(row(w, add(firstRow, j)));
      if (g.zeros()) {
        Expr mask = load(x, add(add(xAt, mul(j, 2)), 1));
        signs.add(load(x, add(xAt, mul(j, 2))));
        masks.add(mask);
        base = add(base, BitCounts.count(mask));
      } else {
        signs.add(load(x, add(xAt, j)));
      }
    }
    Stmt sum = BitCounts.accumulate(sums, rows, signs, masks, intLit(g.oc()));
    return g.zeros() ? block(assign(BASE, base), sum) : sum;
  }

  private Expr dot(Expr oc) {
    return sub(ref(BASE), mul(load(sums, oc), 2));
  }

  private Stmt dots(Expr n, Expr oh, Expr ow) {
    return loop(
        "oc",
        g.oc(),
        oc -> {
          Expr at =
              g.channelsLast()
                  ? add(mul(add(mul(add(mul(n, g.oh()), oh), g.ow()), ow), g.oc()), oc)
                  : add(mul(add(mul(add(mul(n, g.oc()), oc), g.oh()), oh), g.ow()), ow);
          return store(y, at, dot(oc));
        });
  }

  /** Bits of the channels whose dot product reaches its threshold. */
  private Stmt pack(Expr yAt) {
    Buffer t = k.input(2, "t");
    int full = g.oc() / 32;
    List<Stmt> body = new ArrayList<>();
    if (full > 0) {
      body.add(Loops.each("o", full, o -> word(t, yAt, o, 32)));
    }
    if (g.oc() % 32 > 0) {
      body.add(word(t, yAt, intLit(full), g.oc() % 32));
    }
    return block(body);
  }

  private Stmt word(Buffer t, Expr yAt, Expr o, int bits) {
    Var word = new Var("word", LoopType.INT);
    return new Stmt.Block(
        List.of(
            local(word, intLit(0)),
            loop(
                "b",
                intLit(0),
                intLit(bits),
                1,
                Stmt.AxisKind.REDUCE,
                b -> {
                  Expr oc = add(mul(o, 32), b);
                  Expr bit = select(ge(dot(oc), load(t, oc)), intLit(1), intLit(0));
                  return assign(word, Exprs.or(ref(word), Exprs.binary(BinaryOp.SHL, bit, b)));
                }),
            store(y, add(yAt, o), ref(word))));
  }

  /** The result by definition. */
  public static Tensor evaluate(BinaryGeometry g, TensorType type, List<Tensor> inputs) {
    int[] dots = new int[g.n() * g.oh() * g.ow() * g.oc()];
    for (int i = 0; i < dots.length; i++) {
      dots[i] = dot(g, inputs, i);
    }
    if (inputs.size() < 3) {
      int plane = g.oh() * g.ow();
      return Tensor.fromLongs(
          type,
          i -> {
            int place = i / (plane * g.oc()) * plane + i % plane;
            return dots[g.channelsLast() ? i : place * g.oc() + i / plane % g.oc()];
          });
    }
    int words = Loops.ceilDiv(g.oc(), 32);
    return Tensor.fromLongs(
        type,
        i -> {
          int word = 0;
          for (int oc = i % words * 32; oc < Math.min(g.oc(), i % words * 32 + 32); oc++) {
            boolean set = dots[i / words * g.oc() + oc] >= inputs.get(2).longAt(oc);
            word |= set ? 1 << oc : 0;
          }
          return word;
        });
  }

  private static int dot(BinaryGeometry g, List<Tensor> inputs, int i) {
    int oc = i % g.oc();
    int place = i / g.oc();
    int ow = place % g.ow();
    int oh = place / g.ow() % g.oh();
    int n = place / g.ow() / g.oh();
    int sum = 0;
    for (int tap = 0; tap < g.kh() * g.kw(); tap++) {
      int ih = oh * g.strides().get(0) - g.pads().get(0) + tap / g.kw() * g.dilations().get(0);
      int iw = ow * g.strides().get(1) - g.pads().get(1) + tap % g.kw() * g.dilations().get(1);
      if (ih < 0 || ih >= g.h() || iw < 0 || iw >= g.w()) {
        continue;
      }
      int xAt = ((n * g.h() + ih) * g.w() + iw) * g.words();
      int wAt = (oc * g.kh() * g.kw() + tap) * g.words();
      for (int c = 0; c < g.depth(); c++) {
        int at = xAt + c / 32;
        boolean counts = !g.zeros() || bit(inputs.get(0), 2 * at + 1, c);
        boolean sign = bit(inputs.get(0), g.zeros() ? 2 * at : at, c);
        sum += counts ? sign == bit(inputs.get(1), wAt + c / 32, c) ? 1 : -1 : 0;
      }
    }
    return sum;
  }

  private static boolean bit(Tensor words, int at, int bit) {
    return ((int) words.longAt(at) >>> bit & 1) == 1;
  }
}
