package dev.coppice.compiler.lowering;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The pointwise nodes that follow a host node and are computed on its result before it is stored:
 * each is the only reader of the one before, keeps element type and shape, and its other operands
 * are constant scalars, constants that vary along one axis only, if the host allows, or tensors of
 * that same shape (residuals).
 *
 * @param nodes the fused nodes in order; empty without an epilogue
 * @param residuals operands of the host's result shape, in the order the nodes use them
 * @param channelConstants operands that are constants along {@link
 *     dev.coppice.compiler.ir.Op#epilogueAxis}, in the order the nodes use them
 */
record Epilogue(List<Node> nodes, List<Value> residuals, List<Value> channelConstants) {
  /** No nodes. */
  static final Epilogue NONE = new Epilogue(List.of(), List.of(), List.of());

  Epilogue {
    channelConstants = List.copyOf(channelConstants);
    nodes = List.copyOf(nodes);
    residuals = List.copyOf(residuals);
  }

  /**
   * The longest epilogue of {@code host}. Of several operands that could host a node, the one
   * computed last does, so that the others are there when it runs.
   *
   * @param order position in the graph of the node that computes each value
   */
  static Epilogue of(Graph graph, Node host, Map<Value, Integer> order) {
    List<Node> nodes = new ArrayList<>();
    List<Value> residuals = new ArrayList<>();
    List<Value> constants = new ArrayList<>();
    int axis = host.op().epilogueAxis();
    if (host.op().takesEpilogue() && host.outputs().size() == 1) {
      Value value = host.output();
      Optional<Node> next = graph.soleConsumer(value);
      while (next.isPresent() && fits(graph, next.get(), value, order, axis)) {
        for (Value operand : next.get().inputs()) {
          if (!operand.equals(value) && scalar(graph, operand).isEmpty()) {
            (alongAxis(graph, operand, value, axis) ? constants : residuals).add(operand);
          }
        }
        nodes.add(next.get());
        value = next.get().output();
        next = graph.soleConsumer(value);
      }
    }
    return new Epilogue(nodes, residuals, constants);
  }

  private static boolean fits(
      Graph graph, Node node, Value value, Map<Value, Integer> order, int axis) {
    int own = order.getOrDefault(value, -1);
    return node.op() instanceof Pointwise
        && node.output().type().equals(value.type())
        && node.inputs().stream().filter(value::equals).count() == 1
        && node.inputs().stream()
            .allMatch(
                v ->
                    scalar(graph, v).isPresent()
                        || alongAxis(graph, v, value, axis)
                        || v.type().equals(value.type()) && order.getOrDefault(v, -1) <= own);
  }

  /** Whether {@code v} is a constant that varies along {@code axis} of {@code value} only. */
  private static boolean alongAxis(Graph graph, Value v, Value value, int axis) {
    Shape own = v.type().shape();
    Shape shape = value.type().shape();
    int at = axis - shape.rank() + own.rank();
    return axis >= 0
        && graph.constant(v).isPresent()
        && at >= 0
        && own.rank() <= shape.rank()
        && own.dim(at) == shape.dim(axis)
        && own.size() == own.dim(at);
  }

  /** A constant with one value for all places, as a literal. */
  private static Optional<Expr> scalar(Graph graph, Value value) {
    Optional<Tensor> data = graph.constant(value);
    if (data.isEmpty() || !(data.get().size() == 1 || data.get().isSplat())) {
      return Optional.empty();
    }
    return Optional.of(Exprs.literal(data.get(), 0));
  }

  /**
   * {@code value} of the host's result {@code hostValue} with the nodes applied; {@code loaded}
   * holds the residuals' values, {@code channel} those of the constants along an axis.
   */
  Expr apply(Graph graph, Value hostValue, Expr value, List<Expr> loaded, List<Expr> channel) {
    Expr result = value;
    Value previous = hostValue;
    int r = 0;
    int c = 0;
    for (Node node : nodes) {
      List<Expr> operands = new ArrayList<>();
      for (Value v : node.inputs()) {
        if (v.equals(previous)) {
          operands.add(result);
        } else {
          Optional<Expr> literal = scalar(graph, v);
          if (literal.isPresent()) {
            operands.add(literal.get());
          } else if (c < channelConstants.size() && v.equals(channelConstants.get(c))) {
            operands.add(channel.get(c++));
          } else {
            operands.add(loaded.get(r++));
          }
        }
      }
      result = ((Pointwise) node.op()).apply(operands, node.inputTypes());
      previous = node.output();
    }
    return result;
  }
}
