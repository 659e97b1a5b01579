package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Pad;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Pad, since 2; pads and value are operands since 11, axes since 18, mode wrap since 19. */
final class PadImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    Attributes a = node.attributes();
    boolean operands = node.opset() >= 11;
    Pad.Mode mode =
        Pad.Mode.valueOf(
            (node.opset() >= 19
                    ? a.choice("mode", "constant", "reflect", "edge", "wrap")
                    : a.choice("mode", "constant", "reflect", "edge"))
                .toUpperCase(Locale.ROOT));
    List<Integer> given =
        (operands ? node.integers(1, "pads") : a.integers("pads"))
            .orElseThrow(() -> new IllegalArgumentException("attribute 'pads' is missing"));
    double value = operands ? value(node) : a.number("value", 0);
    int rank = node.shape(0).rank();
    List<Integer> axes = node.has(3) ? node.requiredIntegers(3, "axes") : AxisArguments.all(rank);
    if (given.size() != 2 * axes.size()) {
      throw new IllegalArgumentException(
          "pads " + given + " have " + given.size() + " entries, expected " + 2 * axes.size());
    }
    AxisArguments.sorted(axes, rank);
    List<Integer> pads = new ArrayList<>(Collections.nCopies(2 * rank, 0));
    for (int i = 0; i < axes.size(); i++) {
      int axis = AxisArguments.normalize(axes.get(i), rank);
      pads.set(axis, given.get(i));
      pads.set(axis + rank, given.get(i + axes.size()));
    }
    return pads.stream().allMatch(p -> p == 0)
        ? List.of(node.input(0))
        : List.of(node.add(new Pad(mode, pads, value), node.input(0)));
  }

  private static double value(NodeContext node) {
    if (!node.has(2)) {
      return 0;
    }
    Tensor value = node.constant(2, "constant_value");
    return Optional.of(value)
        .filter(v -> v.size() == 1)
        .map(v -> v.doubleAt(0))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "operand 'constant_value' is " + value.type() + ", expected one element"));
  }
}
