package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Operators of com.microsoft that are a product and more. */
final class FusedImporter {
  private FusedImporter() {}

  /**
   * FusedMatMul: {@code alpha * a * b}, either with its first axis moved behind the batch, or with
   * its last two axes exchanged then.
   */
  static List<Value> matMul(NodeContext node) {
    Value a = matrix(node, 0, "A");
    Value b = matrix(node, 1, "B");
    Value product = node.add(new MatMul(), a, b);
    float alpha = node.number("alpha", 1);
    return List.of(
        alpha == 1
            ? product
            : node.add(new Mul(), product, node.scalar(product.type().dtype(), alpha)));
  }

  private static Value matrix(NodeContext node, int i, String name) {
    int rank = node.shape(i).rank();
    boolean exchanged = node.attributes().flag("trans" + name, false);
    boolean moved = node.attributes().flag("transBatch" + name, false);
    List<Integer> perm = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    if (moved && rank > 2) {
      perm.add(rank - 2, perm.remove(0));
    }
    if (exchanged && rank > 1) {
      Collections.swap(perm, rank - 2, rank - 1);
    }
    boolean moves = !perm.equals(AxisArguments.all(rank));
    return moves ? node.add(new Transpose(perm), node.input(i)) : node.input(i);
  }

  /** MatMulIntegerToFloat: a, b, their scales, their zero points, a bias. */
  static List<Value> integerToFloat(NodeContext node) {
    IntegerProduct p = new IntegerProduct(node);
    Value a = p.centred(node.input(0), node.optional(4));
    Value sums = IntegerImporter.multiplied(node, p, a, p.centred(node.input(1), node.optional(5)));
    return List.of(real(node, sums, node.add(new Mul(), node.input(2), node.input(3)), 6));
  }

  /**
   * DynamicQuantizeMatMul: a, float32, is quantized by its own extremes and multiplied by b, 8-bit
   * integers; then follow scale and zero point of b, one or one per column, and a bias.
   */
  static List<Value> dynamicMatMul(NodeContext node) {
    if (node.type(0).dtype() != DType.FLOAT32) {
      throw new IllegalArgumentException("operand 0 is " + node.type(0) + ", expected float32");
    }
    List<Value> quantized = QuantizationImporter.dynamic(node, node.input(0));
    IntegerProduct p = new IntegerProduct(node);
    Value a = p.centred(quantized.get(0), Optional.of(quantized.get(2)));
    Value sums = IntegerImporter.multiplied(node, p, a, p.centred(node.input(1), node.optional(3)));
    return List.of(real(node, sums, node.add(new Mul(), quantized.get(1), node.input(2)), 4));
  }

  /** The sums times {@code scale} plus operand {@code bias} if it is given. */
  private static Value real(NodeContext node, Value sums, Value scale, int bias) {
    Value y = node.add(new Mul(), CastImporter.cast(node, sums, DType.FLOAT32), scale);
    return node.has(bias) ? node.add(new Add(), y, node.input(bias)) : y;
  }
}
