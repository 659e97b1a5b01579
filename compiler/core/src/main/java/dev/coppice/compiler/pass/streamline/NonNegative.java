package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Abs;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.AveragePool;
import dev.coppice.compiler.op.Clip;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.Exp;
import dev.coppice.compiler.op.HardSigmoid;
import dev.coppice.compiler.op.MaxPool;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Pad;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.op.Relu;
import dev.coppice.compiler.op.Reshape;
import dev.coppice.compiler.op.Sigmoid;
import dev.coppice.compiler.op.Slice;
import dev.coppice.compiler.op.Softmax;
import dev.coppice.compiler.op.Split;
import dev.coppice.compiler.op.Sqrt;
import dev.coppice.compiler.op.Transpose;
import java.util.Optional;

/**
 * Whether no element of a float value is ever below zero, as far as the operators that compute it
 * tell.
 */
final class NonNegative {
  private static final int MAX_DEPTH = 8;

  private NonNegative() {}

  static boolean is(Graph graph, Value v) {
    return Constants.isReal(v.type()) && is(graph, v, MAX_DEPTH);
  }

  private static boolean is(Graph graph, Value v, int depth) {
    Optional<Node> producer = graph.producer(v);
    if (producer.isEmpty() || depth == 0) {
      return graph.constant(v).isPresent() && isConstant(graph, v);
    }
    Op op = producer.get().op();
    return isRange(op)
        || keepsSign(op) && producer.get().inputs().stream().allMatch(x -> is(graph, x, depth - 1));
  }

  private static boolean isConstant(Graph graph, Value v) {
    for (int i = 0; i < v.type().shape().size(); i++) {
      if (!(graph.constant(v).orElseThrow().doubleAt(i) >= 0)) {
        return false;
      }
    }
    return true;
  }

  /** Operators whose results are not negative whatever their operands are. */
  private static boolean isRange(Op op) {
    return op instanceof Relu
        || op instanceof Sigmoid
        || op instanceof HardSigmoid
        || op instanceof Softmax
        || op instanceof Abs
        || op instanceof Exp
        || op instanceof Sqrt
        || op instanceof Clip c && c.min() >= 0 && c.max() >= 0
        || op instanceof Reduce r
            && (r.kind() == Reduce.Kind.L1
                || r.kind() == Reduce.Kind.L2
                || r.kind() == Reduce.Kind.SUM_SQUARE);
  }

  /** Operators whose results are not negative if no operand is. */
  private static boolean keepsSign(Op op) {
    return op instanceof Add
        || op instanceof Mul
        || op instanceof MaxPool
        || op instanceof AveragePool
        || op instanceof Concat
        || op instanceof Reshape
        || op instanceof Transpose
        || op instanceof Slice
        || op instanceof Split
        || op instanceof Pad p && p.value() >= 0
        || op instanceof Reduce r
            && (r.kind() == Reduce.Kind.SUM
                || r.kind() == Reduce.Kind.MEAN
                || r.kind() == Reduce.Kind.MAX
                || r.kind() == Reduce.Kind.MIN);
  }
}
