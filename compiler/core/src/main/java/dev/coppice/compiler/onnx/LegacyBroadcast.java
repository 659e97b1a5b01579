package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * How operators with two operands fitted shapes before opset 7: only if attribute {@code broadcast}
 * is set, and then the axes of the second operand are consecutive ones of the first, from {@code
 * axis} on, or the last ones. The slope of PRelu is one for all elements or one for each channel.
 */
final class LegacyBroadcast {
  private static final int FIRST_OF_TODAY = 7;
  private static final Set<String> OPERATORS =
      Set.of("Add", "And", "Div", "Equal", "Greater", "Less", "Mul", "Or", "Pow", "Sub", "Xor");

  private LegacyBroadcast() {}

  /** The importer of {@code operator} for a model of opset {@code opset}. */
  static NodeImporter importer(OnnxOperator operator, int opset) {
    if (opset >= FIRST_OF_TODAY) {
      return operator.importer();
    }
    if (operator.name().equals("PRelu")) {
      return node -> {
        slopePerChannel(node);
        return operator.importer().apply(node);
      };
    }
    return !OPERATORS.contains(operator.name())
        ? operator.importer()
        : node -> {
          align(node);
          return operator.importer().apply(node);
        };
  }

  private static void align(NodeContext node) {
    boolean broadcast = node.attributes().flag("broadcast", false);
    Shape a = node.shape(0);
    Shape b = node.shape(1);
    int axis = node.attributes().integer("axis", a.rank() - b.rank());
    int from = axis < 0 ? axis + a.rank() : axis;
    boolean within = from >= 0 && from + b.rank() <= a.rank();
    for (int i = 0; within && broadcast && i < b.rank(); i++) {
      within = b.dim(i) == 1 || b.dim(i) == a.dim(from + i);
    }
    if (broadcast ? !within : !a.equals(b)) {
      throw new IllegalArgumentException(
          "operands are "
              + node.type(0)
              + " and "
              + node.type(1)
              + ", which before opset 7 do not fit with broadcast="
              + (broadcast ? 1 : 0)
              + " at axis "
              + axis);
    }
    if (broadcast) {
      node.replace(1, behind(node, node.input(1), a.rank() - from - b.rank()));
    }
  }

  private static void slopePerChannel(NodeContext node) {
    int channelAxis = 1;
    Shape x = node.shape(0);
    Shape slope = node.shape(1);
    if (slope.size() == 1) {
      node.replace(1, node.reshape(node.input(1), List.of()));
      return;
    }
    if (x.rank() < 2 || !slope.equals(Shape.of(x.dim(channelAxis)))) {
      throw new IllegalArgumentException(
          "the slope is " + node.type(1) + ", expected one element or one per channel of " + x);
    }
    node.replace(1, behind(node, node.input(1), x.rank() - channelAxis - 1));
  }

  /** {@code value} with {@code n} axes of one element behind its own. */
  private static Value behind(NodeContext node, Value value, int n) {
    List<Integer> dims =
        new ArrayList<>(Arrays.stream(value.type().shape().dims()).boxed().toList());
    for (int i = 0; i < n; i++) {
      dims.add(1);
    }
    return node.reshape(value, dims);
  }
}
