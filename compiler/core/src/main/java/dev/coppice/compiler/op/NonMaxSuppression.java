package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.and;
import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.floatLit;
import static dev.coppice.compiler.loop.Exprs.gt;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.longLit;
import static dev.coppice.compiler.loop.Exprs.lt;
import static dev.coppice.compiler.loop.Exprs.max;
import static dev.coppice.compiler.loop.Exprs.min;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.not;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.assign;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.fill;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.store;
import static dev.coppice.compiler.loop.Stmts.when;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Boxes that do not overlap a better one: for each batch and class, in order of falling score, a
 * box is kept if its intersection over union with each box kept before is at most a threshold.
 * Operands: {@code boxes: f32[batches, n, 4]}; {@code scores: f32[batches, classes, n]}; most boxes
 * per batch and class, one i64; that threshold, one f32; the score that a box must exceed, one f32.
 * Results: rows of batch, class and box, {@code i64[batches * classes * most, 3]}, zero beyond the
 * last; how many there are, {@code i64[]}. ONNX NonMaxSuppression, since 10.
 *
 * @param centerPointBox whether a box is given by center and size, else by two opposite corners
 * @param most room for boxes per batch and class
 */
public record NonMaxSuppression(boolean centerPointBox, int most) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 5, 5);
    for (int i : new int[] {0, 1, 3, 4}) {
      Operands.dtype(inputs, i, DType.FLOAT32);
    }
    Operands.dtype(inputs, 2, DType.INT64);
    Shape boxes = inputs.get(0).shape();
    Shape scores = inputs.get(1).shape();
    if (boxes.rank() != 3
        || boxes.dim(2) != 4
        || scores.rank() != 3
        || scores.dim(0) != boxes.dim(0)
        || scores.dim(2) != boxes.dim(1)) {
      throw Operands.bad(
          "boxes are %s and scores %s, expected [batches, n, 4] and [batches, classes, n]",
          inputs.get(0), inputs.get(1));
    }
    for (int i = 2; i < 5; i++) {
      if (inputs.get(i).shape().size() != 1) {
        throw Operands.bad("operand %d is %s, expected one element", i, inputs.get(i));
      }
    }
    int rows = Math.multiplyExact(Math.multiplyExact(scores.dim(0), scores.dim(1)), most);
    return List.of(TensorType.of(DType.INT64, rows, 3), TensorType.of(DType.INT64));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor scores = inputs.get(1);
    int classes = scores.shape().dim(1);
    int n = scores.shape().dim(2);
    long limit = Math.min(most, inputs.get(2).longAt(0));
    List<long[]> rows = new ArrayList<>();
    for (int b = 0; b < scores.shape().dim(0); b++) {
      for (int c = 0; c < classes; c++) {
        int at = (b * classes + c) * n;
        List<Integer> left = new ArrayList<>();
        for (int i = 0; i < n; i++) {
          if (scores.floatAt(at + i) > inputs.get(4).floatAt(0)) {
            left.add(i);
          }
        }
        left.sort(Comparator.comparing((Integer i) -> -scores.floatAt(at + i)));
        for (int kept = 0; kept < limit && !left.isEmpty(); kept++) {
          int best = left.remove(0);
          rows.add(new long[] {b, c, best});
          int batch = b;
          left.removeIf(i -> overlap(inputs, batch * n + best, batch * n + i));
        }
      }
    }
    TensorType type = inferTypes(inputs.stream().map(Tensor::type).toList()).get(0);
    return List.of(
        Tensor.fromLongs(type, i -> i / 3 < rows.size() ? rows.get(i / 3)[i % 3] : 0),
        Tensor.ofLongs(Shape.SCALAR, rows.size()));
  }

  private boolean overlap(List<Tensor> inputs, int a, int b) {
    float[] p = corners(inputs.get(0), a);
    float[] q = corners(inputs.get(0), b);
    float height = Math.min(p[2], q[2]) - Math.max(p[0], q[0]);
    float width = Math.min(p[3], q[3]) - Math.max(p[1], q[1]);
    float common = Math.max(height, 0) * Math.max(width, 0);
    float first = (p[2] - p[0]) * (p[3] - p[1]);
    float second = (q[2] - q[0]) * (q[3] - q[1]);
    return common > 0
        && first > 0
        && second > 0
        && common / (first + second - common) > inputs.get(3).floatAt(0);
  }

  /** Lower and upper corner. */
  private float[] corners(Tensor boxes, int box) {
    float a = boxes.floatAt(box * 4);
    float b = boxes.floatAt(box * 4 + 1);
    float c = boxes.floatAt(box * 4 + 2);
    float d = boxes.floatAt(box * 4 + 3);
    return centerPointBox
        ? new float[] {a - c / 2, b - d / 2, a + c / 2, b + d / 2}
        : new float[] {Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)};
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    return new Lowering(k, centerPointBox, most).kernel();
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }

  /** Candidates of a class, in order of their number, shrink as the best is taken out. */
  private static final class Lowering {
    private final KernelBuilder k;
    private final boolean centerPointBox;
    private final int most;
    private final Shape shape;
    private final Buffer boxes;
    private final Buffer scores;
    private final Buffer y;
    private final Buffer left;
    private final Var rows = new Var("rows", LoopType.INT);
    private final Var n = new Var("n", LoopType.INT);
    private final Var best = new Var("best", LoopType.INT);

    Lowering(KernelBuilder k, boolean centerPointBox, int most) {
      this.k = k;
      this.centerPointBox = centerPointBox;
      this.most = most;
      this.shape = k.inputType(1).shape();
      this.boxes = k.input(0, "boxes");
      this.scores = k.input(1, "scores");
      this.y = k.output(0, "y");
      this.left = k.scratch("left", DType.INT32, shape.dim(2));
    }

    Kernel kernel() {
      Buffer count = k.output(1, "count");
      Expr given = load(k.input(2, "mostBoxes"), intLit(0));
      Var limit = new Var("limit", LoopType.INT);
      Expr clamped = max(longLit(0), min(longLit(most), given));
      Stmt all =
          serial(
              "b",
              intLit(shape.dim(0)),
              b -> serial("c", intLit(shape.dim(1)), c -> ofClass(b, c, ref(limit))));
      return k.build(
          "nonMaxSuppression",
          "y" + k.outputType(0) + " = batch, class and box of boxes that no better one overlaps",
          block(
              fill(y, intLit(0), intLit(y.length()), longLit(0)),
              local(limit, cast(LoopType.INT, clamped)),
              local(rows, intLit(0)),
              local(n, intLit(0)),
              local(best, intLit(0)),
              all,
              store(count, intLit(0), cast(LoopType.LONG, ref(rows)))));
    }

    private static Stmt serial(String name, Expr to, Stmts.LoopBody body) {
      return loop(name, intLit(0), to, 1, AxisKind.REDUCE, body);
    }

    private Stmt ofClass(Expr b, Expr c, Expr limit) {
      Expr row = mul(add(mul(b, shape.dim(1)), c), shape.dim(2));
      Expr atLeast = load(k.input(4, "scoreThreshold"), intLit(0));
      return block(
          assign(n, intLit(0)),
          serial(
              "i",
              intLit(shape.dim(2)),
              i ->
                  when(
                      gt(load(scores, add(row, i)), atLeast),
                      block(store(left, ref(n), i), assign(n, add(ref(n), intLit(1)))))),
          serial("kept", limit, kept -> when(gt(ref(n), intLit(0)), take(b, c, row))));
    }

    private Stmt take(Expr b, Expr c, Expr row) {
      Var from = new Var("count", LoopType.INT);
      Var box = new Var("box", LoopType.INT);
      Expr first = mul(ref(rows), 3);
      return block(
          assign(best, load(left, intLit(0))),
          local(from, ref(n)),
          loop(
              "j",
              intLit(1),
              ref(from),
              1,
              AxisKind.REDUCE,
              j ->
                  block(
                      local(box, load(left, j)),
                      when(
                          gt(load(scores, add(row, ref(box))), load(scores, add(row, ref(best)))),
                          assign(best, ref(box))))),
          store(y, first, cast(LoopType.LONG, b)),
          store(y, add(first, intLit(1)), cast(LoopType.LONG, c)),
          store(y, add(first, intLit(2)), cast(LoopType.LONG, ref(best))),
          assign(rows, add(ref(rows), intLit(1))),
          drop(b, from));
    }

    /** Keeps the candidates that the best neither is nor overlaps. */
    private Stmt drop(Expr b, Var from) {
      List<Stmt> own = new ArrayList<>();
      List<Expr> p = corners(b, ref(best), "p", own);
      Var box = new Var("other", LoopType.INT);
      own.add(assign(n, intLit(0)));
      own.add(
          loop(
              "j",
              intLit(0),
              ref(from),
              1,
              AxisKind.REDUCE,
              j -> {
                List<Stmt> body = new ArrayList<>();
                body.add(local(box, load(left, j)));
                List<Expr> q = corners(b, ref(box), "q", body);
                Expr stays = and(not(Exprs.eq(ref(box), ref(best))), not(overlap(p, q, body)));
                body.add(
                    when(
                        stays,
                        block(store(left, ref(n), ref(box)), assign(n, add(ref(n), intLit(1))))));
                return block(body);
              }));
      return block(own);
    }

    private List<Expr> corners(Expr b, Expr box, String prefix, List<Stmt> body) {
      Var at = new Var(prefix + "At", LoopType.INT);
      body.add(local(at, mul(add(mul(b, shape.dim(2)), box), 4)));
      List<Expr> v = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        v.add(load(boxes, add(ref(at), intLit(i))));
      }
      List<Expr> corners = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Expr a = v.get(i % 2);
        Expr c = v.get(2 + i % 2);
        Expr half = Exprs.div(c, floatLit(2));
        Expr value =
            centerPointBox ? i < 2 ? sub(a, half) : add(a, half) : i < 2 ? min(a, c) : max(a, c);
        Var corner = new Var(prefix + i, LoopType.FLOAT);
        body.add(local(corner, value));
        corners.add(ref(corner));
      }
      return corners;
    }

    private Expr overlap(List<Expr> p, List<Expr> q, List<Stmt> body) {
      Expr height = sub(min(p.get(2), q.get(2)), max(p.get(0), q.get(0)));
      Expr width = sub(min(p.get(3), q.get(3)), max(p.get(1), q.get(1)));
      Var common = new Var("common", LoopType.FLOAT);
      body.add(local(common, mul(max(height, floatLit(0)), max(width, floatLit(0)))));
      Var first = new Var("first", LoopType.FLOAT);
      body.add(local(first, mul(sub(p.get(2), p.get(0)), sub(p.get(3), p.get(1)))));
      Var second = new Var("second", LoopType.FLOAT);
      body.add(local(second, mul(sub(q.get(2), q.get(0)), sub(q.get(3), q.get(1)))));
      Expr union = sub(add(ref(first), ref(second)), ref(common));
      Expr ratio = Exprs.div(ref(common), union);
      Expr some =
          and(
              lt(floatLit(0), ref(common)),
              and(lt(floatLit(0), ref(first)), lt(floatLit(0), ref(second))));
      return and(some, gt(ratio, load(k.input(3, "iouThreshold"), intLit(0))));
    }
  }
}
