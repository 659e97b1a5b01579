package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Equal;
import dev.coppice.compiler.op.Less;
import dev.coppice.compiler.op.Reshape;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * OneHot, since 9: indices, of which negative ones count from the end, are compared with every
 * class.
 */
final class OneHotImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    Shape x = node.shape(0);
    Tensor depthTensor = node.constant(1, "depth");
    Tensor values = node.constant(2, "values");
    if (depthTensor.size() != 1 || values.size() != 2) {
      throw new IllegalArgumentException(
          "depth is "
              + depthTensor.type()
              + " and values are "
              + values.type()
              + ", expected 1 and 2 elements");
    }
    int depth = Math.toIntExact(depthTensor.longAt(0));
    int axis = AxisArguments.normalize(node.attributes().integer("axis", -1), x.rank() + 1);
    List<Integer> spread = new ArrayList<>(Arrays.stream(x.dims()).boxed().toList());
    spread.add(axis, 1);
    List<Integer> along = new ArrayList<>(Collections.nCopies(x.rank() + 1, 1));
    along.set(axis, depth);
    Value indices =
        node.add(new Reshape(spread), CastImporter.cast(node, node.input(0), DType.INT64));
    Value negative = node.add(new Less(), indices, node.scalar(DType.INT64, 0));
    Value wrapped = node.add(new Add(), indices, node.scalar(DType.INT64, depth));
    Value counted = node.add(new Where(), negative, wrapped, indices);
    Value classes =
        node.constant(Tensor.fromLongs(new TensorType(DType.INT64, Shape.of(along)), i -> i));
    return List.of(
        node.add(
            new Where(),
            node.add(new Equal(), counted, classes),
            value(node, values, 1),
            value(node, values, 0)));
  }

  private static Value value(NodeContext node, Tensor values, int i) {
    return node.constant(values.gather(Shape.SCALAR, j -> i));
  }
}
