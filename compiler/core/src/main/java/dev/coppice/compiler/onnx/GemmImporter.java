package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.tensor.Shape;
import java.util.List;

/**
 * Gemm, since 1: {@code alpha * A' * B' + beta * C} becomes Transpose, Mul, MatMul and Add, as far
 * as they do anything.
 */
final class GemmImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    Attributes a = node.attributes();
    if (node.opset() < 7) {
      // Operand C broadcasts today whether asked or not.
      a.ignore("broadcast");
    }
    Value left = matrix(node, 0, a.flag("transA", false));
    Value right = matrix(node, 1, a.flag("transB", false));
    double alpha = a.number("alpha", 1);
    double beta = a.number("beta", 1);
    Value scaled = node.constant(right).isPresent() ? scaled(node, right, alpha) : right;
    Value product = node.add(new MatMul(), left, scaled);
    if (scaled.equals(right)) {
      product = scaled(node, product, alpha);
    }
    if (!node.has(2) || beta == 0) {
      return List.of(product);
    }
    Value bias = scaled(node, node.input(2), beta);
    Shape result = product.type().shape();
    if (!Shape.broadcast(result, bias.type().shape()).equals(result)) {
      throw new IllegalArgumentException(
          "operand 2 is " + node.type(2) + ", which does not broadcast to " + result);
    }
    return List.of(node.add(new Add(), product, bias));
  }

  private static Value matrix(NodeContext node, int i, boolean transposed) {
    if (node.shape(i).rank() != 2) {
      throw new IllegalArgumentException(
          "operand " + i + " is " + node.type(i) + ", expected 2 axes");
    }
    return transposed ? node.add(new Transpose(List.of(1, 0)), node.input(i)) : node.input(i);
  }

  private static Value scaled(NodeContext node, Value x, double by) {
    return by == 1 ? x : node.add(new Mul(), x, node.scalar(x.type().dtype(), by));
  }
}
