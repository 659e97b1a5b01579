package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * ConstantOfShape, since 9: a constant that is kept as one element; its extents may be known only
 * at run time.
 */
final class ConstantOfShapeImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    Tensor value = node.tensor("value").orElse(Tensor.scalar(0));
    if (value.size() != 1) {
      throw new IllegalArgumentException(
          "attribute 'value' is " + value.type() + ", expected one element");
    }
    boolean known = node.constant(0).isPresent();
    Shape shape =
        known
            ? Shape.of(node.requiredIntegers(0, "shape"))
            : RuntimeShapes.bounds(node, node.shape(0).size());
    TensorType type = value.type().with(shape);
    Value y =
        node.constant(
            type.dtype().isFloat()
                ? Tensor.splat(type, value.doubleAt(0))
                : Tensor.splatLong(type, value.longAt(0)));
    if (!known) {
      RuntimeShapes.extents(node, y, node.input(0), AxisArguments.all(shape.rank()));
    }
    return List.of(y);
  }
}
