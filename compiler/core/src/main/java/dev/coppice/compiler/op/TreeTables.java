package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/** The constant operands of {@link TreeEnsemble}, checked: every index is in range. */
final class TreeTables {
  private final Tensor features;
  private final Tensor thresholds;
  private final Tensor children;
  private final Tensor roots;
  private final Tensor weights;
  private final Optional<Tensor> targets;
  private final int branches;

  TreeTables(List<Tensor> operands, TensorType x) {
    features = operands.get(0);
    thresholds = operands.get(1);
    children = operands.get(2);
    roots = operands.get(3);
    weights = operands.get(4);
    targets = operands.size() > 5 ? Optional.of(operands.get(5)) : Optional.empty();
    branches = features.size() - weights.shape().dim(0);
    check("feature", features, x.shape().dim(1));
    check("child", children, features.size());
    check("root", roots, features.size());
    for (int i = 3 * branches; i < children.size(); i++) {
      if (children.longAt(i) != i / 3) {
        throw Operands.bad("leaf %d has child %d, expected itself", i / 3, children.longAt(i));
      }
    }
  }

  private static void check(String what, Tensor table, int limit) {
    for (int i = 0; i < table.size(); i++) {
      if (table.longAt(i) < 0 || table.longAt(i) >= limit) {
        throw Operands.bad("%s %d is outside 0..%d", what, table.longAt(i), limit - 1);
      }
    }
  }

  /** Number of trees. */
  int trees() {
    return roots.size();
  }

  /** Number of nodes that are no leaves. */
  int branches() {
    return branches;
  }

  /** Weights of a leaf. */
  int width() {
    return weights.shape().dim(1);
  }

  /** The weights, {@code [leaves, width]}. */
  Tensor weights() {
    return weights;
  }

  /** What each weight is for, unless weights are in the order of targets. */
  Optional<Tensor> targets() {
    return targets;
  }

  /**
   * Whether NaN goes in every node where what is at most (0) or more (1) than the threshold goes.
   */
  boolean nanFollows(int side) {
    for (int n = 0; n < branches; n++) {
      if (children.longAt(3 * n + 2) != children.longAt(3 * n + side)) {
        return false;
      }
    }
    return true;
  }

  /** The leaf, counted from the first one, that tree {@code t} has for row {@code row}. */
  int leafOf(int t, Tensor x, int row) {
    int node = (int) roots.longAt(t);
    for (int steps = 0; node < branches; steps++) {
      if (steps > branches) {
        throw Operands.bad("tree %d has a cycle", t);
      }
      double v = x.doubleAt(row * x.shape().dim(1) + (int) features.longAt(node));
      double limit = thresholds.doubleAt(node);
      int side = v <= limit ? 0 : v > limit ? 1 : 2;
      node = (int) children.longAt(3 * node + side);
    }
    return node - branches;
  }

  /** Most branches between the root of each tree and a leaf. */
  int[] depths() {
    int[] below = new int[features.size()];
    boolean[] open = new boolean[features.size()];
    boolean[] done = new boolean[features.size()];
    int[] depths = new int[trees()];
    for (int t = 0; t < depths.length; t++) {
      int root = (int) roots.longAt(t);
      measure(root, below, open, done);
      depths[t] = below[root];
    }
    return depths;
  }

  /** Depths below {@code root} in post-order, without recursion: trees may be lists. */
  private void measure(int root, int[] below, boolean[] open, boolean[] done) {
    int[] stack = new int[branches + 1];
    int top = 0;
    stack[top++] = root;
    while (top > 0) {
      int node = stack[top - 1];
      int next = done[node] || node >= branches ? -1 : unmeasured(node, open, done);
      open[node] = node < branches;
      if (next >= 0) {
        stack[top++] = next;
        continue;
      }
      for (int c = 0; node < branches && c < 3; c++) {
        below[node] = Math.max(below[node], 1 + below[(int) children.longAt(3 * node + c)]);
      }
      done[node] = true;
      top--;
    }
  }

  private int unmeasured(int node, boolean[] open, boolean[] done) {
    for (int c = 0; c < 3; c++) {
      int child = (int) children.longAt(3 * node + c);
      if (child < branches && !done[child]) {
        if (open[child] || child == node) {
          throw Operands.bad("node %d is its own descendant", child);
        }
        return child;
      }
    }
    return -1;
  }
}
