package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Of two changes of shape in a row the first is dropped.
 *
 * <pre>
 * t = Flatten(x); y = Reshape(t, [1, -1, 4])
 * y = Reshape(x, [1, -1, 4])
 * </pre>
 *
 * Does not fire if the shape is not constant or takes over sizes of {@code t}.
 */
final class MergeReshapes implements MergeRule {
  private static final Set<String> RESHAPING = Set.of("Reshape", "Flatten", "Squeeze", "Unsqueeze");

  @Override
  public String name() {
    return "merge-reshapes";
  }

  @Override
  public Optional<Merged> rewrite(Merging merging, NodeProto node) {
    if (!Nodes.is(node, "Reshape")) {
      return Optional.empty();
    }
    Optional<List<Integer>> shape = merging.integers(node, 1);
    Optional<NodeProto> first =
        merging
            .soleProducer(node.getInput(0))
            .filter(p -> Nodes.isStandard(p) && RESHAPING.contains(p.getOpType()));
    if (first.isEmpty() || shape.isEmpty() || shape.get().contains(0)) {
      return Optional.empty();
    }
    NodeProto made = Nodes.withInput(node, 0, first.get().getInput(0));
    merging.merge(node, List.of(made), List.of(first.get()));
    return Optional.of(new Merged(Nodes.label(node), "takes in " + Nodes.label(first.get())));
  }
}
