package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/** What pooling operators with channels last share: all is said in terms of channels first. */
final class ChannelsLastWindow {
  private ChannelsLastWindow() {}

  /** Whether operators on {@code [N, C, spatial...]} have a form with channels last. */
  static boolean applies(List<TensorType> inputs) {
    int rank = inputs.get(0).shape().rank();
    return inputs.get(0).dtype() == DType.FLOAT32 && (rank == 3 || rank == 4);
  }

  /** {@code x: [N, spatial..., C]} as {@code [N, C, spatial...]}. */
  static TensorType first(TensorType x) {
    return ordered(x, ChannelsLastConv.firstFromLast(x.shape().rank()));
  }

  private static TensorType ordered(TensorType x, List<Integer> order) {
    return x.with(Shape.of(order.stream().map(x.shape()::dim).toList()));
  }

  /** Type of the result of the operator that is {@code op} with channels first. */
  static List<TensorType> infer(Op op, List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Operands.dtype(inputs, 0, DType.FLOAT32);
    int rank = x.shape().rank();
    if (rank < 3 || rank > 4) {
      throw Operands.bad("operand 0 is %s, expected [N, spatial..., C], 1 or 2 spatial axes", x);
    }
    TensorType y = op.inferTypes(List.of(first(x))).get(0);
    return List.of(ordered(y, ChannelsLastConv.lastFromFirst(rank)));
  }

  /** Results of the operator that is {@code op} with channels first. */
  static List<Tensor> evaluate(Op op, List<Tensor> inputs) {
    int rank = inputs.get(0).shape().rank();
    List<Tensor> x = new Transpose(ChannelsLastConv.firstFromLast(rank)).evaluate(inputs);
    return new Transpose(ChannelsLastConv.lastFromFirst(rank)).evaluate(op.evaluate(x));
  }
}
