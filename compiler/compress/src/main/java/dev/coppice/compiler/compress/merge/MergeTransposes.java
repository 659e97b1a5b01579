package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two transpositions in a row are one; {@link RemoveIdentities} drops it where they undo each
 * other.
 *
 * <pre>
 * t = Transpose(x) {perm=[0,2,3,1]}; y = Transpose(t) {perm=[0,3,1,2]}
 * y = Transpose(x) {perm=[0,1,2,3]}
 * </pre>
 */
final class MergeTransposes implements MergeRule {
  @Override
  public String name() {
    return "merge-transposes";
  }

  @Override
  public Optional<Merged> rewrite(Merging merging, NodeProto node) {
    if (!Nodes.is(node, "Transpose")) {
      return Optional.empty();
    }
    Optional<NodeProto> first =
        merging.soleProducer(node.getInput(0)).filter(p -> Nodes.is(p, "Transpose"));
    if (first.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> before = perm(merging, first.get());
    List<Integer> perm = new ArrayList<>();
    perm(merging, node).forEach(axis -> perm.add(before.get(axis)));
    NodeProto made =
        Nodes.with(Nodes.withInput(node, 0, first.get().getInput(0)), Nodes.integers("perm", perm));
    merging.merge(node, List.of(made), List.of(first.get()));
    return Optional.of(
        new Merged(Nodes.label(node), "takes in " + Nodes.label(first.get()) + ": perm " + perm));
  }

  private static List<Integer> perm(Merging merging, NodeProto node) {
    List<Integer> said = Nodes.integers(node, "perm");
    if (!said.isEmpty()) {
      return said;
    }
    List<Integer> reversed = new ArrayList<>();
    for (int axis = merging.shape(node.getOutput(0)).rank() - 1; axis >= 0; axis--) {
      reversed.add(axis);
    }
    return reversed;
  }
}
