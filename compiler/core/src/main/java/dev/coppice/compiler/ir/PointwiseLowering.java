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

  private PointwiseLowering() {}

  static Kernel lower(Pointwise op, KernelBuilder k) {
    Shape out = k.outputType(0).shape();
    List<TensorType> types = new ArrayList<>();
    List<Operand> operands = new ArrayList<>();
    for (int i = 0; i < k.inputs(); i++) {
      types.add(k.inputType(i));
      operands.add(operand(k, i, out));
    }
    int[] extents = out.dims();
    List<int[]> strides = new ArrayList<>();
    operands.forEach(o -> strides.add(o.strides));
    List<Integer> starts = mergedAxes(extents, strides);
    Buffer y = k.output(0, "y");
    Stmt body = nest(op, k, y, types, operands, out, starts, 0, Exprs.intLit(0), new ArrayList<>());
    StringBuilder comment = new StringBuilder("y" + k.outputType(0) + " = " + op.name());
    for (int i = 0; i < types.size(); i++) {
      comment.append(i == 0 ? "(" : ", ").append(types.get(i));
    }
    return k.build(decapitalize(op.name()), comment.append(')').toString(), body);
  }

  /**
   * An operand with its stride along each output axis, 0 where it is broadcast; a scalar constant
   * is a literal.
   */
  private record Operand(Optional<Buffer> buffer, Optional<Expr> literal, int[] strides) {}

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

  /** First axes of the runs of axes that can be walked as one. */
  private static List<Integer> mergedAxes(int[] extents, List<int[]> strides) {
    List<Integer> starts = new ArrayList<>();
    int last = -1;
    for (int a = 0; a < extents.length; a++) {
      int axis = a;
      int outer = last;
      // An axis of size 1 moves nothing, so it belongs to any run.
      boolean joins =
          extents[a] == 1
              || outer < 0
              || strides.stream().allMatch(s -> s[outer] == s[axis] * extents[axis]);
      if (a == 0 || !joins) {
        starts.add(a);
      }
      last = extents[a] == 1 ? last : a;
    }
    return starts;
  }

  private static Stmt nest(
      Pointwise op,
      KernelBuilder k,
      Buffer y,
      List<TensorType> types,
      List<Operand> operands,
      Shape out,
      List<Integer> starts,
      int depth,
      Expr outIndex,
      List<Expr> loops) {
    if (depth == starts.size()) {
      List<Expr> values = new ArrayList<>();
      for (Operand o : operands) {
        if (o.literal.isPresent()) {
          values.add(o.literal.get());
          continue;
        }
        Expr index = Exprs.intLit(0);
        for (int d = 0; d < loops.size(); d++) {
          index = Exprs.add(index, Exprs.mul(loops.get(d), runStride(o.strides, out, starts, d)));
        }
        values.add(Exprs.load(o.buffer.orElseThrow(), index));
      }
      return Stmts.store(y, outIndex, k.finish(op.apply(values, types), outIndex));
    }
    int from = starts.get(depth);
    int to = depth + 1 < starts.size() ? starts.get(depth + 1) : out.rank();
    int extent = out.sizeOf(from, to);
    int outStride = out.sizeOf(to, out.rank());
    Stmt.AxisKind kind = depth == starts.size() - 1 ? Stmt.AxisKind.VECTOR : Stmt.AxisKind.PARALLEL;
    return Stmts.loop(
        AXES[depth % AXES.length] + (depth < AXES.length ? "" : "" + depth / AXES.length),
        Exprs.intLit(0),
        Exprs.intLit(extent),
        1,
        kind,
        i -> {
          List<Expr> inner = new ArrayList<>(loops);
          inner.add(i);
          return nest(
              op,
              k,
              y,
              types,
              operands,
              out,
              starts,
              depth + 1,
              Exprs.add(outIndex, Exprs.mul(i, outStride)),
              inner);
        });
  }

  /** Stride of the innermost moving axis of run {@code d}. */
  private static int runStride(int[] strides, Shape out, List<Integer> starts, int d) {
    int to = d + 1 < starts.size() ? starts.get(d + 1) : out.rank();
    for (int a = to - 1; a >= starts.get(d); a--) {
      if (out.dim(a) != 1) {
        return strides[a];
      }
    }
    return strides.length == 0 ? 0 : strides[starts.get(d)];
  }

  private static String decapitalize(String name) {
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }
}
