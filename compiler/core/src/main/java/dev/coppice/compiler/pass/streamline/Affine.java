package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Mul;
import java.util.Optional;

/**
 * A node {@code x + c} or {@code x * c} with constant {@code c} that keeps the type of {@code x}.
 *
 * @param node the node
 * @param x the operand that is not constant
 * @param c the constant
 */
record Affine(Node node, Value x, Value c) {

  /** {@code node} as an affine operation, if it is one. */
  static Optional<Affine> of(Graph graph, Node node) {
    if (!(node.op() instanceof Add || node.op() instanceof Mul)) {
      return Optional.empty();
    }
    Value x = node.input(0);
    Value c = node.input(1);
    return graph.constant(c).isPresent()
            && graph.constant(x).isEmpty()
            && x.type().equals(node.output().type())
            && Constants.isReal(x.type())
        ? Optional.of(new Affine(node, x, c))
        : Optional.empty();
  }

  /** The affine operation that computes {@code v} for one reader only. */
  static Optional<Affine> producing(Graph graph, Value v) {
    return graph.soleConsumer(v).isEmpty()
        ? Optional.empty()
        : graph.producer(v).flatMap(p -> of(graph, p));
  }

  /** Whether it multiplies. */
  boolean isMul() {
    return node.op() instanceof Mul;
  }

  /** The constant per place along {@code axis}, if it varies along no other. */
  Optional<double[]> along(Graph graph, int axis) {
    return Constants.along(graph, c, x.type().shape(), axis);
  }
}
