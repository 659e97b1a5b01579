package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Dft;
import dev.coppice.compiler.op.Stft;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Fourier transforms; lengths, steps and the axis must be constants. */
final class FourierImporter {
  private FourierImporter() {}

  /** DFT, since 17; the axis is an operand since 20. */
  static List<Value> dft(NodeContext node) {
    int rank = node.shape(0).rank();
    boolean inverse = node.attributes().flag("inverse", false);
    boolean onesided = node.attributes().flag("onesided", false);
    int named =
        node.opset() < 20
            ? node.attributes().integer("axis", 1)
            : node.has(2) ? one(node, 2, "axis") : -2;
    int axis = AxisArguments.normalize(named, rank);
    int extent = node.shape(0).dim(axis);
    int length =
        node.has(1) ? one(node, 1, "dft_length") : inverse && onesided ? 2 * (extent - 1) : extent;
    return List.of(node.add(new Dft(axis, length, inverse, onesided), node.input(0)));
  }

  /** STFT, since 17. */
  static List<Value> stft(NodeContext node) {
    boolean onesided = node.attributes().flag("onesided", true);
    int step = one(node, 1, "frame_step");
    Value x = node.input(0);
    if (x.type().shape().rank() == 2) {
      x = node.reshape(x, List.of(x.type().shape().dim(0), x.type().shape().dim(1), 1));
    }
    if (node.has(2) && node.shape(2).rank() != 1) {
      throw new IllegalArgumentException(
          "operand 'window' is " + node.type(2) + ", expected one axis");
    }
    int length =
        node.has(3)
            ? one(node, 3, "frame_length")
            : node.has(2)
                ? node.shape(2).dim(0)
                : x.type().shape().rank() > 1 ? x.type().shape().dim(1) : 0;
    List<Value> operands = new ArrayList<>(List.of(x));
    node.optional(2).ifPresent(operands::add);
    return node.emit(new Stft(step, length, onesided), operands);
  }

  /** Operand {@code i}, a constant with one element. */
  private static int one(NodeContext node, int i, String role) {
    Tensor t = node.constant(i, role);
    if (t.size() != 1 || !t.dtype().isInteger()) {
      throw new IllegalArgumentException(
          "operand '" + role + "' is " + t.type() + ", expected one integer");
    }
    return Math.toIntExact(t.longAt(0));
  }
}
