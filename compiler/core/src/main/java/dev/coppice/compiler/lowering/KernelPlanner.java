package dev.coppice.compiler.lowering;

import dev.coppice.compiler.diag.Origin;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns a graph into kernel calls: pointwise nodes are fused behind the node that feeds them, views
 * share the storage of what they show, results are written to the caller's arrays. A fused group
 * runs where its last node stood, so that its residuals are there.
 */
public final class KernelPlanner {
  private final Graph graph;
  private final Target target;
  private final PlanBuilder plan;

  private KernelPlanner(Graph graph, Target target) {
    this.graph = graph;
    this.target = target;
    this.plan = new PlanBuilder(graph, views(graph));
  }

  /** The plan of {@code graph} for {@code target}. */
  public static KernelPlan plan(Graph graph, Target target) {
    return new KernelPlanner(graph, target).plan();
  }

  private static Map<Value, Value> views(Graph graph) {
    Map<Value, Value> roots = new LinkedHashMap<>();
    for (Node n : graph.nodes()) {
      if (n.op().isView(n.inputTypes())) {
        roots.put(n.output(), roots.getOrDefault(n.input(0), n.input(0)));
      }
    }
    return roots;
  }

  private KernelPlan plan() {
    List<Runnable> copies = new ArrayList<>();
    for (int j = 0; j < graph.outputs().size(); j++) {
      Graph.Output output = graph.outputs().get(j);
      Value root = plan.root(output.value());
      if (plan.isPlaced(root) || graph.constants().containsKey(root)) {
        int port = j;
        copies.add(() -> copy(output, root, port));
      } else {
        plan.deliver(root, j);
      }
    }
    Map<Value, Integer> order = new LinkedHashMap<>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      for (Value v : graph.nodes().get(i).outputs()) {
        order.put(v, i);
      }
    }
    Map<Node, Node> hosts = new LinkedHashMap<>();
    Map<Node, Epilogue> epilogues = new LinkedHashMap<>();
    Set<Node> fused = new LinkedHashSet<>();
    for (Node n : graph.nodes()) {
      if (fused.contains(n) || n.op().isView(n.inputTypes())) {
        continue;
      }
      Epilogue e = Epilogue.of(graph, n, order);
      fused.addAll(e.nodes());
      epilogues.put(n, e);
      Node last = e.nodes().isEmpty() ? n : e.nodes().get(e.nodes().size() - 1);
      hosts.put(last, n);
    }
    for (Node n : graph.nodes()) {
      Node host = hosts.get(n);
      if (host != null) {
        lower(host, epilogues.getOrDefault(host, new Epilogue(List.of(), List.of())));
      }
    }
    copies.forEach(Runnable::run);
    List<Port> inputs = graph.inputs().stream().map(v -> port(v.name(), v.type())).toList();
    List<Port> outputs =
        graph.outputs().stream().map(o -> port(o.name(), o.value().type())).toList();
    long macs = graph.nodes().stream().mapToLong(n -> n.op().macs(n.inputTypes())).sum();
    return plan.build(inputs, outputs, macs);
  }

  private static Port port(String name, TensorType type) {
    return new Port(name, type.dtype(), type.shape());
  }

  private void lower(Node node, Epilogue epilogue) {
    NodeKernelBuilder k = new NodeKernelBuilder(graph, node, epilogue, target, plan);
    Kernel kernel;
    try {
      kernel = node.op().lower(k);
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "compiler bug: cannot lower node '" + node.name() + "' (" + node.op() + ")", e);
    }
    if (!epilogue.residuals().isEmpty() && !kernel.buffers().containsAll(k.residuals())) {
      throw new IllegalStateException(
          "compiler bug: " + node.op().name() + " takes an epilogue but drops its residuals");
    }
    Origin origin = node.origin();
    for (Node n : epilogue.nodes()) {
      origin = origin.and(n.origin());
    }
    plan.call(new KernelCall(kernel, k.bindings(), String.join(", ", origin.nodes())));
  }

  /** Output {@code port} is an input, a constant, or a value that another output delivers too. */
  private void copy(Graph.Output output, Value root, int port) {
    TensorType type = output.value().type();
    int n = type.shape().size();
    Binding from = plan.place(root);
    Buffer.Role role =
        from instanceof Binding.FlatWeights ? Buffer.Role.WEIGHTS : Buffer.Role.INPUT;
    Buffer x = Buffer.flat("x", type.dtype(), role, n);
    Buffer y = Buffer.flat("y", type.dtype(), Buffer.Role.OUTPUT, n);
    Kernel kernel =
        new Kernel(
            "copy",
            "y" + type + " = x",
            List.of(x, y),
            Stmts.copy(x, Exprs.intLit(0), y, Exprs.intLit(0), Exprs.intLit(n)));
    plan.call(
        new KernelCall(
            kernel, List.of(from, new Binding.PortOut(port, 0)), "output " + output.name()));
  }
}
