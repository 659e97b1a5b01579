package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/** Where the nodes of one time step of a recurrent operator go: into a body, or into the graph. */
interface Steps {
  /** The only result of {@code op}. */
  default Value add(Op op, Value... operands) {
    return emit(op, List.of(operands)).get(0);
  }

  /** The results of {@code op}. */
  List<Value> emit(Op op, List<Value> operands);

  /** A constant. */
  Value constant(Tensor data);

  /** What stands here for a value of the graph around. */
  Value outer(Value value);

  /** Element type that is computed with. */
  DType dtype();

  /** A number of one element. */
  default Value scalar(float value) {
    return constant(Tensor.splat(TensorType.of(dtype()), value));
  }
}
