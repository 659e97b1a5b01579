package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The terms of a sum of {@link PanelConv}, in runs that lie side by side in the input: those of a
 * kernel row where there is one group and no dilation.
 *
 * @param offsets where in the input each run begins
 * @param length terms of a run, which lie side by side
 * @param perRow runs of a kernel row
 * @param down distance of the runs of two kernel rows
 * @param right distance of two runs of a kernel row
 */
record PanelRuns(List<Integer> offsets, int length, int perRow, int down, int right) {
  /** Shorter runs are read by a table: a call for each would cost more than it computes. */
  private static final int SHORTEST_RUN = 32;

  /** Those of {@code g}, whose input rows are {@code pitch} elements apart. */
  static PanelRuns of(ConvGeometry g, int pitch) {
    int last = g.spatial() - 1;
    int columns = g.kernel().get(last);
    boolean whole = g.group() == 1 && g.dilations().get(last) == 1;
    int perRow = whole ? 1 : columns;
    int down = g.spatial() == 2 ? g.dilations().get(0) * pitch : 0;
    int right = g.dilations().get(last) * g.c();
    List<Integer> offsets =
        IntStream.range(0, g.taps() / columns * perRow)
            .mapToObj(r -> r / perRow * down + r % perRow * right)
            .toList();
    return new PanelRuns(offsets, g.groupC() * (whole ? columns : 1), perRow, down, right);
  }

  /** Number of terms. */
  int terms() {
    return offsets.size() * length;
  }

  /** Whether a table says where each term is. */
  boolean isTable() {
    return offsets.size() > 1 && length < SHORTEST_RUN;
  }

  /** Where in the input each term is. */
  Tensor table() {
    return Tensor.fromLongs(
        TensorType.of(DType.INT32, terms()), t -> offsets.get(t / length) + t % length);
  }

  /** Where in the input {@code run} begins. */
  Expr offset(Expr run) {
    if (run instanceof Expr.Literal l) {
      return Exprs.intLit(offsets.get((int) l.bits()));
    }
    return perRow == 1
        ? Exprs.mul(run, down)
        : Exprs.add(
            Exprs.mul(Exprs.div(run, Exprs.intLit(perRow)), down),
            Exprs.mul(Exprs.rem(run, Exprs.intLit(perRow)), right));
  }
}
