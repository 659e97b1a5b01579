package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Bounds of bounds become one.
 *
 * <pre>
 * t = Relu(x); y = Clip(t, -1, 6)
 * y = Clip(x, 0, 6)
 * </pre>
 *
 * Does not fire if the lower bound of one lies above the upper bound of the other. A Relu of what
 * is never negative is dropped by {@link RemoveIdentities}.
 */
final class MergeClips implements MergeRule {
  @Override
  public String name() {
    return "merge-clips";
  }

  @Override
  public Optional<Merged> rewrite(Merging merging, NodeProto node) {
    Optional<Bounds> second = Bounds.of(merging, node);
    Optional<NodeProto> producer =
        second.isEmpty() ? Optional.empty() : merging.soleProducer(node.getInput(0));
    Optional<Bounds> first = producer.flatMap(p -> Bounds.of(merging, p));
    if (first.isEmpty() || !merging.isFloat(node.getOutput(0))) {
      return Optional.empty();
    }
    double min = Math.max(first.get().min(), second.get().min());
    double max = Math.min(first.get().max(), second.get().max());
    if (!(min <= max) || first.get().min() > first.get().max()) {
      return Optional.empty();
    }
    String x = producer.get().getInput(0);
    NodeProto made =
        min == 0 && max == Double.POSITIVE_INFINITY
            ? Nodes.of("Relu", node.getName(), List.of(x), node.getOutputList())
            : clip(merging, node, x, min, max);
    merging.merge(node, List.of(made), List.of(producer.get()));
    return Optional.of(new Merged(Nodes.label(node), "takes in " + Nodes.label(producer.get())));
  }

  private static NodeProto clip(Merging merging, NodeProto node, String x, double min, double max) {
    NodeProto made = Nodes.of("Clip", node.getName(), List.of(x), node.getOutputList());
    if (merging.graph().opset() < Bounds.OPERANDS_OPSET) {
      made = Double.isInfinite(min) ? made : Nodes.with(made, Nodes.number("min", (float) min));
      return Double.isInfinite(max) ? made : Nodes.with(made, Nodes.number("max", (float) max));
    }
    String label = Nodes.label(node);
    List<String> operands = new ArrayList<>(List.of(x));
    operands.add(Double.isInfinite(min) ? "" : scalar(merging, label + ".min", min));
    if (!Double.isInfinite(max)) {
      operands.add(scalar(merging, label + ".max", max));
    }
    return made.toBuilder().clearInput().addAllInput(operands).build();
  }

  private static String scalar(Merging merging, String name, double value) {
    return merging.graph().addConstant(name, Tensor.scalar((float) value));
  }
}
