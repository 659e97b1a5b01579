package dev.coppice.compiler.lowering;

import dev.coppice.compiler.diag.Origin;
import dev.coppice.compiler.ir.Chooser;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Region;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.InPlace;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.RegisterLoops;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.op.Bounded;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns a graph into kernel calls: pointwise nodes are fused behind the node that feeds them, views
 * share the storage of what they show, results are written to the caller's arrays. A fused group
 * runs where its last node stood, so that its residuals are there. Branches and loops become blocks
 * of calls.
 */
public final class KernelPlanner {
  private final Graph graph;
  private final Target target;
  private final Chooser chooser;
  private final PlanBuilder plan;
  private final Map<Node, Epilogue> epilogues = new LinkedHashMap<>();
  private final Map<Node, Node> producers = new LinkedHashMap<>();
  private final Set<Node> offered = new LinkedHashSet<>();

  /** A planner of {@code graph}, the model's or a body's, whose calls go to {@code parts}. */
  KernelPlanner(Graph graph, Target target, Chooser chooser, PlanParts parts) {
    this.graph = graph;
    this.target = target;
    this.chooser = chooser;
    this.plan = new PlanBuilder(graph, parts);
  }

  /** The plan of {@code graph} for {@code target}, with schedules by prediction. */
  public static KernelPlan plan(Graph graph, Target target) {
    return plan(graph, target, Chooser.PREDICTED);
  }

  /** The plan of {@code graph} for {@code target}, with schedules as {@code chooser} says. */
  public static KernelPlan plan(Graph graph, Target target, Chooser chooser) {
    PlanParts parts = new PlanParts();
    KernelPlanner planner = new KernelPlanner(graph, target, chooser, parts);
    for (int i = 0; i < graph.inputs().size(); i++) {
      planner.plan.put(graph.inputs().get(i), new Binding.PortIn(i, 0));
    }
    List<Binding> results = new ArrayList<>();
    for (int j = 0; j < graph.outputs().size(); j++) {
      results.add(new Binding.PortOut(j, 0));
    }
    planner.computeTo(results);
    List<Port> inputs = graph.inputs().stream().map(v -> port(v.name(), v.type())).toList();
    List<Port> outputs =
        graph.outputs().stream().map(o -> port(o.name(), o.value().type())).toList();
    long macs = graph.nodes().stream().mapToLong(KernelPlanner::macs).sum();
    return parts.build(graph.name(), inputs, outputs, macs);
  }

  /** Where the values of the graph live. */
  PlanBuilder values() {
    return plan;
  }

  /** A planner of {@code body}, which is within the graph. */
  KernelPlanner within(Graph body) {
    return new KernelPlanner(body, target, chooser, plan.parts());
  }

  /** Computes the graph; output {@code j} is then at {@code results.get(j)}. */
  void computeTo(List<Binding> results) {
    List<Runnable> copies = new ArrayList<>();
    for (int j = 0; j < graph.outputs().size(); j++) {
      Graph.Output output = graph.outputs().get(j);
      Value root = plan.root(output.value());
      Binding result = results.get(j);
      if (plan.isPlaced(root)
          || graph.constants().containsKey(root)
          || !plan.shared().isWhole(output.value())) {
        String comment = "output " + output.name();
        copies.add(() -> copy(output.value(), result, comment));
      } else {
        plan.put(root, result);
      }
    }
    compute();
    copies.forEach(Runnable::run);
  }

  /** Computes every node of the graph; its values are where {@link #values} says. */
  void compute() {
    Map<Value, Integer> order = new LinkedHashMap<>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      for (Value v : graph.nodes().get(i).outputs()) {
        order.put(v, i);
      }
    }
    Map<Node, Node> hosts = new LinkedHashMap<>();
    Set<Node> fused = new LinkedHashSet<>();
    for (Node n : graph.nodes()) {
      if (fused.contains(n) || plan.shared().isFree(n)) {
        continue;
      }
      Epilogue e = Epilogue.of(graph, n, order);
      fused.addAll(e.nodes());
      epilogues.put(n, e);
      if (!e.nodes().isEmpty()) {
        plan.joined().leave(n);
      }
      Node last = e.nodes().isEmpty() ? n : e.nodes().get(e.nodes().size() - 1);
      hosts.put(last, n);
    }
    hosts.forEach(this::offer);
    for (Node n : graph.nodes()) {
      Node host = hosts.get(n);
      plan.shared()
          .copied(n)
          .forEach(
              c ->
                  copy(
                      c.operand(),
                      plan.place(n.output()).from(c.at()),
                      String.join(", ", n.origin().nodes())));
      if (n.op() instanceof Bounded b) {
        plan.parts()
            .block(
                new Block.Check(
                    plan.parts().nextCall(), plan.place(n.input(0)), b.most(), b.what()));
      } else if (host != null && host.op() instanceof Region) {
        new RegionPlanner(this).lower(host);
      } else if (host != null && plan.joined().isBegun(host)) {
        plan.joined().copied(host).forEach(c -> copy(c, host));
      } else if (host != null && !offered.contains(host)) {
        lower(host);
      }
    }
  }

  private void copy(Value v, Binding to, String comment) {
    plan.parts().call(GlueKernels.copy(v.type(), plan.place(v), to, comment));
  }

  private void copy(JoinedPlaces.Copied c, Node joining) {
    Binding to = plan.place(c.part());
    String comment = String.join(", ", joining.origin().nodes());
    plan.parts()
        .call(
            GlueKernels.copyPlaces(
                c.operand().type(), c.part().step(), plan.place(c.operand()), to, comment));
  }

  private static Port port(String name, TensorType type) {
    return new Port(name, type.dtype(), type.shape());
  }

  /** Leaves {@code host} to the only reader of {@code last}'s result, if that may compute it. */
  private void offer(Node last, Node host) {
    Optional<Node> reader =
        last.outputs().size() == 1 ? graph.soleConsumer(last.output()) : Optional.empty();
    if (reader.isPresent()
        && epilogues.containsKey(reader.get())
        && reader.get().op().computesInput(host.op())
        && reader.get().input(0).equals(last.output())) {
      producers.put(reader.get(), host);
      offered.add(host);
    }
  }

  /** Lowers a node with its epilogue, and what it was left to compute. */
  private void lower(Node node) {
    NodeKernelBuilder k = new NodeKernelBuilder(graph, node, epilogue(node), target, chooser, plan);
    Node producer = producers.get(node);
    if (producer != null) {
      k.offer(producer, epilogue(producer));
    }
    Kernel kernel;
    List<Buffer> inPlace;
    try {
      kernel = node.op().lower(k);
      // Registers leave the order of what is read and stored at an index.
      inPlace = InPlace.operands(kernel);
      if (target.vectorApi()) {
        kernel = RegisterLoops.of(kernel);
      }
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "compiler bug: cannot lower node '" + node.name() + "' (" + node.op() + ")", e);
    }
    if (!k.keepsOperands(kernel)) {
      throw new IllegalStateException(
          "compiler bug: " + node.op().name() + " takes an epilogue but drops its operands");
    }
    Origin origin = origin(node);
    if (producer != null && !k.computesInput()) {
      lower(producer);
    } else if (producer != null) {
      origin = origin(producer).and(origin);
      // What the producer was left to compute is not offered to it here.
      Optional.ofNullable(producers.get(producer)).ifPresent(this::lower);
    }
    k.choice().ifPresent(plan.parts()::choice);
    if (node.op() instanceof Transpose) {
      plan.parts().transpose(node.output().type().shape().size());
    }
    String comment = String.join(", ", origin.nodes());
    long macs = macs(node) + (producer != null && k.computesInput() ? macs(producer) : 0);
    long saved = k.choice().map(c -> c.chosen().savedMacs()).orElse(0L);
    plan.parts().call(new KernelCall(kernel, k.bindings(), comment, inPlace), macs, macs - saved);
  }

  private static long macs(Node n) {
    return n.op().macs(n.inputTypes());
  }

  private Epilogue epilogue(Node host) {
    return epilogues.getOrDefault(host, Epilogue.NONE);
  }

  /** Where {@code host} and its epilogue come from. */
  private Origin origin(Node host) {
    Origin origin = host.origin();
    for (Node n : epilogue(host).nodes()) {
      origin = origin.and(n.origin());
    }
    return origin;
  }
}
