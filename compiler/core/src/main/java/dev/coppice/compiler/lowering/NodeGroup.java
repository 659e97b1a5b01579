package dev.coppice.compiler.lowering;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphBuilder;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.OpAttributes;
import dev.coppice.compiler.ir.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node with all that one kernel computes with it.
 *
 * @param graph where it is
 * @param node the node
 * @param epilogue what is fused behind it
 * @param producer what computes operand 0, where the node may compute that itself
 * @param producerEpilogue what is fused behind that
 */
record NodeGroup(
    Graph graph, Node node, Epilogue epilogue, Optional<Node> producer, Epilogue producerEpilogue) {

  /**
   * The group as one line of text without names, and what is known of it: two groups with equal
   * lines are computed alike.
   *
   * <pre>
   * ChannelsLastConv{pads=[0,0], ...}(f32[1,8,8,4], const f32[4,4,1,1]) then Add(residual), Relu
   * </pre>
   */
  String geometry(List<String> facts) {
    StringBuilder text = new StringBuilder(text(node, epilogue));
    producer.ifPresent(p -> text.append("; x = ").append(text(p, producerEpilogue)));
    facts.forEach(f -> text.append("; ").append(f));
    return text.toString();
  }

  private String text(Node host, Epilogue behind) {
    List<String> operands = new ArrayList<>();
    for (Value v : host.inputs()) {
      operands.add((graph.constant(root(v)).isPresent() ? "const " : "") + v.type());
    }
    StringBuilder text = new StringBuilder(operator(host));
    text.append('(').append(String.join(", ", operands)).append(')');
    Value before = host.outputs().get(0);
    for (int i = 0; i < behind.nodes().size(); i++) {
      Node n = behind.nodes().get(i);
      text.append(i == 0 ? " then " : ", ").append(operator(n));
      List<String> others = new ArrayList<>();
      for (Value v : n.inputs()) {
        if (!v.equals(before)) {
          others.add(kind(v, behind));
        }
      }
      text.append(others.isEmpty() ? "" : "(" + String.join(", ", others) + ")");
      before = n.output();
    }
    return text.toString();
  }

  private static String operator(Node n) {
    return n.op().getClass().getSimpleName() + OpAttributes.text(n.op());
  }

  private static String kind(Value v, Epilogue behind) {
    if (behind.residuals().contains(v)) {
      return "residual";
    }
    return behind.channelConstants().contains(v) ? "channel" : "scalar";
  }

  /** The value that {@code v} is a view of. */
  private Value root(Value v) {
    Optional<Node> view = graph.producer(v).filter(n -> n.op().isView(n.inputTypes()));
    return view.isPresent() ? root(view.get().input(0)) : v;
  }

  /** A graph that computes the group, whose inputs are the operands that are no constants. */
  Graph alone() {
    List<Node> nodes = new ArrayList<>();
    producer.ifPresent(nodes::add);
    nodes.addAll(producerEpilogue.nodes());
    nodes.add(node);
    nodes.addAll(epilogue.nodes());
    GraphBuilder builder = new GraphBuilder(graph.name());
    Map<Value, Value> copies = new LinkedHashMap<>();
    nodes.forEach(n -> copy(n, builder, copies));
    Node last = nodes.get(nodes.size() - 1);
    for (Value v : last.outputs()) {
      builder.output(v.name(), copies.getOrDefault(v, v));
    }
    return builder.build();
  }

  private void copy(Node n, GraphBuilder builder, Map<Value, Value> copies) {
    List<Value> operands = new ArrayList<>();
    for (Value v : n.inputs()) {
      if (!copies.containsKey(v)) {
        operand(v, builder, copies);
      }
      operands.add(copies.getOrDefault(v, v));
    }
    List<String> names = n.outputs().stream().map(Value::name).toList();
    List<Value> results = builder.node(n.name(), n.op(), operands, names, n.origin()).outputs();
    for (int j = 0; j < results.size(); j++) {
      copies.put(n.outputs().get(j), results.get(j));
    }
  }

  private void operand(Value v, GraphBuilder builder, Map<Value, Value> copies) {
    if (graph.constant(v).isPresent()) {
      copies.put(v, builder.constant(v.name(), graph.constant(v).orElseThrow()));
    } else if (graph.constant(root(v)).isPresent()) {
      copy(graph.producer(v).orElseThrow(), builder, copies);
    } else {
      copies.put(v, builder.input(v.name(), v.type()));
    }
  }
}
