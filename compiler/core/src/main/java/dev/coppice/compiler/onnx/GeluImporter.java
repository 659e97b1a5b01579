package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Gelu;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Sigmoid;
import dev.coppice.compiler.op.Split;
import java.util.List;

/** The Gelu family of com.microsoft: operand x, and a bias that is added first. */
final class GeluImporter {
  private GeluImporter() {}

  /** Gelu and BiasGelu: by the error function. */
  static List<Value> exact(NodeContext node) {
    return List.of(node.add(new Gelu(false), biased(node)));
  }

  /** FastGelu: by the hyperbolic tangent. */
  static List<Value> fast(NodeContext node) {
    return List.of(node.add(new Gelu(true), biased(node)));
  }

  /** QuickGelu: {@code x * sigmoid(alpha * x)}. */
  static List<Value> quick(NodeContext node) {
    Value x = node.input(0);
    Value alpha = node.scalar(x.type().dtype(), node.number("alpha", 1.702f));
    Value gate = node.add(new Sigmoid(), node.add(new Mul(), x, alpha));
    return List.of(node.add(new Mul(), x, gate));
  }

  /** BiasSplitGelu: the first half of the last axis times Gelu of the other. */
  static List<Value> split(NodeContext node) {
    Value x = biased(node);
    int axis = x.type().shape().rank() - 1;
    int width = axis < 0 ? 0 : x.type().shape().dim(axis);
    if (width == 0 || width % 2 != 0) {
      throw new IllegalArgumentException("operand 0 is " + x.type() + ", expected two halves");
    }
    List<Value> halves = node.emit(new Split(axis, List.of(width / 2, width / 2)), List.of(x));
    return List.of(node.add(new Mul(), halves.get(0), node.add(new Gelu(false), halves.get(1))));
  }

  private static Value biased(NodeContext node) {
    return node.has(1) ? node.add(new Add(), node.input(0), node.input(1)) : node.input(0);
  }
}
