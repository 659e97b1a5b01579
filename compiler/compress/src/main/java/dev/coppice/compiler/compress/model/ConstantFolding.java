package dev.coppice.compiler.compress.model;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which nodes become constants, as what they compute is known. Nodes with bodies, with several
 * results, and those that compute an output of the model stay.
 *
 * @param left the nodes that stay, in order
 * @param constants what the others compute, by name
 */
record ConstantFolding(List<NodeProto> left, Map<String, Tensor> constants) {
  /**
   * Folds nodes of constants alone, but for {@link StoredForms} and what is computed from them.
   *
   * @param nodes in topological order
   * @param constants names of the constants that there are
   * @param known the data of all values that do not depend on the inputs
   */
  static ConstantFolding of(
      List<NodeProto> nodes,
      Set<String> constants,
      Map<String, Tensor> known,
      Collection<String> outputs) {
    Set<String> all = new LinkedHashSet<>(constants);
    return fold(
        nodes,
        n -> {
          boolean folds = !StoredForms.isStored(n) && all.containsAll(Nodes.reads(n));
          if (folds && mayFold(n, known, outputs)) {
            all.add(n.getOutput(0));
            return true;
          }
          return false;
        },
        known);
  }

  /** Folds every node whose result is known. */
  static ConstantFolding ofAll(
      List<NodeProto> nodes, Map<String, Tensor> known, Collection<String> outputs) {
    return fold(nodes, n -> mayFold(n, known, outputs), known);
  }

  private static boolean mayFold(
      NodeProto node, Map<String, Tensor> known, Collection<String> outputs) {
    return node.getOutputCount() == 1
        && known.containsKey(node.getOutput(0))
        && !outputs.contains(node.getOutput(0))
        && !Nodes.hasBodies(node);
  }

  private static ConstantFolding fold(
      List<NodeProto> nodes, Predicate<NodeProto> folds, Map<String, Tensor> known) {
    List<NodeProto> left = new ArrayList<>();
    Map<String, Tensor> folded = new LinkedHashMap<>();
    for (NodeProto node : nodes) {
      if (folds.test(node)) {
        folded.put(node.getOutput(0), Objects.requireNonNull(known.get(node.getOutput(0))));
      } else {
        left.add(node);
      }
    }
    return new ConstantFolding(left, folded);
  }
}
