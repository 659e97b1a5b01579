package dev.coppice.compiler.onnx;

import dev.coppice.compiler.diag.Origin;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Reshape;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/** Nodes and outputs that a body has beside those of the ONNX graph. */
final class BodyParts {
  private BodyParts() {}

  /** {@code value} under another shape. */
  static Value reshaped(Assembly body, Value value, Shape shape) {
    return value.type().shape().equals(shape)
        ? value
        : add(body, new Reshape(Arrays.stream(shape.dims()).boxed().toList()), value);
  }

  /** {@code body} with a first output that says to go on. */
  static Graph goingOn(Graph body) {
    GraphPatch patch = new GraphPatch(body);
    Value yes = patch.constant("cond", Tensor.splatLong(TensorType.of(DType.BOOL), 1));
    return patch.firstOutput("cond", yes).apply();
  }

  /** The only result of {@code op}. */
  static Value add(Assembly body, Op op, Value... operands) {
    return body.node(op.name(), op, List.of(operands), List.of(""), Origin.NONE).output();
  }
}
