package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Cast;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.Less;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * ReverseSequence, since 10: the first two axes, time and batch, become one, and each place gathers
 * the row that the length of its sequence says.
 */
final class ReverseSequenceImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    int time = node.attributes().integer("time_axis", 0);
    int batch = node.attributes().integer("batch_axis", 1);
    Shape x = node.shape(0);
    if (time + batch != 1 || time * batch != 0 || x.rank() < 2) {
      throw new IllegalArgumentException(
          "time_axis is " + time + " and batch_axis " + batch + ", expected 0 and 1 or 1 and 0");
    }
    int steps = x.dim(time);
    int sequences = x.dim(batch);
    if (!node.shape(1).equals(Shape.of(sequences)) || !node.type(1).dtype().isInteger()) {
      throw new IllegalArgumentException(
          "operand 'sequence_lens' is " + node.type(1) + ", expected [" + sequences + "]");
    }
    Value lengths = node.input(1);
    if (lengths.type().dtype() != DType.INT64) {
      lengths = node.add(new Cast(DType.INT64), lengths);
    }
    Value t = places(node, steps, time);
    Value length = node.reshape(lengths, time == 0 ? List.of(1, sequences) : List.of(sequences, 1));
    Value last = node.add(new Sub(), length, node.scalar(DType.INT64, 1));
    Value source =
        node.add(new Where(), node.add(new Less(), t, length), node.add(new Sub(), last, t), t);
    Value b = places(node, sequences, batch);
    Value rowStart = time == 0 ? source : b;
    Value within = time == 0 ? b : source;
    Value width = node.scalar(DType.INT64, x.dim(1));
    Value rows = node.add(new Add(), node.add(new Mul(), rowStart, width), within);
    List<Integer> dims = Arrays.stream(x.dims()).boxed().collect(Collectors.toList());
    Value flat = node.reshape(node.input(0), List.of(steps * sequences, x.sizeOf(2, x.rank())));
    return List.of(node.reshape(node.add(new Gather(0), flat, rows), dims));
  }

  /** 0, 1, ... along {@code axis} of two. */
  private static Value places(NodeContext node, int n, int axis) {
    int[] dims = {1, 1};
    dims[axis] = n;
    return node.constant(Tensor.fromLongs(TensorType.of(DType.INT64, dims), i -> i));
  }
}
