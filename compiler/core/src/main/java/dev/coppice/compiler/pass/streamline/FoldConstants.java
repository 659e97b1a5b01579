package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Region;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.Pass;
import dev.coppice.compiler.pass.PassContext;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Evaluates nodes whose operands are all constants.
 *
 * <pre>
 * t = Add(1.0, 2.0); y = Mul(x, t)
 * y = Mul(x, 3.0)
 * </pre>
 *
 * Does not fire where the results would take more than 1 MiB and more than four times the bytes of
 * the operands: weights grow to no end if an Expand or Tile is folded. Loops are left alone: they
 * may run for ever.
 */
public final class FoldConstants implements Pass {
  private static final long ALWAYS_FOLDED_BYTES = 1 << 20;
  private static final int MAX_GROWTH = 4;

  @Override
  public String name() {
    return "fold-constants";
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.EXACT;
  }

  @Override
  public Graph run(Graph graph, PassContext context) {
    Map<Value, Tensor> known = new HashMap<>(graph.constants());
    Set<Value> folded = new HashSet<>();
    for (Node node : graph.nodes()) {
      boolean isKnown = known.keySet().containsAll(node.inputs());
      if (isKnown && !(node.op() instanceof Region) && !grows(node) && context.mayPatch()) {
        List<Tensor> operands = new ArrayList<>();
        node.inputs().forEach(v -> operands.add(known.get(v)));
        List<Tensor> results = node.op().evaluate(operands);
        for (int i = 0; i < results.size(); i++) {
          known.put(node.outputs().get(i), results.get(i));
          folded.add(node.outputs().get(i));
        }
        context.patched(name(), node.name());
      }
    }
    GraphPatch patch = new GraphPatch(graph);
    for (Node node : graph.nodes()) {
      for (Value v : node.outputs()) {
        Tensor data = known.get(v);
        if (data != null && isRead(graph, v, folded)) {
          patch.replace(v, patch.constant(v.name(), data));
        }
      }
    }
    return patch.isEmpty() ? graph : patch.applyAs(name());
  }

  /** Whether an output or a node that is not folded itself needs {@code v}. */
  private static boolean isRead(Graph graph, Value v, Set<Value> folded) {
    return graph.isOutput(v)
        || graph.consumers(v).stream().anyMatch(n -> !folded.contains(n.output()));
  }

  private static boolean grows(Node node) {
    long from = node.inputs().stream().mapToLong(v -> v.type().bytes()).sum();
    long to = node.outputs().stream().mapToLong(v -> v.type().bytes()).sum();
    return to > ALWAYS_FOLDED_BYTES && to > MAX_GROWTH * from;
  }
}
