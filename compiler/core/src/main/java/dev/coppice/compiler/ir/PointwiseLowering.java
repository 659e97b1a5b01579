package dev.coppice.compiler.ir;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The loop nest of a {@link Pointwise} operator: one loop if no operand is broadcast, else one per
 * run of axes over which every operand either moves or stands still.
 */
final class PointwiseLowering {
  private static final String[] NAMES = {"a", "b", "c", "d"};
  private static final String[] AXES = {"i", "j", "l", "m", "p", "q", "r", "s"};

  private final Pointwise op;
  private final KernelBuilder k;
  private final List<TensorType> types = new ArrayList<>();
  private final List<Operand> operands = new ArrayList<>();
  private final List<Run> runs;
  private final Buffer y;

  /**
   * An operand with its stride along each output axis, 0 where it is broadcast; a scalar constant
   * is a literal.
   */
  private record Operand(Optional<Buffer> buffer, Optional<Expr> literal, int[] strides) {}

  /**
   * Adjacent axes walked as one.
   *
   * @param extent product of their dimensions
   * @param axis the last of them, whose strides are those of the run
   * @param stride elements of the result from one step to the next
   */
  private record Run(int extent, int axis, int stride) {}

  private PointwiseLowering(Pointwise op, KernelBuilder k) {
    this.op = op;
    this.k = k;
    Shape out = k.outputType(0).shape();
    for (int i = 0; i < k.inputs(); i++) {
      types.add(k.inputType(i));
      operands.add(operand(k, i, out));
    }
    this.runs = runs(out);
    this.y = k.output(0, "y");
  }

  static Kernel lower(Pointwise op, KernelBuilder k) {
    return new PointwiseLowering(op, k).lower();
  }

  private Kernel lower() {
    Stmt body = nest(Exprs.intLit(0), new ArrayList<>());
    StringBuilder comment = new StringBuilder("y" + k.outputType(0) + " = " + op.name());
    for (int i = 0; i < types.size(); i++) {
      comment.append(i == 0 ? "(" : ", ").append(types.get(i));
    }
    return k.build(decapitalize(op.name()), comment.append(')').toString(), body);
  }

  private static Operand operand(KernelBuilder k, int i, Shape out) {
    TensorType type = k.inputType(i);
    Optional<Tensor> constant = k.constant(i);
    if (constant.isPresent() && (type.shape().size() == 1 || constant.get().isSplat())) {
      Expr literal = Exprs.literal(constant.get(), 0);
      return new Operand(Optional.empty(), Optional.of(literal), new int[out.rank()]);
    }
    int[] strides = new int[out.rank()];
    int[] own = type.shape().strides();
    int shift = out.rank() - type.shape().rank();
    for (int a = shift; a < out.rank(); a++) {
      strides[a] = type.shape().dim(a - shift) == 1 ? 0 : own[a - shift];
    }
    return new Operand(
        Optional.of(k.input(i, i < NAMES.length ? NAMES[i] : "x" + i)), Optional.empty(), strides);
  }

  /** Axes of one element are left out; an axis joins the run before it if every operand allows. */
  private List<Run> runs(Shape out) {
    int[] strides = out.strides();
    List<Run> all = new ArrayList<>();
    for (int a = 0; a < out.rank(); a++) {
      int extent = out.dim(a);
      int last = all.size() - 1;
      if (extent == 1) {
        continue;
      }
      if (last >= 0 && moveTogether(all.get(last).axis, a, extent)) {
        all.set(last, new Run(all.get(last).extent * extent, a, strides[a]));
      } else {
        all.add(new Run(extent, a, strides[a]));
      }
    }
    return all;
  }

  private boolean moveTogether(int outer, int inner, int extent) {
    return operands.stream().allMatch(o -> o.strides[outer] == o.strides[inner] * extent);
  }

  private Stmt nest(Expr outIndex, List<Expr> loops) {
    int depth = loops.size();
    if (depth == runs.size()) {
      List<Expr> values = operands.stream().map(o -> value(o, loops)).toList();
      return Stmts.store(y, outIndex, k.finish(op.apply(values, types), outIndex));
    }
    Run run = runs.get(depth);
    return Stmts.loop(
        AXES[depth % AXES.length] + (depth < AXES.length ? "" : "" + depth / AXES.length),
        Exprs.intLit(0),
        Exprs.intLit(run.extent),
        1,
        depth == runs.size() - 1 ? Stmt.AxisKind.VECTOR : Stmt.AxisKind.PARALLEL,
        i -> {
          List<Expr> inner = new ArrayList<>(loops);
          inner.add(i);
          return nest(Exprs.add(outIndex, Exprs.mul(i, run.stride)), inner);
        });
  }

  private Expr value(Operand operand, List<Expr> loops) {
    if (operand.literal.isPresent()) {
      return operand.literal.get();
    }
    Expr index = Exprs.intLit(0);
    for (int d = 0; d < loops.size(); d++) {
      int stride = operand.strides[runs.get(d).axis];
      index = Exprs.add(index, Exprs.mul(loops.get(d), stride));
    }
    return Exprs.load(operand.buffer.orElseThrow(), index);
  }

  private static String decapitalize(String name) {
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }
}
