package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/** Trilu, since 14, with a constant diagonal: a mask chooses between the operand and 0. */
final class TriluImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    Shape x = node.shape(0);
    if (x.rank() < 2) {
      throw new IllegalArgumentException("operand 0 is " + node.type(0) + ", expected matrices");
    }
    boolean upper = node.attributes().flag("upper", true);
    long k = node.has(1) ? node.constant(1, "k").longAt(0) : 0;
    int columns = x.dim(-1);
    TensorType mask = TensorType.of(DType.BOOL, x.dim(-2), columns);
    Tensor kept =
        Tensor.fromLongs(
            mask,
            i -> {
              long above = (long) i % columns - i / columns;
              return (upper ? above >= k : above <= k) ? 1 : 0;
            });
    return List.of(
        node.add(
            new Where(), node.constant(kept), node.input(0), node.scalar(node.type(0).dtype(), 0)));
  }
}
