package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.And;
import dev.coppice.compiler.op.Greater;
import dev.coppice.compiler.op.GreaterOrEqual;
import dev.coppice.compiler.op.Less;
import dev.coppice.compiler.op.Split;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * The int32 mask of attention of com.microsoft: {@code [b]} ends of the keys; {@code [2 * b]} their
 * ends, then their starts; {@code [b, t]} or {@code [b, s, t]} with a positive number for each key
 * that counts.
 *
 * @param node the node
 * @param operand which operand the mask is
 * @param batch {@code b}
 * @param rows {@code s}, the number of queries
 * @param keys {@code t}, past ones included
 */
record PaddingMask(NodeContext node, int operand, int batch, int rows, int keys) {
  /**
   * Which keys count, bool, broadcastable to {@code [b, h, s, t]}; all if it is empty.
   *
   * @param oneForAll whether {@code [b, 1]} and {@code [1, 1]} mask nothing
   */
  Optional<Value> allowed(boolean oneForAll) {
    if (!node.has(operand)) {
      return Optional.empty();
    }
    Value mask = node.input(operand);
    Shape shape = mask.type().shape();
    if (mask.type().dtype() != DType.INT32) {
      throw new IllegalArgumentException("the mask is " + mask.type() + ", expected int32");
    }
    if (shape.equals(Shape.of(batch))) {
      return Optional.of(node.add(new Less(), places(), column(mask)));
    }
    if (shape.equals(Shape.of(2 * batch))) {
      List<Value> halves = node.emit(new Split(0, List.of(batch, batch)), List.of(mask));
      Value before = node.add(new Less(), places(), column(halves.get(0)));
      Value from = node.add(new GreaterOrEqual(), places(), column(halves.get(1)));
      return Optional.of(node.add(new And(), before, from));
    }
    if (shape.equals(Shape.of(batch, keys))) {
      return Optional.of(positive(node.reshape(mask, List.of(batch, 1, 1, keys))));
    }
    if (shape.equals(Shape.of(batch, rows, keys))) {
      return Optional.of(positive(node.reshape(mask, List.of(batch, 1, rows, keys))));
    }
    if (oneForAll && shape.rank() == 2 && shape.dim(1) == 1) {
      return Optional.empty();
    }
    throw node.unsupportedOperand(
        "mask",
        "it is "
            + mask.type()
            + ", expected ends "
            + Shape.of(batch)
            + ", ends and starts "
            + Shape.of(2 * batch)
            + ", or a number for each key "
            + Shape.of(batch, keys)
            + " or "
            + Shape.of(batch, rows, keys));
  }

  private Value places() {
    return node.constant(Tensor.fromLongs(TensorType.of(DType.INT32, 1, 1, 1, keys), i -> i));
  }

  private Value column(Value ends) {
    return node.reshape(ends, List.of(batch, 1, 1, 1));
  }

  private Value positive(Value mask) {
    return node.add(new Greater(), mask, node.scalar(DType.INT32, 0));
  }
}
