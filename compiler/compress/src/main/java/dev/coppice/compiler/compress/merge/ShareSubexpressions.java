package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.Rewiring;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.Optional;
import java.util.Set;

/**
 * What an earlier node computes already is not computed again.
 *
 * <pre>
 * t = Relu(x); u = Relu(x); y = Add(t, u)
 * t = Relu(x); y = Add(t, t)
 * </pre>
 *
 * Does not fire if the model delivers the second result or a body reads it, nor for operators that
 * draw random numbers.
 */
final class ShareSubexpressions implements MergeRule {
  private static final Set<String> RANDOM =
      Set.of(
          "Bernoulli",
          "Dropout",
          "Multinomial",
          "RandomNormal",
          "RandomNormalLike",
          "RandomUniform",
          "RandomUniformLike");

  @Override
  public String name() {
    return "share-subexpressions";
  }

  @Override
  public Optional<Merged> rewrite(Merging merging, NodeProto node) {
    if (node.getInputCount() == 0 || Nodes.hasBodies(node) || RANDOM.contains(node.getOpType())) {
      return Optional.empty();
    }
    NodeProto computed = bare(node);
    Optional<NodeProto> earlier =
        merging.graph().consumers(node.getInput(0)).stream()
            .filter(c -> c.getOpType().equals(node.getOpType()) && bare(c).equals(computed))
            .filter(c -> c.getOutputCount() == node.getOutputCount())
            .findFirst()
            .filter(c -> c != node);
    if (earlier.isEmpty()
        || node.getOutputList().stream()
            .anyMatch(o -> merging.graph().isOutput(o) || merging.isReadInBody(o))) {
      return Optional.empty();
    }
    for (int i = 0; i < node.getOutputCount(); i++) {
      Rewiring.apply(merging.graph(), node.getOutput(i), earlier.get().getOutput(i));
    }
    merging.graph().remove(node);
    return Optional.of(
        new Merged(Nodes.label(node), "is what " + Nodes.label(earlier.get()) + " computes"));
  }

  private static NodeProto bare(NodeProto node) {
    return node.toBuilder().clearName().clearOutput().clearDocString().build();
  }
}
