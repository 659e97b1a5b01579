package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.wire.TensorReader;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/** EyeLike, since 9: only the operand's shape counts, so the result is a constant. */
final class EyeLikeImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    if (node.shape(0).rank() != 2) {
      throw new IllegalArgumentException("operand 0 is " + node.type(0) + ", expected a matrix");
    }
    int code = node.attributes().integer("dtype", node.type(0).dtype().onnxCode());
    int k = node.attributes().integer("k", 0);
    DType dtype =
        DType.ofOnnx(code)
            .orElseThrow(
                () -> node.unsupportedType(TensorReader.typeName(code), "the result has it"));
    TensorType type = node.type(0).with(dtype);
    if (!node.folder().affords(type)) {
      throw node.tooLarge("the matrix takes " + type.bytes() + " bytes");
    }
    int columns = node.shape(0).dim(1);
    return List.of(
        node.constant(Tensor.fromLongs(type, i -> (long) i % columns - i / columns == k ? 1 : 0)));
  }
}
