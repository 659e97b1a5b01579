package dev.coppice.compiler.pass.recover;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.LstmCell;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Sigmoid;
import dev.coppice.compiler.op.Split;
import dev.coppice.compiler.op.Tanh;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import java.util.List;
import java.util.Optional;

/**
 * The gates of an LSTM that are written out become one operator.
 *
 * <pre>
 * i, f, g, o = Split(z); n = Add(Mul(Sigmoid(f), c), Mul(Sigmoid(i), Tanh(g)))
 * h = Mul(Sigmoid(o), Tanh(n))
 * h, n = LstmCell(z, c)
 * </pre>
 *
 * Fires for every order of gates and operands. Does not fire if the gates are not the four equal
 * parts of one value along its last axis.
 */
public final class RecoverLstmCell implements RewriteRule<Mul> {
  /** A product {@code a * b}, its operands in the order that a question asked for. */
  private record Product(Value a, Value b) {}

  @Override
  public Class<Mul> root() {
    return Mul.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.REASSOCIATED;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, Mul op) {
    Optional<Product> hidden = product(graph, node, Sigmoid.class, Tanh.class);
    Optional<Node> next =
        hidden.flatMap(p -> graph.producer(p.b)).filter(n -> n.op() instanceof Add);
    if (next.isEmpty()) {
      return Optional.empty();
    }
    for (int i = 0; i < 2; i++) {
      Optional<Product> fresh =
          graph
              .producer(next.get().input(i))
              .flatMap(n -> product(graph, n, Sigmoid.class, Tanh.class));
      Optional<Product> kept =
          graph.producer(next.get().input(1 - i)).flatMap(n -> product(graph, n, Sigmoid.class));
      if (fresh.isPresent() && kept.isPresent()) {
        Optional<GraphPatch> patch =
            patch(graph, node, next.get(), fresh.get(), kept.get(), hidden.get().a);
        if (patch.isPresent()) {
          return patch;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<GraphPatch> patch(
      Graph graph, Node node, Node next, Product fresh, Product kept, Value output) {
    Optional<Node> split = graph.producer(output).filter(n -> n.op() instanceof Split);
    if (split.isEmpty() || split.get().outputs().size() != 4) {
      return Optional.empty();
    }
    List<Value> gates = split.get().outputs();
    Split parts = (Split) split.get().op();
    Value z = split.get().input(0);
    LstmCell cell =
        new LstmCell(
            gates.indexOf(fresh.a),
            gates.indexOf(kept.a),
            gates.indexOf(fresh.b),
            gates.indexOf(output));
    boolean four = List.of(cell.input(), cell.forget(), cell.cell()).stream().allMatch(i -> i >= 0);
    if (!four
        || parts.axis() != z.type().shape().rank() - 1
        || parts.sizes().stream().distinct().count() != 1
        || !kept.b.type().equals(output.type())) {
      return Optional.empty();
    }
    GraphPatch patch = new GraphPatch(graph);
    Node made = patch.node(node.name(), cell, List.of(z, kept.b), next.origin().and(node.origin()));
    patch.replace(node.output(), made.outputs().get(0));
    return Optional.of(patch.replace(next.output(), made.outputs().get(1)));
  }

  /** {@code node} as {@code A(a) * B(b)}. */
  private static Optional<Product> product(
      Graph graph, Node node, Class<? extends Op> first, Class<? extends Op> second) {
    return product(graph, node, first)
        .flatMap(p -> operand(graph, p.b, second).map(b -> new Product(p.a, b)));
  }

  /** {@code node} as {@code A(a) * b}. */
  private static Optional<Product> product(Graph graph, Node node, Class<? extends Op> first) {
    for (int i = 0; i < 2 && node.op() instanceof Mul; i++) {
      Optional<Value> a = operand(graph, node.input(i), first);
      if (a.isPresent()) {
        return Optional.of(new Product(a.get(), node.input(1 - i)));
      }
    }
    return Optional.empty();
  }

  /** The operand of {@code op} that gives {@code value}. */
  private static Optional<Value> operand(Graph graph, Value value, Class<? extends Op> op) {
    return graph.producer(value).filter(n -> op.isInstance(n.op())).map(n -> n.input(0));
  }
}
