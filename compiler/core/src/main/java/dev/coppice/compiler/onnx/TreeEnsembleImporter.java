package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.TreeForest.Source;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * TreeEnsemble, since 5 of ai.onnx.ml: branches and leaves in lists of their own. Rows are float32
 * or float64 and so is the result.
 */
final class TreeEnsembleImporter implements NodeImporter {
  private static final List<String> MODES =
      List.of("LEQ", "LT", "GTE", "GT", "EQ", "NEQ", "MEMBER");
  private static final List<PostTransform> TRANSFORMS =
      List.of(
          PostTransform.NONE,
          PostTransform.SOFTMAX,
          PostTransform.LOGISTIC,
          PostTransform.SOFTMAX_ZERO,
          PostTransform.PROBIT);
  private static final List<String> FUNCTIONS = List.of("AVERAGE", "SUM", "MIN", "MAX");

  @Override
  public List<Value> apply(NodeContext node) {
    Value x = MachineLearningInputs.rows(node);
    DType dtype = x.type().dtype();
    if (dtype != DType.FLOAT32 && dtype != DType.FLOAT64) {
      throw node.unsupportedType(x.type().toString(), "trees compare float32 or float64");
    }
    node.attributes().ignore("nodes_hitrates");
    int targets = node.attributes().integer("n_targets");
    List<Integer> roots = required(node, "tree_roots");
    int function = code(node, "aggregate_function", 1, FUNCTIONS.size());
    int transform = code(node, "post_transform", 0, TRANSFORMS.size());
    List<Source> sources = branches(node, dtype, x.type().shape().dim(1));
    int branches = sources.size();
    sources.addAll(leaves(node, targets));
    TreeForest forest =
        new TreeForest(
            dtype, targets, i -> i < sources.size() ? sources.get(i) : missing(i, branches));
    for (int root : roots) {
      forest.add(root >= 0 && root < branches ? root : missing(root, branches).yes());
    }
    Value scores =
        TreeRegressorImporter.aggregate(node, forest, x, FUNCTIONS.get(function), roots.size());
    PostTransform last = TRANSFORMS.get(transform);
    return List.of(
        targets == 1 && last != PostTransform.PROBIT ? scores : last.apply(node, scores));
  }

  private static Source missing(int i, int branches) {
    throw new IllegalArgumentException(
        "a tree names node " + i + ", but there are " + branches + " and fewer leaves");
  }

  private static int code(NodeContext node, String name, int otherwise, int count) {
    int code = node.attributes().integer(name, otherwise);
    if (code < 0 || code >= count) {
      throw new IllegalArgumentException(
          "attribute '" + name + "' is " + code + ", expected 0.." + (count - 1));
    }
    return code;
  }

  private static List<Integer> required(NodeContext node, String name) {
    return node.attributes()
        .integers(name)
        .orElseThrow(() -> new IllegalArgumentException("attribute '" + name + "' is missing"));
  }

  private static Tensor tensor(NodeContext node, String name) {
    return node.tensor(name)
        .orElseThrow(() -> new IllegalArgumentException("attribute '" + name + "' is missing"));
  }

  private static List<Source> leaves(NodeContext node, int targets) {
    Tensor weights = tensor(node, "leaf_weights");
    List<Integer> ids = required(node, "leaf_targetids");
    List<Source> leaves = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      if (ids.get(i) < 0 || ids.get(i) >= targets || ids.size() != weights.size()) {
        throw new IllegalArgumentException(
            "leaf "
                + i
                + " of "
                + weights.size()
                + " is for target "
                + ids.get(i)
                + ", expected 0.."
                + (targets - 1));
      }
      leaves.add(Source.leaf(Map.of(ids.get(i), weights.doubleAt(i))));
    }
    return leaves;
  }

  private static List<Source> branches(NodeContext node, DType dtype, int columns) {
    Tensor modes = tensor(node, "nodes_modes");
    Tensor splits = tensor(node, "nodes_splits");
    List<Integer> features = required(node, "nodes_featureids");
    int count = features.size();
    int[] yes = children(node, "true", count);
    int[] no = children(node, "false", count);
    List<Integer> missing =
        node.attributes().integers("nodes_missing_value_tracks_true").orElse(List.of());
    if (modes.size() != count
        || splits.size() != count
        || !missing.isEmpty() && missing.size() != count) {
      throw new IllegalArgumentException(
          "attributes of nodes differ in length: "
              + List.of(count, modes.size(), splits.size(), missing.size()));
    }
    List<List<Double>> members = members(node);
    List<Source> branches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      TreeAttributes.checkFeature(features.get(i), columns);
      long mode = modes.longAt(i);
      String name = mode >= 0 && mode < MODES.size() ? MODES.get((int) mode) : "" + mode;
      List<Double> values =
          name.equals("MEMBER") ? nextSet(members, i) : List.of(splits.doubleAt(i));
      BranchCondition condition =
          BranchCondition.of(
              name, values, dtype == DType.FLOAT32, !missing.isEmpty() && missing.get(i) == 1);
      branches.add(new Source(Map.of(), features.get(i), condition, yes[i], no[i]));
    }
    return branches;
  }

  private static List<Double> nextSet(List<List<Double>> members, int i) {
    if (members.isEmpty()) {
      throw new IllegalArgumentException(
          "attribute 'membership_values' ends before node " + i + ", which asks for membership");
    }
    return members.remove(0);
  }

  /** Numbers of children: branches from 0, leaves after them. */
  private static int[] children(NodeContext node, String side, int count) {
    List<Integer> ids = required(node, "nodes_" + side + "nodeids");
    List<Integer> leaf = required(node, "nodes_" + side + "leafs");
    if (ids.size() != count || leaf.size() != count) {
      throw new IllegalArgumentException(
          "attribute 'nodes_"
              + side
              + "nodeids' has "
              + ids.size()
              + " entries, expected "
              + count);
    }
    int[] children = new int[count];
    for (int i = 0; i < count; i++) {
      boolean fits = ids.get(i) >= 0 && (leaf.get(i) == 1 || ids.get(i) < count);
      children[i] =
          fits ? ids.get(i) + (leaf.get(i) == 1 ? count : 0) : missing(ids.get(i), count).yes();
    }
    return children;
  }

  /** The sets of attribute {@code membership_values}, which NaN ends. */
  private static List<List<Double>> members(NodeContext node) {
    List<List<Double>> sets = new ArrayList<>();
    List<Double> set = new ArrayList<>();
    Tensor values = node.tensor("membership_values").orElse(null);
    for (int i = 0; values != null && i < values.size(); i++) {
      if (Double.isNaN(values.doubleAt(i))) {
        sets.add(set);
        set = new ArrayList<>();
      } else {
        set.add(values.doubleAt(i));
      }
    }
    return sets;
  }
}
