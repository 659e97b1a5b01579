package dev.coppice.compiler.onnx;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which nodes of a graph its results depend on, and an order in which each follows what it reads.
 */
final class NodeOrder {
  private static final int NAMED_IN_CYCLE = 8;

  private final List<NodeProto> nodes;
  private final SourceRef where;
  private final Map<String, Integer> producers = new HashMap<>();
  private final List<Set<String>> reads = new ArrayList<>();

  private NodeOrder(List<NodeProto> nodes, SourceRef where) {
    this.nodes = nodes;
    this.where = where;
  }

  /**
   * The nodes that {@code results} depend on, in the order of {@code nodes} as far as dependencies
   * allow.
   *
   * @param scope names that stand for something without any of the nodes
   * @throws CompileException if a name has two definitions or none, or nodes depend on each other
   *     in a circle
   */
  static List<NodeProto> of(
      List<NodeProto> nodes, List<String> results, Scope scope, SourceRef where) {
    NodeOrder order = new NodeOrder(nodes, where);
    order.index(scope);
    return order.sort(order.live(results, scope));
  }

  /** What diagnostics call a node: its name or, without one, its first result's. */
  static String nameOf(NodeProto node) {
    if (!node.getName().isEmpty()) {
      return node.getName();
    }
    return node.getOutputList().stream().filter(o -> !o.isEmpty()).findFirst().orElse("");
  }

  private void index(Scope scope) {
    for (int i = 0; i < nodes.size(); i++) {
      for (String output : nodes.get(i).getOutputList()) {
        if (output.isEmpty()) {
          continue;
        }
        if (producers.putIfAbsent(output, i) != null || scope.isOwn(output)) {
          throw new CompileException(
              DiagnosticCode.GRAPH_INVALID,
              at(nodes.get(i)),
              "its result '" + output + "' has a second definition");
        }
      }
      reads.add(reads(nodes.get(i)));
    }
  }

  private Set<Integer> live(List<String> results, Scope scope) {
    Set<Integer> live = new LinkedHashSet<>();
    Deque<Integer> queue = new ArrayDeque<>();
    for (String result : results) {
      Integer producer = producers.get(result);
      if (producer != null) {
        queue.add(producer);
      } else if (!scope.isDefined(result)) {
        throw new CompileException(
            DiagnosticCode.GRAPH_INVALID, where, "output '" + result + "' is computed by no node");
      }
    }
    while (!queue.isEmpty()) {
      int i = queue.remove();
      if (!live.add(i)) {
        continue;
      }
      for (String read : reads.get(i)) {
        Integer producer = producers.get(read);
        if (producer != null) {
          queue.add(producer);
        } else if (!scope.isDefined(read)) {
          throw new CompileException(
              DiagnosticCode.GRAPH_INVALID,
              at(nodes.get(i)),
              "it reads '" + read + "', which is no input, constant or result of a node");
        }
      }
    }
    return live;
  }

  private List<NodeProto> sort(Set<Integer> live) {
    Map<Integer, Set<Integer>> waitsFor = new HashMap<>();
    Map<Integer, List<Integer>> readers = new HashMap<>();
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i : live) {
      Set<Integer> before = new LinkedHashSet<>();
      for (String read : reads.get(i)) {
        Integer producer = producers.get(read);
        if (producer != null && before.add(producer)) {
          readers.computeIfAbsent(producer, p -> new ArrayList<>()).add(i);
        }
      }
      waitsFor.put(i, before);
      if (before.isEmpty()) {
        ready.add(i);
      }
    }
    List<NodeProto> sorted = new ArrayList<>();
    while (!ready.isEmpty()) {
      int i = ready.remove();
      sorted.add(nodes.get(i));
      waitsFor.remove(i);
      for (int reader : readers.getOrDefault(i, List.of())) {
        Set<Integer> before = waitsFor.get(reader);
        if (before != null && before.remove(i) && before.isEmpty()) {
          ready.add(reader);
        }
      }
    }
    if (!waitsFor.isEmpty()) {
      throw cycle(waitsFor);
    }
    return sorted;
  }

  /**
   * Every node that still waits reads another that does: walking from one to the next comes round.
   */
  private CompileException cycle(Map<Integer, Set<Integer>> waitsFor) {
    Set<Integer> walked = new LinkedHashSet<>();
    int at = waitsFor.keySet().stream().min(Integer::compare).orElseThrow();
    while (walked.add(at)) {
      at = waitsFor.getOrDefault(at, Set.of()).iterator().next();
    }
    List<Integer> circle = new ArrayList<>(walked);
    circle = circle.subList(circle.indexOf(at), circle.size());
    String names =
        circle.stream()
            .limit(NAMED_IN_CYCLE)
            .map(i -> "'" + nameOf(nodes.get(i)) + "'")
            .collect(Collectors.joining(", "));
    String more =
        circle.size() > NAMED_IN_CYCLE ? " and " + (circle.size() - NAMED_IN_CYCLE) + " more" : "";
    return new CompileException(
        DiagnosticCode.GRAPH_INVALID,
        where,
        circle.size() == 1
            ? "node " + names + " depends on its own result"
            : "nodes " + names + more + " depend on each other in a circle");
  }

  private SourceRef at(NodeProto node) {
    return where.atNode(nameOf(node), node.getOpType());
  }

  /** Operands of {@code node}, and what its subgraphs take from the graphs around them. */
  private static Set<String> reads(NodeProto node) {
    Set<String> names = new LinkedHashSet<>(node.getInputList());
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        names.addAll(captures(attribute.getG()));
      }
      attribute.getGraphsList().forEach(g -> names.addAll(captures(g)));
    }
    if (node.getOpType().equals("Gradient") && node.getDomain().equals(GradientImporter.DOMAIN)) {
      names.addAll(namedByAttributes(node));
    }
    names.remove("");
    return names;
  }

  /** A Gradient names the values it connects in attributes. */
  private static List<String> namedByAttributes(NodeProto node) {
    List<String> names = new ArrayList<>();
    for (AttributeProto attribute : node.getAttributeList()) {
      names.add(attribute.getS().toStringUtf8());
      attribute.getStringsList().forEach(s -> names.add(s.toStringUtf8()));
    }
    return names;
  }

  /** Names that {@code graph} takes from the graphs around it. */
  static Set<String> captures(GraphProto graph) {
    Set<String> free = new LinkedHashSet<>();
    graph.getNodeList().forEach(n -> free.addAll(reads(n)));
    graph.getOutputList().forEach(o -> free.add(o.getName()));
    graph.getInputList().forEach(i -> free.remove(i.getName()));
    graph.getInitializerList().forEach(t -> free.remove(t.getName()));
    graph.getSparseInitializerList().forEach(t -> free.remove(t.getValues().getName()));
    graph.getNodeList().forEach(n -> n.getOutputList().forEach(free::remove));
    return free;
  }
}
