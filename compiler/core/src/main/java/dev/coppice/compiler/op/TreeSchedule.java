package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.binary;
import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.eq;
import static dev.coppice.compiler.loop.Exprs.gt;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.le;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.select;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.assign;
import static dev.coppice.compiler.loop.Stmts.fill;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.reduceLoop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.op.TreeEnsemble.Aggregate;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * The kernel of {@link TreeEnsemble}. A step down a tree is a chain of dependent loads, so several
 * trees are walked at once; all of them take as many steps as the deepest, leaves being their own
 * children.
 */
final class TreeSchedule {
  private static final int TOGETHER = 4;

  private final KernelBuilder k;
  private final Aggregate aggregate;
  private final int targets;
  private final int columns;
  private final TreeTables tables;
  private final LoopType type;
  private final Buffer x;
  private final Buffer features;
  private final Buffer thresholds;
  private final Buffer children;
  private final Buffer roots;
  private final Buffer weights;
  private final Buffer y;

  TreeSchedule(KernelBuilder k, Aggregate aggregate, int targets) {
    this.k = k;
    this.aggregate = aggregate;
    this.targets = targets;
    columns = k.inputType(0).shape().dim(1);
    List<Tensor> constants = new ArrayList<>();
    for (int i = 1; i < k.inputs(); i++) {
      int operand = i;
      constants.add(
          k.constant(i)
              .orElseThrow(
                  () -> Operands.bad("operand %d is computed, expected a constant", operand)));
    }
    tables = new TreeTables(constants, k.inputType(0));
    x = k.input(0, "x");
    features = k.input(1, "features");
    thresholds = k.input(2, "thresholds");
    children = k.input(3, "children");
    roots = k.input(4, "roots");
    weights = k.input(5, "w");
    y = k.output(0, "y");
    type = LoopType.of(x.dtype());
  }

  Kernel kernel() {
    int rows = k.inputType(0).shape().dim(0);
    int groups = tables.trees() / TOGETHER;
    Buffer depths = k.weights("depths", groupDepths());
    Buffer ids = tables.targets().isPresent() ? k.input(6, "targets") : y;
    Stmt body =
        Axes.each(
            "i",
            rows,
            i -> {
              Expr row = mul(i, targets);
              List<Stmt> steps = new ArrayList<>();
              steps.add(fill(y, row, intLit(targets), literal(type, aggregate.neutral())));
              if (groups > 0) {
                steps.add(
                    reduceLoop(
                        "g",
                        groups,
                        g -> group(mul(g, TOGETHER), TOGETHER, load(depths, g), i, ids)));
              }
              if (tables.trees() % TOGETHER > 0) {
                steps.add(
                    group(
                        intLit(groups * TOGETHER),
                        tables.trees() % TOGETHER,
                        load(depths, intLit(groups)),
                        i,
                        ids));
              }
              if (aggregate != Aggregate.SUM) {
                steps.add(loop("t", targets, t -> zeroWithoutWeights(add(row, t))));
              }
              return new Stmt.Block(steps);
            });
    return k.build(
        "treeEnsemble",
        "y" + k.outputType(0) + " = leaves of " + tables.trees() + " trees for rows of x",
        body);
  }

  private Tensor groupDepths() {
    int[] depths = tables.depths();
    int groups = (depths.length + TOGETHER - 1) / TOGETHER;
    return Tensor.fromLongs(
        TensorType.of(DType.INT32, groups),
        g -> {
          int most = 0;
          for (int t = g * TOGETHER; t < Math.min(depths.length, (g + 1) * TOGETHER); t++) {
            most = Math.max(most, depths[t]);
          }
          return most;
        });
  }

  /** Trees {@code first .. first+count-1}: from their roots down, then their leaves' weights. */
  private Stmt group(Expr first, int count, Expr depth, Expr i, Buffer ids) {
    List<Stmt> steps = new ArrayList<>();
    List<Var> nodes = new ArrayList<>();
    for (int j = 0; j < count; j++) {
      Var node = new Var("n" + j, LoopType.INT);
      nodes.add(node);
      steps.add(local(node, load(roots, add(first, j))));
    }
    steps.add(
        loop(
            "d",
            intLit(0),
            depth,
            1,
            AxisKind.REDUCE,
            d -> new Stmt.Block(nodes.stream().map(n -> step(n, i)).toList())));
    for (Var node : nodes) {
      steps.add(gather(node, i, ids));
    }
    return new Stmt.Block(steps);
  }

  private Stmt step(Var node, Expr i) {
    Var value = new Var("v" + node.name(), LoopType.DOUBLE);
    Var limit = new Var("t" + node.name(), LoopType.DOUBLE);
    Expr less = le(ref(value), ref(limit));
    Expr more = gt(ref(value), ref(limit));
    Expr side =
        tables.nanFollows(1)
            ? select(less, intLit(0), intLit(1))
            : tables.nanFollows(0)
                ? select(more, intLit(1), intLit(0))
                : select(less, intLit(0), select(more, intLit(1), intLit(2)));
    return new Stmt.Block(
        List.of(
            local(
                value,
                cast(LoopType.DOUBLE, load(x, add(mul(i, columns), load(features, ref(node)))))),
            local(limit, load(thresholds, ref(node))),
            assign(node, load(children, add(mul(ref(node), 3), side)))));
  }

  private Stmt gather(Var node, Expr i, Buffer ids) {
    int width = tables.width();
    return Axes.each(
        "w",
        width,
        w -> {
          Expr at = add(mul(sub(ref(node), intLit(tables.branches())), width), w);
          Expr target = tables.targets().isPresent() ? load(ids, at) : w;
          Expr to = add(mul(i, targets), target);
          return store(y, to, combine(load(y, to), load(weights, at)));
        });
  }

  private Expr combine(Expr a, Expr b) {
    return binary(
        switch (aggregate) {
          case SUM -> BinaryOp.ADD;
          case MIN -> BinaryOp.MIN;
          case MAX -> BinaryOp.MAX;
        },
        a,
        b);
  }

  private Stmt zeroWithoutWeights(Expr at) {
    Expr none = eq(load(y, at), literal(type, aggregate.neutral()));
    return store(y, at, select(none, literal(type, 0), load(y, at)));
  }
}
