package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.op.Reduce.Kind;
import java.util.List;
import java.util.Optional;

/**
 * ReduceSum and its relatives, since 1; axes are an operand since 13 for the sum and since 18 for
 * the others.
 */
record ReduceImporter(Kind kind) implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    boolean operand = node.opset() >= (kind == Kind.SUM ? 13 : 18);
    if (!operand && node.inputCount() > 1) {
      throw new IllegalArgumentException("it has 2 operands, expected 1");
    }
    Optional<List<Integer>> given =
        (operand ? node.integers(1, "axes") : node.attributes().integers("axes"))
            .filter(axes -> !axes.isEmpty());
    boolean keep = node.attributes().flag("keepdims", true);
    boolean none = operand && node.attributes().flag("noop_with_empty_axes", false);
    int rank = node.shape(0).rank();
    List<Integer> axes =
        given
            .map(a -> AxisArguments.sorted(a, rank))
            .orElse(none ? List.of() : AxisArguments.all(rank));
    boolean same =
        kind == Kind.SUM
            || kind == Kind.MEAN
            || kind == Kind.PROD
            || kind == Kind.MAX
            || kind == Kind.MIN;
    return axes.isEmpty() && same
        ? List.of(node.input(0))
        : List.of(node.add(new Reduce(kind, axes, keep), node.input(0)));
  }
}
