package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Stmts.fill;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The elements of a flat source in another order: element {@code (c0, c1, ...)} of a box is source
 * element {@code offset + sum(c[a] * strides[a])}. Transpose, Slice, Split, Expand, Tile and their
 * like differ only in these numbers.
 */
final class StridedView {
  /**
   * Runs below this length are copied by a loop: {@code System.arraycopy} would cost more than it
   * saves.
   */
  private static final int MIN_COPY = 8;

  private static final String[] AXES = {"i", "j", "l", "m", "n", "o", "p", "q"};

  private final int offset;
  private final int[] extents;
  private final int[] strides;

  StridedView(int offset, int[] extents, int[] strides) {
    this.offset = offset;
    this.extents = extents.clone();
    this.strides = strides.clone();
  }

  /** The first element. */
  int offset() {
    return offset;
  }

  /**
   * The viewed elements of {@code source} as a tensor of {@code shape}, which has as many elements
   * as the box.
   */
  Tensor read(Tensor source, Shape shape) {
    int[] place = Shape.of(extents).strides();
    return source.gather(
        shape,
        i -> {
          int from = offset;
          for (int a = 0; a < extents.length; a++) {
            from += i / place[a] % extents[a] * strides[a];
          }
          return from;
        });
  }

  /** Stores the viewed elements of {@code from} in row-major order to {@code to}. */
  Stmt copy(KernelBuilder k, Buffer from, Buffer to) {
    return copy(k, from, to, 0, Shape.of(extents).strides(), "");
  }

  /**
   * Stores the viewed elements of {@code from} to the places {@code toOffset + sum(c[a] *
   * toStrides[a])} of {@code to}, through the epilogue if there is one.
   *
   * @param suffix makes loop variables unique where a kernel has several copies
   */
  Stmt copy(KernelBuilder k, Buffer from, Buffer to, int toOffset, int[] toStrides, String suffix) {
    List<int[]> axes = merged(toStrides);
    return nest(k, from, to, axes, 0, intLit(offset), intLit(toOffset), suffix);
  }

  /**
   * Axes as {@code {extent, from stride, to stride}}, neighbours that walk on alike joined; one of
   * extent 0 if the box is empty.
   */
  private List<int[]> merged(int[] toStrides) {
    List<int[]> axes = new ArrayList<>();
    for (int a = 0; a < extents.length; a++) {
      if (extents[a] == 0) {
        return List.of(new int[] {0, 1, 1});
      }
      if (extents[a] == 1) {
        continue;
      }
      int[] last = axes.isEmpty() ? new int[3] : axes.get(axes.size() - 1);
      if (!axes.isEmpty()
          && last[1] == strides[a] * extents[a]
          && last[2] == toStrides[a] * extents[a]) {
        axes.set(axes.size() - 1, new int[] {last[0] * extents[a], strides[a], toStrides[a]});
      } else {
        axes.add(new int[] {extents[a], strides[a], toStrides[a]});
      }
    }
    if (axes.isEmpty()) {
      axes.add(new int[] {1, 1, 1});
    }
    return axes;
  }

  private static Stmt nest(
      KernelBuilder k,
      Buffer from,
      Buffer to,
      List<int[]> axes,
      int depth,
      Expr fromIndex,
      Expr toIndex,
      String suffix) {
    if (depth == axes.size()) {
      return store(to, toIndex, k.finish(load(from, fromIndex), toIndex));
    }
    int[] axis = axes.get(depth);
    boolean last = depth == axes.size() - 1;
    if (last && !k.hasEpilogue() && axis[2] == 1 && axis[0] >= MIN_COPY) {
      if (axis[1] == 1) {
        return Stmts.copy(from, fromIndex, to, toIndex, intLit(axis[0]));
      }
      if (axis[1] == 0) {
        return fill(to, toIndex, intLit(axis[0]), load(from, fromIndex));
      }
    }
    return loop(
        AXES[depth % AXES.length] + (depth < AXES.length ? "" : "" + depth / AXES.length) + suffix,
        intLit(0),
        intLit(axis[0]),
        1,
        last ? AxisKind.VECTOR : AxisKind.PARALLEL,
        i ->
            nest(
                k,
                from,
                to,
                axes,
                depth + 1,
                add(fromIndex, mul(i, axis[1])),
                add(toIndex, mul(i, axis[2])),
                suffix));
  }
}
