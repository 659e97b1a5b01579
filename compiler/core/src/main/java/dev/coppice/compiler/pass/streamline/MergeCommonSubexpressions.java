package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.Pass;
import dev.coppice.compiler.pass.PassContext;
import dev.coppice.compiler.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes equal expressions once and keeps equal constants once.
 *
 * <pre>
 * a = Relu(x); b = Relu(x); y = Add(a, b)
 * a = Relu(x); y = Add(a, a)
 * </pre>
 *
 * Two nodes are equal if their operators have equal attributes and their operands are equal.
 */
public final class MergeCommonSubexpressions implements Pass {

  /** What makes two nodes equal. */
  private record Expression(Op op, List<Value> operands) {}

  @Override
  public String name() {
    return "merge-common-subexpressions";
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.EXACT;
  }

  @Override
  public Graph run(Graph graph, PassContext context) {
    GraphPatch patch = new GraphPatch(graph);
    Map<Value, Value> same = new HashMap<>();
    Map<Tensor, Value> constants = new HashMap<>();
    for (Map.Entry<Value, Tensor> c : graph.constants().entrySet()) {
      Value first = constants.putIfAbsent(c.getValue(), c.getKey());
      if (first != null) {
        same.put(c.getKey(), first);
        patch.replace(c.getKey(), first);
      }
    }
    Map<Expression, Node> nodes = new HashMap<>();
    for (Node node : graph.nodes()) {
      List<Value> operands = node.inputs().stream().map(v -> same.getOrDefault(v, v)).toList();
      Node first = nodes.putIfAbsent(new Expression(node.op(), operands), node);
      if (first != null && context.mayPatch()) {
        for (int i = 0; i < node.outputs().size(); i++) {
          same.put(node.outputs().get(i), first.outputs().get(i));
          patch.replace(node.outputs().get(i), first.outputs().get(i));
        }
        context.patched(name(), node.name());
      }
    }
    return patch.isEmpty() ? graph : patch.applyAs(name());
  }
}
