package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Sign;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a value with two levels comes from: a Sign or a boolean, and arithmetic with single
 * constants behind it.
 *
 * @param source what the levels depend on
 * @param low the level of a source below zero or false
 * @param zero the level of a source that is zero, for a boolean that of false
 * @param high the level of a source above zero or true
 */
record SignSource(Value source, double low, double zero, double high) {

  /** The source of {@code value} if it has such levels. */
  static Optional<SignSource> of(Graph graph, Value value) {
    List<Node> chain = new ArrayList<>();
    Value at = value;
    while (at.type().dtype() != DType.BOOL) {
      Optional<Node> producer = graph.producer(at);
      if (producer.isEmpty()) {
        return Optional.empty();
      }
      Node node = producer.get();
      if (node.op() instanceof Sign) {
        Tensor levels = Tensor.ofFloats(Shape.of(3), -1, 0, 1);
        return at.type().dtype() == DType.FLOAT32
            ? levels(graph, node.input(0), chain, at, levels)
            : Optional.empty();
      }
      Optional<Value> next = soleOperand(graph, node);
      if (next.isEmpty()) {
        return Optional.empty();
      }
      chain.add(0, node);
      at = next.get();
    }
    Tensor levels = Tensor.fromLongs(at.type().with(Shape.of(3)), i -> i / 2);
    return graph.constant(at).isPresent() ? Optional.empty() : levels(graph, at, chain, at, levels);
  }

  private static Optional<SignSource> levels(
      Graph graph, Value source, List<Node> chain, Value from, Tensor levels) {
    Tensor now = levels;
    Value at = from;
    for (Node node : chain) {
      List<Tensor> operands = new ArrayList<>();
      for (Value v : node.inputs()) {
        operands.add(
            v.equals(at) ? now : graph.constant(v).orElseThrow().gather(Shape.of(1), i -> 0));
      }
      now = node.op().evaluate(operands).get(0);
      at = node.output();
    }
    double low = now.doubleAt(0);
    double high = now.doubleAt(2);
    return low == high || !Double.isFinite(low) || !Double.isFinite(high)
        ? Optional.empty()
        : Optional.of(new SignSource(source, low, now.doubleAt(1), high));
  }

  /** The operand of the result's shape beside which all are single constants. */
  private static Optional<Value> soleOperand(Graph graph, Node node) {
    Optional<Value> found = Optional.empty();
    for (Value v : node.inputs()) {
      Optional<Tensor> data = graph.constant(v);
      if (data.isPresent() && (data.get().size() == 1 || data.get().isSplat())) {
        continue;
      }
      if (found.isPresent() || !v.type().shape().equals(node.output().type().shape())) {
        return Optional.empty();
      }
      found = Optional.of(v);
    }
    return node.op() instanceof Pointwise ? found : Optional.empty();
  }
}
