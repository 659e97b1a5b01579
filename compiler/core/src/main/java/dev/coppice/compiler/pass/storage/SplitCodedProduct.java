package dev.coppice.compiler.pass.storage;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Slice;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.ByteCodes;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A product of a vector with a large matrix that stays coded in memory becomes products with tiles
 * of the matrix, each decoded when its turn comes: the planned memory holds one tile at a time.
 *
 * <pre>
 * y = MatMul(x[1, K], w[K, N], b)
 * t = MatMul(x[:, :k], w[:k], b); y = Add(MatMul(x[:, k:], w[k:]), t)       where K is at least N
 * y = Concat(MatMul(x, w[:, :n], b[:n]), MatMul(x, w[:, n:], b[n:]))        elsewhere
 * </pre>
 */
public final class SplitCodedProduct implements RewriteRule<MatMul> {
  /**
   * Elements of a tile, or a few more: 64 KiB of floats. Matrices of up to two tiles stay whole.
   */
  static final int TILE = 1 << 14;

  /** Rows of a tile are a multiple of what kernels take at a time, columns fill registers. */
  private static final int ROWS = 4;

  private static final int COLUMNS = 16;

  @Override
  public Class<MatMul> root() {
    return MatMul.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.REASSOCIATED;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, MatMul op) {
    Optional<Tensor> w = graph.constant(node.input(1));
    Shape x = node.input(0).type().shape();
    boolean applies =
        w.isPresent()
            && w.get().shape().rank() == 2
            && w.get().size() > 2 * TILE
            && x.rank() == 2
            && x.dim(0) == 1
            && (node.inputs().size() < 3 || graph.constant(node.input(2)).isPresent())
            && ByteCodes.fit(w.get());
    if (!applies) {
      return Optional.empty();
    }
    boolean rows = w.get().shape().dim(0) >= w.get().shape().dim(1);
    int extent = w.get().shape().dim(rows ? 0 : 1);
    int each = each(extent, w.get().size(), rows ? ROWS : COLUMNS);
    if (each >= extent) {
      return Optional.empty();
    }
    GraphPatch patch = new GraphPatch(graph);
    Split split = new Split(graph, node, patch, w.get());
    Value y = rows ? split.rows(each) : split.columns(each);
    return Optional.of(patch.replace(node.output(), y));
  }

  /** Rows or columns of a tile: equal but for the last, a multiple of {@code unit}. */
  private static int each(int extent, int size, int unit) {
    int tiles = (size + TILE - 1) / TILE;
    int even = (extent + tiles - 1) / tiles;
    return (even + unit - 1) / unit * unit;
  }

  /** The tiles of one product. */
  private record Split(Graph graph, Node node, GraphPatch patch, Tensor w) {
    Value rows(int each) {
      int k = w.shape().dim(0);
      int n = w.shape().dim(1);
      Value x = node.input(0);
      Optional<Value> sum = Optional.empty();
      for (int from = 0; from < k; from += each) {
        int count = Math.min(each, k - from);
        Slice slice = new Slice(List.of(0, from), List.of(1, 1), List.of(1, count));
        List<Value> operands = new ArrayList<>();
        operands.add(add(slice, List.of(x)));
        int first = from * n;
        operands.add(tile(w.gather(Shape.of(count, n), i -> first + i)));
        if (from == 0 && node.inputs().size() > 2) {
          operands.add(node.input(2));
        }
        Value product = add(new MatMul(), operands);
        sum = Optional.of(sum.map(s -> add(new Add(), List.of(product, s))).orElse(product));
      }
      return sum.orElseThrow();
    }

    Value columns(int each) {
      int k = w.shape().dim(0);
      int n = w.shape().dim(1);
      List<Value> parts = new ArrayList<>();
      for (int from = 0; from < n; from += each) {
        int count = Math.min(each, n - from);
        int first = from;
        List<Value> operands = new ArrayList<>();
        operands.add(node.input(0));
        operands.add(tile(w.gather(Shape.of(k, count), i -> i / count * n + first + i % count)));
        if (node.inputs().size() > 2) {
          Tensor bias = graph.constant(node.input(2)).orElseThrow();
          operands.add(
              patch.constant(node.input(2).name(), bias.gather(Shape.of(count), i -> first + i)));
        }
        parts.add(add(new MatMul(), operands));
      }
      return add(new Concat(1), parts);
    }

    private Value tile(Tensor data) {
      return patch.constant(node.input(1).name(), data);
    }

    private Value add(Op op, List<Value> operands) {
      return patch.node(node.name(), op, operands, node.origin()).output();
    }
  }
}
