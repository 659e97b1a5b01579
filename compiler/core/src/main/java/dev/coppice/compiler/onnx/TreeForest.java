package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.TreeEnsemble;
import dev.coppice.compiler.op.TreeEnsemble.Aggregate;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;

/** Decision trees while they are read, and the {@link TreeEnsemble} that they become. */
final class TreeForest {
  private static final int DEEPEST = 2048;

  /**
   * A node of a model: a leaf with weights by target, or a branch.
   *
   * @param yes number of the node that rows which fulfil the condition go to
   * @param no number of the node that others go to
   */
  record Source(
      Map<Integer, Double> weights, int feature, BranchCondition condition, int yes, int no) {
    static Source leaf(Map<Integer, Double> weights) {
      return new Source(weights, 0, new BranchCondition(List.of(), true, true), -1, -1);
    }

    boolean isLeaf() {
      return yes < 0;
    }
  }

  private final DType dtype;
  private final int targets;
  private final IntFunction<Source> sources;
  private final Map<Integer, Integer> known = new LinkedHashMap<>();
  private final List<Integer> features = new ArrayList<>();
  private final List<Double> thresholds = new ArrayList<>();
  private final List<int[]> children = new ArrayList<>();
  private final List<Map<Integer, Double>> leaves = new ArrayList<>();
  private final List<Integer> roots = new ArrayList<>();

  /**
   * @param dtype type of weights
   * @param sources the nodes of the model by number
   */
  TreeForest(DType dtype, int targets, IntFunction<Source> sources) {
    this.dtype = dtype;
    this.targets = targets;
    this.sources = sources;
  }

  /** Adds the tree below node {@code root}. */
  void add(int root) {
    roots.add(place(root, 0));
  }

  /** Where node {@code id} is: a branch's index, or the complement of a leaf's. */
  private int place(int id, int depth) {
    if (depth > DEEPEST) {
      throw new IllegalArgumentException(
          "a tree has a cycle or more than " + DEEPEST + " levels of nodes");
    }
    Integer at = known.get(id);
    if (at == null) {
      Source source = sources.apply(id);
      if (source.isLeaf()) {
        leaves.add(new TreeMap<>(source.weights()));
        at = ~(leaves.size() - 1);
      } else {
        BranchCondition c = source.condition();
        boolean passes = c.cuts().isEmpty() && c.nan() == c.first();
        at =
            passes
                ? place(c.first() ? source.yes() : source.no(), depth + 1)
                : search(source, 0, c.cuts().size(), depth);
      }
      known.put(id, at);
    }
    return at;
  }

  /** A search tree over intervals {@code from .. to} of the condition. */
  private int search(Source source, int from, int to, int depth) {
    BranchCondition c = source.condition();
    if (from == to && !c.cuts().isEmpty()) {
      return place(c.accepts(from) ? source.yes() : source.no(), depth + 1);
    }
    int middle = (from + to) / 2;
    int at = features.size();
    features.add(source.feature());
    thresholds.add(c.cuts().isEmpty() ? Double.POSITIVE_INFINITY : c.cuts().get(middle));
    children.add(new int[3]);
    int nan = place(c.nan() ? source.yes() : source.no(), depth + 1);
    int less =
        c.cuts().isEmpty()
            ? place(c.first() ? source.yes() : source.no(), depth + 1)
            : search(source, from, middle, depth);
    int more = c.cuts().isEmpty() ? nan : search(source, middle + 1, to, depth);
    children.set(at, new int[] {less, more, nan});
    return at;
  }

  /** Scores {@code [N, targets]} of {@code x} in its type. */
  Value scores(NodeContext node, Value x, Aggregate aggregate) {
    if (roots.isEmpty()) {
      throw new IllegalArgumentException("there is no tree");
    }
    int branches = features.size();
    int nodes = branches + leaves.size();
    List<Value> operands = new ArrayList<>();
    operands.add(x);
    operands.add(ints(node, i -> i < branches ? features.get(i) : 0, nodes));
    operands.add(
        node.constant(
            Tensor.fromDoubles(
                TensorType.of(DType.FLOAT64, nodes), i -> i < branches ? thresholds.get(i) : 0)));
    operands.add(
        ints(node, i -> i < 3 * branches ? node(children.get(i / 3)[i % 3]) : i / 3, nodes, 3));
    operands.add(ints(node, i -> node(roots.get(i)), roots.size()));
    weights(node, aggregate, operands);
    return node.emit(new TreeEnsemble(aggregate, targets), operands).get(0);
  }

  private int node(int place) {
    return place < 0 ? features.size() + ~place : place;
  }

  private static Value ints(NodeContext node, IntFunction<Integer> f, int... dims) {
    return node.constant(Tensor.fromLongs(TensorType.of(DType.INT32, dims), f::apply));
  }

  /**
   * Adds the weights: one for each target if most are given, else those that are given with their
   * targets, as many as the leaf with the most has.
   */
  private void weights(NodeContext node, Aggregate aggregate, List<Value> operands) {
    int most = Math.max(1, leaves.stream().mapToInt(Map::size).max().orElse(1));
    boolean dense = most * 2 >= targets;
    int width = dense ? targets : most;
    double[] weights = new double[leaves.size() * width];
    int[] ids = new int[weights.length];
    for (int leaf = 0; leaf < leaves.size(); leaf++) {
      List<Map.Entry<Integer, Double>> given = List.copyOf(leaves.get(leaf).entrySet());
      for (int w = 0; w < width; w++) {
        weights[leaf * width + w] =
            dense
                ? leaves.get(leaf).getOrDefault(w, aggregate.neutral())
                : w < given.size() ? given.get(w).getValue() : aggregate.neutral();
        ids[leaf * width + w] = w < given.size() ? given.get(w).getKey() : 0;
      }
    }
    operands.add(
        node.constant(
            Tensor.fromDoubles(TensorType.of(dtype, leaves.size(), width), i -> weights[i])));
    if (!dense) {
      operands.add(ints(node, i -> ids[i], leaves.size(), width));
    }
  }
}
