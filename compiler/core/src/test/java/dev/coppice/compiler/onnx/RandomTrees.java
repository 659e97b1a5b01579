package dev.coppice.compiler.onnx;

import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Seeded random trees as the attributes of TreeEnsembleRegressor and TreeEnsembleClassifier. */
final class RandomTrees {
  private static final String[] MODES = {
    "BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"
  };

  private final Random random;
  private final int features;
  private final List<long[]> nodes = new ArrayList<>();
  private final List<Float> values = new ArrayList<>();
  private final List<String> modes = new ArrayList<>();
  private final List<long[]> leaves = new ArrayList<>();
  private final List<Float> weights = new ArrayList<>();

  /** What leaves of a tree hold. */
  interface Leaves {
    /** The targets of a leaf of tree {@code t}. */
    int[] targets(int t);
  }

  RandomTrees(
      long seed,
      int features,
      int trees,
      int depth,
      boolean anyMode,
      Leaves leaf,
      boolean positive) {
    random = new Random(seed);
    this.features = features;
    for (int t = 0; t < trees; t++) {
      grow(t, new int[1], depth, anyMode, leaf, positive);
    }
  }

  private long grow(int t, int[] count, int depth, boolean anyMode, Leaves leaf, boolean positive) {
    long id = count[0]++;
    int at = nodes.size();
    nodes.add(new long[] {t, id, 0, 0, 0, 0});
    // Quarters are met by the inputs, so that equality matters.
    values.add((random.nextInt(17) - 8) / 4f);
    modes.add("LEAF");
    if (depth == 0 || id > 0 && random.nextInt(6) == 0) {
      for (int target : leaf.targets(t)) {
        leaves.add(new long[] {t, id, target});
        weights.add(positive ? random.nextFloat() / 4 : (float) random.nextGaussian());
      }
      return id;
    }
    modes.set(at, MODES[anyMode ? random.nextInt(MODES.length) : 0]);
    long yes = grow(t, count, depth - 1, anyMode, leaf, positive);
    long no = grow(t, count, depth - 1, anyMode, leaf, positive);
    nodes.set(
        at, new long[] {t, id, random.nextInt(features), yes, no, anyMode ? random.nextInt(2) : 0});
    return id;
  }

  private static long[] column(List<long[]> rows, int c) {
    return rows.stream().mapToLong(r -> r[c]).toArray();
  }

  private static float[] floats(List<Float> values) {
    float[] f = new float[values.size()];
    for (int i = 0; i < f.length; i++) {
      f[i] = values.get(i);
    }
    return f;
  }

  /** The attributes; those of leaves begin with {@code prefix}. */
  List<AttributeProto> attributes(String prefix) {
    List<AttributeProto> a = new ArrayList<>();
    a.add(OnnxModels.attribute("nodes_treeids", column(nodes, 0)));
    a.add(OnnxModels.attribute("nodes_nodeids", column(nodes, 1)));
    a.add(OnnxModels.attribute("nodes_featureids", column(nodes, 2)));
    a.add(OnnxModels.attribute("nodes_truenodeids", column(nodes, 3)));
    a.add(OnnxModels.attribute("nodes_falsenodeids", column(nodes, 4)));
    a.add(OnnxModels.attribute("nodes_missing_value_tracks_true", column(nodes, 5)));
    a.add(OnnxModels.attribute("nodes_values", floats(values)));
    a.add(OnnxModels.attribute("nodes_modes", modes.toArray(String[]::new)));
    a.add(OnnxModels.attribute(prefix + "_treeids", column(leaves, 0)));
    a.add(OnnxModels.attribute(prefix + "_nodeids", column(leaves, 1)));
    a.add(OnnxModels.attribute(prefix + "_ids", column(leaves, 2)));
    a.add(OnnxModels.attribute(prefix + "_weights", floats(weights)));
    return a;
  }
}
