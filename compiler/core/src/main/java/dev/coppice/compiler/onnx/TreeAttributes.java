package dev.coppice.compiler.onnx;

import dev.coppice.compiler.onnx.TreeForest.Source;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The trees of TreeEnsembleRegressor and TreeEnsembleClassifier: lists with an entry for each node,
 * and lists of weights that name their leaves ({@code target_*}, {@code class_*}).
 */
final class TreeAttributes {
  private record Key(long tree, long node) {}

  private final NodeContext node;
  private final String prefix;
  private final List<Long> treeIds;
  private final Map<Key, Integer> places = new LinkedHashMap<>();
  private final Map<Integer, Map<Integer, Double>> weights = new TreeMap<>();
  private final Set<Integer> weighted = new TreeSet<>();
  private boolean positive = true;

  TreeAttributes(NodeContext node, String prefix, int targets) {
    this.node = node;
    this.prefix = prefix;
    node.attributes().ignore("nodes_hitrates", "nodes_hitrates_as_tensor");
    treeIds = longs("nodes_treeids");
    List<Long> nodeIds = sized("nodes_nodeids");
    for (int i = 0; i < nodeIds.size(); i++) {
      if (places.put(new Key(treeIds.get(i), nodeIds.get(i)), i) != null) {
        throw new IllegalArgumentException(
            "node " + nodeIds.get(i) + " of tree " + treeIds.get(i) + " is given twice");
      }
    }
    readWeights(targets);
  }

  private List<Long> longs(String name) {
    return node.attributes()
        .longIntegers(name)
        .orElseThrow(() -> new IllegalArgumentException("attribute '" + name + "' is missing"));
  }

  private List<Long> sized(String name) {
    return sized(name, longs(name), treeIds.size());
  }

  private static <T> List<T> sized(String name, List<T> values, int size) {
    if (values.size() != size) {
      throw new IllegalArgumentException(
          "attribute '" + name + "' has " + values.size() + " entries, expected " + size);
    }
    return values;
  }

  private static Tensor sized(String name, Tensor values, int size) {
    if (values.size() != size) {
      throw new IllegalArgumentException(
          "attribute '" + name + "' has " + values.size() + " entries, expected " + size);
    }
    return values;
  }

  private void readWeights(int targets) {
    List<Long> trees = longs(prefix + "_treeids");
    List<Long> nodes = sized(prefix + "_nodeids", longs(prefix + "_nodeids"), trees.size());
    List<Long> ids = sized(prefix + "_ids", longs(prefix + "_ids"), trees.size());
    Tensor values = tensor(prefix + "_weights", trees.size());
    for (int i = 0; i < trees.size(); i++) {
      long id = ids.get(i);
      if (id < 0 || id >= targets) {
        throw new IllegalArgumentException(
            "attribute '" + prefix + "_ids' holds " + id + ", expected 0.." + (targets - 1));
      }
      weights
          .computeIfAbsent(place(trees.get(i), nodes.get(i)), p -> new TreeMap<>())
          .merge((int) id, values.doubleAt(i), Double::sum);
      weighted.add((int) id);
      positive &= !(values.doubleAt(i) < 0);
    }
  }

  private Tensor tensor(String name, int size) {
    return sized(
        name,
        MachineLearningInputs.numbers(node, name)
            .orElseThrow(() -> new IllegalArgumentException("attribute '" + name + "' is missing")),
        size);
  }

  private int place(long tree, long id) {
    Integer at = places.get(new Key(tree, id));
    if (at == null) {
      throw new IllegalArgumentException("tree " + tree + " has no node " + id);
    }
    return at;
  }

  /** The targets that have a weight. */
  Set<Integer> weighted() {
    return weighted;
  }

  /** Lets all weights be for target 0. */
  void dropTargets() {
    weights.replaceAll(
        (leaf, w) -> Map.of(0, w.values().stream().mapToDouble(Double::doubleValue).sum()));
  }

  /** Whether no weight is negative. */
  boolean positive() {
    return positive;
  }

  /** Number of trees. */
  int trees() {
    return (int) treeIds.stream().distinct().count();
  }

  /** Requires {@code feature} to be one of {@code columns}. */
  static void checkFeature(long feature, int columns) {
    if (feature < 0 || feature >= columns) {
      throw new IllegalArgumentException(
          "a node compares feature " + feature + ", but rows have " + columns);
    }
  }

  /** The trees for {@code columns} features of type {@code dtype}. */
  TreeForest forest(DType dtype, int columns, int targets) {
    List<Source> sources = sources(dtype == DType.FLOAT32, columns);
    Set<Integer> roots = new TreeSet<>(places.values());
    sources.forEach(s -> roots.removeAll(List.of(s.yes(), s.no())));
    if (roots.size() != trees()) {
      throw new IllegalArgumentException(
          trees() + " trees have " + roots.size() + " roots, expected one each");
    }
    TreeForest forest = new TreeForest(dtype, targets, sources::get);
    roots.forEach(forest::add);
    return forest;
  }

  /** The nodes in their order in the attributes. */
  private List<Source> sources(boolean narrow, int columns) {
    int count = treeIds.size();
    List<String> modes =
        sized("nodes_modes", node.attributes().texts("nodes_modes").orElse(List.of()), count);
    List<Long> features = sized("nodes_featureids");
    List<Long> yes = sized("nodes_truenodeids");
    List<Long> no = sized("nodes_falsenodeids");
    Tensor values = tensor("nodes_values", count);
    List<Long> missing = missing();
    List<Source> sources = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (modes.get(i).equals("LEAF")) {
        sources.add(Source.leaf(weights.getOrDefault(i, Map.of())));
        continue;
      }
      checkFeature(features.get(i), columns);
      double value = values.doubleAt(i);
      BranchCondition condition =
          BranchCondition.of(
              modes.get(i).replaceFirst("^BRANCH_", ""),
              List.of(narrow ? (float) value : value),
              narrow,
              missing.get(i) == 1);
      int t = place(treeIds.get(i), yes.get(i));
      int f = place(treeIds.get(i), no.get(i));
      sources.add(new Source(Map.of(), features.get(i).intValue(), condition, t, f));
    }
    return sources;
  }

  private List<Long> missing() {
    String name = "nodes_missing_value_tracks_true";
    List<Long> given = node.attributes().longIntegers(name).orElse(List.of());
    return given.isEmpty()
        ? Collections.nCopies(treeIds.size(), 0L)
        : sized(name, given, treeIds.size());
  }
}
