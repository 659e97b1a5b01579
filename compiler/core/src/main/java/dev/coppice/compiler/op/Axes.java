package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.loop;

import dev.coppice.compiler.ir.ChannelsLast;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Arithmetic on shapes and axes that several operators share. */
final class Axes {
  private Axes() {}

  /** The coordinates of row-major element {@code i} of a box. */
  static int[] coordinates(int i, int[] extents) {
    int[] c = new int[extents.length];
    int rest = i;
    for (int a = extents.length - 1; a >= 0; a--) {
      c[a] = rest % extents[a];
      rest /= extents[a];
    }
    return c;
  }

  /** The row-major index of coordinates {@code c}. */
  static int index(int[] c, int[] strides) {
    int index = 0;
    for (int a = 0; a < c.length; a++) {
      index += c[a] * strides[a];
    }
    return index;
  }

  /** Product of the dimensions before {@code axis}. */
  static int outer(Shape shape, int axis) {
    return shape.sizeOf(0, axis);
  }

  /** Product of the dimensions after {@code axis}. */
  static int inner(Shape shape, int axis) {
    return shape.sizeOf(axis + 1, shape.rank());
  }

  /** Where axis {@code axis} of {@code [N, C, spatial...]} is in {@code [N, spatial..., C]}. */
  static int channelsLast(int axis, int rank) {
    return ChannelsLastConv.lastFromFirst(rank).indexOf(axis);
  }

  /** Values for the axes of {@code [N, C, spatial...]} as values for {@code [N, spatial..., C]}. */
  static <T> List<T> channelsLast(List<T> values) {
    return ChannelsLastConv.lastFromFirst(values.size()).stream().map(values::get).toList();
  }

  /**
   * {@code op}, which takes channels last and combines elements along some axes: where only C is
   * dropped, what is left has one order; where N is, what is left has neither.
   *
   * @param axes the axes of {@code [N, C, spatial...]} that are combined
   * @param kept whether they stay, with size 1
   */
  static Optional<ChannelsLast> combined(List<Integer> axes, boolean kept, Op op) {
    return kept || !axes.contains(0)
        ? Optional.of(new ChannelsLast(op, 1, kept || !axes.contains(1)))
        : Optional.empty();
  }

  /** The list as an array. */
  static int[] array(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Checks the constant indices of operand {@code i}, if it is constant, against an axis.
   *
   * @throws IllegalArgumentException naming the first index outside of {@code [-extent, extent)}
   */
  static void checkIndices(KernelBuilder k, int i, int extent) {
    k.constant(i)
        .ifPresent(
            t -> {
              for (int at = 0; at < t.size(); at++) {
                wrap(t.longAt(at), extent, k.inputType(0));
              }
            });
  }

  /** Where negative indices count from the end, the equivalent non-negative one. */
  static int wrap(long index, int extent, TensorType type) {
    if (index < -extent || index >= extent) {
      throw Operands.bad(
          "index %d is outside %d..%d of operand %s", index, -extent, extent - 1, type);
    }
    return (int) (index < 0 ? index + extent : index);
  }

  /** The body of a kernel whose results have no elements; residuals stay parameters. */
  static Stmt nothing(KernelBuilder k) {
    k.residuals();
    return block(List.of());
  }

  /** A loop with independent iterations, or its body at 0 if it runs once. */
  static Stmt each(String var, int extent, Stmts.LoopBody body) {
    return extent == 1 ? body.apply(intLit(0)) : loop(var, extent, body);
  }

  /**
   * Nested loops over a box; {@code body} is given one variable per axis, named {@code prefix} and
   * the axis.
   */
  static Stmt loops(String prefix, int[] extents, AxisKind kind, Function<List<Expr>, Stmt> body) {
    return loops(prefix, extents, kind, List.of(), body);
  }

  private static Stmt loops(
      String prefix,
      int[] extents,
      AxisKind kind,
      List<Expr> outer,
      Function<List<Expr>, Stmt> body) {
    int a = outer.size();
    if (a == extents.length) {
      return body.apply(outer);
    }
    return loop(
        prefix + a,
        intLit(0),
        intLit(extents[a]),
        1,
        kind,
        i -> {
          List<Expr> deeper = new ArrayList<>(outer);
          deeper.add(i);
          return loops(prefix, extents, kind, deeper, body);
        });
  }

  /** {@code sum(c[a] * strides[a])}. */
  static Expr index(List<Expr> c, int[] strides) {
    Expr index = intLit(0);
    for (int a = 0; a < strides.length; a++) {
      index = add(index, mul(c.get(a), strides[a]));
    }
    return index;
  }
}
