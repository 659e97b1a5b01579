package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Nodes that return their operand are dropped.
 *
 * <pre>
 * t = Dropout(x); y = Relu(t)
 * y = Relu(x)
 * </pre>
 *
 * Identity, Dropout in inference, casts to the same type, reshapes, slices, expansions and tiles
 * that keep the shape, pads of nothing, joining one operand, transposing in place, windows of one
 * place, reductions of one element, {@code x + 0}, {@code x - 0}, {@code x * 1}, {@code x / 1},
 * Clip without bounds, Relu of what is never negative. Does not fire if the model delivers both the
 * operand and the result, or if a body reads the result.
 */
final class RemoveIdentities implements MergeRule {
  @Override
  public String name() {
    return "remove-identities";
  }

  @Override
  public Optional<Merged> rewrite(Merging merging, NodeProto node) {
    if (!Nodes.isStandard(node) || node.getInputCount() == 0 || node.getOutputCount() == 0) {
      return Optional.empty();
    }
    Optional<String> kept = returned(merging, node);
    boolean single = node.getOutputList().stream().skip(1).allMatch(o -> isUnused(merging, o));
    boolean same =
        kept.isPresent() && merging.type(kept.get()).equals(merging.type(node.getOutput(0)));
    if (!same || !single || !merging.bypass(node, kept.orElseThrow())) {
      return Optional.empty();
    }
    return Optional.of(new Merged(Nodes.label(node), node.getOpType() + " is dropped"));
  }

  private static boolean isUnused(Merging merging, String value) {
    return value.isEmpty()
        || merging.graph().consumers(value).isEmpty() && !merging.graph().isOutput(value);
  }

  /** The operand that {@code node} returns, if it keeps the type. */
  private static Optional<String> returned(Merging merging, NodeProto node) {
    String x = node.getInput(0);
    boolean kept =
        switch (node.getOpType()) {
          case "Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Expand", "Tile" ->
              true;
          case "Dropout" -> isInference(merging, node);
          case "Concat", "Sum", "Mean", "Max", "Min" -> node.getInputCount() == 1;
          case "Split" -> node.getOutputCount() == 1;
          case "Slice" -> hasUnitSteps(merging, node);
          case "Pad" -> isEmptyPad(merging, node);
          case "Transpose" -> isSorted(Nodes.integers(node, "perm"));
          case "AveragePool", "MaxPool" ->
              Window.ofPool(node).filter(Window::isPointwise).isPresent();
          case "GlobalAveragePool", "GlobalMaxPool", "ReduceMean", "ReduceMax", "ReduceMin" -> true;
          case "ReduceSum", "ReduceProd" -> true;
          case "Relu" -> NonNegative.is(merging, x);
          case "Clip" -> isUnbounded(merging, node);
          default -> false;
        };
    return kept ? Optional.of(x) : neutral(merging, node);
  }

  private static boolean isInference(Merging merging, NodeProto node) {
    Optional<String> trains = Nodes.input(node, 2);
    return trains.isEmpty()
        || merging.graph().constant(trains.get()).filter(t -> !t.booleanAt(0)).isPresent();
  }

  private static boolean hasUnitSteps(Merging merging, NodeProto node) {
    boolean known =
        Nodes.input(node, 1).isEmpty()
            || merging.integers(node, 1).isPresent() && merging.integers(node, 2).isPresent();
    return known
        && (Nodes.input(node, 4).isEmpty()
            || merging.integers(node, 4).filter(s -> s.stream().allMatch(v -> v == 1)).isPresent());
  }

  private static boolean isEmptyPad(Merging merging, NodeProto node) {
    List<Integer> pads = merging.integers(node, 1).orElseGet(() -> Nodes.integers(node, "pads"));
    return !pads.isEmpty() && pads.stream().allMatch(p -> p == 0);
  }

  private static boolean isSorted(List<Integer> perm) {
    for (int i = 0; i < perm.size(); i++) {
      if (perm.get(i) != i) {
        return false;
      }
    }
    return !perm.isEmpty();
  }

  private static boolean isUnbounded(Merging merging, NodeProto node) {
    return Bounds.of(merging, node)
        .filter(b -> b.min() == Double.NEGATIVE_INFINITY && b.max() == Double.POSITIVE_INFINITY)
        .isPresent();
  }

  /** The operand of a sum with zero or a product with one. */
  private static Optional<String> neutral(Merging merging, NodeProto node) {
    int element =
        switch (node.getOpType()) {
          case "Add", "Sub" -> 0;
          case "Mul", "Div" -> 1;
          default -> -1;
        };
    if (element < 0 || !merging.broadcasts()) {
      return Optional.empty();
    }
    if (isAll(merging, node.getInput(1), element)) {
      return Optional.of(node.getInput(0));
    }
    boolean commutes = node.getOpType().equals("Add") || node.getOpType().equals("Mul");
    return commutes && isAll(merging, node.getInput(0), element)
        ? Optional.of(node.getInput(1))
        : Optional.empty();
  }

  private static boolean isAll(Merging merging, String value, double element) {
    Optional<Tensor> data = merging.graph().constant(value);
    Shape shape = data.map(Tensor::shape).orElse(Shape.SCALAR);
    for (int i = 0; data.isPresent() && i < shape.size(); i++) {
      if (data.get().doubleAt(i) != element) {
        return false;
      }
    }
    return data.isPresent();
  }
}
