package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gradient, of ai.onnx.preview.training since 1: the derivatives of the sum of {@code y} by each of
 * {@code xs}, taken as independent of each other. The nodes between them are followed backwards;
 * see {@link Derivatives} for those that have a derivative.
 */
final class GradientImporter implements NodeImporter {
  static final String DOMAIN = "ai.onnx.preview.training";

  @Override
  public List<Value> apply(NodeContext node) {
    List<String> names = new ArrayList<>(node.attributes().texts("xs").orElse(List.of()));
    int by = names.size();
    names.addAll(node.attributes().texts("zs").orElse(List.of()));
    if (by < node.outputCount() || names.size() != node.inputCount()) {
      throw new IllegalArgumentException(
          "it names "
              + names.size()
              + " tensors in 'xs' and 'zs', and has "
              + node.inputCount()
              + " operands and "
              + node.outputCount()
              + " results");
    }
    Value y = node.named(node.attributes().text("y", ""));
    Map<Value, Value> at = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      at.put(node.named(names.get(i)), node.input(i));
    }
    List<Value> xs = names.subList(0, by).stream().map(node::named).toList();
    Map<Value, Value> sums = backward(node, path(node, xs, y), y, forward(node, at, y));
    List<Value> results = new ArrayList<>();
    for (Value x : xs) {
      Value sum = sums.get(x);
      results.add(sum != null ? sum : node.constant(Tensor.splat(x.type(), 0)));
    }
    return results;
  }

  /** The nodes from {@code xs} to {@code y}, in order. */
  private static List<Node> path(NodeContext node, List<Value> xs, Value y) {
    Set<Value> reached = new LinkedHashSet<>(xs);
    List<Node> from = new ArrayList<>();
    for (Node n : node.before()) {
      boolean depends = n.inputs().stream().anyMatch(reached::contains);
      if (depends && n.outputs().stream().noneMatch(reached::contains)) {
        reached.addAll(n.outputs());
        from.add(n);
      }
    }
    Set<Value> needed = new LinkedHashSet<>(List.of(y));
    List<Node> path = new ArrayList<>();
    for (int i = from.size() - 1; i >= 0; i--) {
      Node n = from.get(i);
      if (n.outputs().stream().anyMatch(needed::contains)) {
        needed.addAll(n.inputs());
        path.add(0, n);
      }
    }
    return path;
  }

  /**
   * What each value is when those in {@code at} are replaced: nodes that read a replaced one are
   * computed again.
   */
  private static Map<Value, Value> forward(NodeContext node, Map<Value, Value> at, Value y) {
    Map<Value, Value> now = new LinkedHashMap<>(at);
    for (Node n : path(node, List.copyOf(at.keySet()), y)) {
      List<Value> operands = n.inputs().stream().map(v -> now.getOrDefault(v, v)).toList();
      List<Value> results = operands.equals(n.inputs()) ? n.outputs() : node.emit(n.op(), operands);
      for (int i = 0; i < results.size(); i++) {
        now.put(n.outputs().get(i), results.get(i));
      }
    }
    return now;
  }

  /** The derivatives of {@code y} by the operands of the nodes of {@code path}. */
  private static Map<Value, Value> backward(
      NodeContext node, List<Node> path, Value y, Map<Value, Value> now) {
    Map<Value, Value> sums = new LinkedHashMap<>();
    sums.put(y, node.constant(Tensor.splat(y.type(), 1)));
    for (int i = path.size() - 1; i >= 0; i--) {
      Node n = path.get(i);
      Value dy = sums.get(n.outputs().get(0));
      if (dy == null) {
        continue;
      }
      List<Value> operands = n.inputs().stream().map(v -> now.getOrDefault(v, v)).toList();
      Value result = now.getOrDefault(n.outputs().get(0), n.outputs().get(0));
      List<Optional<Value>> partial =
          new Derivatives(node, operands, result, dy).of(n.op(), n.name());
      for (int j = 0; j < partial.size(); j++) {
        Value operand = n.inputs().get(j);
        partial.get(j).ifPresent(d -> sums.merge(operand, d, (a, b) -> node.add(new Add(), a, b)));
      }
    }
    return sums;
  }
}
