package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/** ConstantOfShape, since 9: a constant that is kept as one element. */
final class ConstantOfShapeImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    Tensor value = node.tensor("value").orElse(Tensor.scalar(0));
    if (value.size() != 1) {
      throw new IllegalArgumentException(
          "attribute 'value' is " + value.type() + ", expected one element");
    }
    Shape shape = Shape.of(node.requiredIntegers(0, "shape"));
    TensorType type = value.type().with(shape);
    return List.of(
        node.constant(
            type.dtype().isFloat()
                ? Tensor.splat(type, value.doubleAt(0))
                : Tensor.splatLong(type, value.longAt(0))));
  }
}
