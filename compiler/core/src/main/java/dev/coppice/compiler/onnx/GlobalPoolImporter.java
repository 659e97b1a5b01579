package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Reduce;
import java.util.List;

/**
 * GlobalAveragePool and GlobalMaxPool, since 1, and GlobalLpPool, since 2: reductions over all
 * spatial axes.
 */
record GlobalPoolImporter(Reduce.Kind kind) implements NodeImporter {
  /** The pool over the {@code p}-norm, of which 1 and 2 are supported. */
  static List<Value> norm(NodeContext node) {
    int p = node.attributes().integer("p", 2);
    if (p != 1 && p != 2) {
      throw node.unsupported("p", "it is " + p + ", supported are 1 and 2");
    }
    return new GlobalPoolImporter(p == 1 ? Reduce.Kind.L1 : Reduce.Kind.L2).apply(node);
  }

  @Override
  public List<Value> apply(NodeContext node) {
    int rank = node.shape(0).rank();
    if (rank < 3) {
      throw new IllegalArgumentException(
          "operand 0 is " + node.type(0) + ", expected at least one spatial axis");
    }
    return node.all(new Reduce(kind, AxisArguments.all(rank).subList(2, rank), true));
  }
}
