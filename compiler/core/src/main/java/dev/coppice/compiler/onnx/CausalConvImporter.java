package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.op.Pad;
import dev.coppice.compiler.op.Slice;
import dev.coppice.compiler.op.Swish;
import dev.coppice.compiler.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * CausalConvWithState, since 27: each channel of {@code [b, c, length]} is convolved with its own
 * window {@code [c, 1, k]} over itself and the {@code k - 1} elements before, which are operand 3,
 * {@code [b, c, k - 1]}, or zeros; the second result are the last {@code k - 1} elements.
 */
final class CausalConvImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    Shape x = node.shape(0);
    Shape w = node.shape(1);
    if (x.rank() != 3 || w.rank() != 3 || w.dim(0) != x.dim(1) || w.dim(1) != 1 || w.dim(2) < 1) {
      throw new IllegalArgumentException(
          "operands are "
              + List.of(node.type(0), node.type(1))
              + ", expected [b, c, length] and [c, 1, k]");
    }
    int before = w.dim(2) - 1;
    Shape state = Shape.of(x.dim(0), x.dim(1), before);
    if (node.has(3) && !node.shape(3).equals(state)) {
      throw new IllegalArgumentException(
          "operand 'past_state' is " + node.type(3) + ", expected " + state);
    }
    Value padded = node.input(0);
    if (before > 0) {
      padded =
          node.has(3)
              ? node.add(new Concat(2), node.input(3), padded)
              : node.add(new Pad(Pad.Mode.CONSTANT, List.of(0, 0, before, 0, 0, 0), 0), padded);
    }
    Conv conv = new Conv(List.of(1), List.of(0, 0), List.of(1), x.dim(1));
    Value y =
        node.has(2)
            ? node.add(conv, padded, node.input(1), node.input(2))
            : node.add(conv, padded, node.input(1));
    if (!node.choice("activation", "none", "silu", "swish").equals("none")) {
      y = node.add(new Swish(1), y);
    }
    if (!node.wantsOutput(1)) {
      return List.of(y);
    }
    Slice last =
        new Slice(
            List.of(0, 0, x.dim(2)),
            List.of(1, 1, 1),
            Arrays.stream(state.dims()).boxed().toList());
    return List.of(y, node.add(last, padded));
  }
}
