package dev.coppice.compiler.compress.report;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A graph as it is drawn: inputs and nodes in topological order. Nodes that only decode a constant
 * are not drawn; they are part of how the node that reads it is stored.
 *
 * @param nodes what is drawn
 * @param edges what reads what
 */
public record DrawnGraph(List<DrawnNode> nodes, List<Edge> edges) {
  public DrawnGraph {
    nodes = List.copyOf(nodes);
    edges = List.copyOf(edges);
    for (Edge e : edges) {
      if (e.from() < 0 || e.from() >= e.to() || e.to() >= nodes.size()) {
        throw new IllegalArgumentException(e + " among " + nodes.size() + " nodes");
      }
    }
  }

  /** How a node compares with the other version of the graph. */
  public enum Mark {
    /** Both versions have it. */
    SAME,
    /** Both have it, and it computes or stores something else. */
    CHANGED,
    /** Only the version before has it. */
    REMOVED,
    /** Only the version after has it. */
    ADDED
  }

  /**
   * One node.
   *
   * @param name its label
   * @param op its operator, or {@code input}
   * @param shape shape of its first result, e.g. {@code 1×16×32×32}
   * @param mark how it compares with the other version
   * @param note what is changed, or empty
   */
  public record DrawnNode(String name, String op, String shape, Mark mark, String note) {
    DrawnNode marked(Mark other, String why) {
      return new DrawnNode(name, op, shape, other, why);
    }
  }

  /**
   * A value that goes from one node to another.
   *
   * @param from index of the node that computes it
   * @param to index of a node that reads it, larger than {@code from}
   */
  public record Edge(int from, int to) {}

  /** The drawing of {@code graph}, nothing marked. */
  static DrawnGraph of(OnnxGraph graph) {
    List<DrawnNode> nodes = new ArrayList<>();
    Map<String, Integer> makers = new LinkedHashMap<>();
    Set<Edge> edges = new LinkedHashSet<>();
    for (String input : graph.inputs()) {
      makers.put(input, nodes.size());
      nodes.add(new DrawnNode(input, "input", shape(graph, input), Mark.SAME, ""));
    }
    for (NodeProto node : drawn(graph)) {
      int at = nodes.size();
      for (String read : Nodes.reads(node)) {
        Integer maker = makers.get(read);
        if (maker != null) {
          edges.add(new Edge(maker, at));
        }
      }
      node.getOutputList().forEach(o -> makers.put(o, at));
      String shape = node.getOutputCount() == 0 ? "" : shape(graph, node.getOutput(0));
      nodes.add(new DrawnNode(Nodes.label(node), node.getOpType(), shape, Mark.SAME, ""));
    }
    return new DrawnGraph(nodes, List.copyOf(edges));
  }

  /** The nodes of {@code graph} that are drawn, in order. */
  static List<NodeProto> drawn(OnnxGraph graph) {
    return graph.nodes().stream().filter(n -> !StorageForm.isDecoder(graph, n)).toList();
  }

  private static String shape(OnnxGraph graph, String value) {
    if (!graph.hasType(value)) {
      return "";
    }
    int[] dims = graph.shape(value).dims();
    return dims.length == 0
        ? "scalar"
        : Arrays.stream(dims).mapToObj(Integer::toString).collect(Collectors.joining("×"));
  }

  /** This drawing with other nodes in the places of its nodes. */
  DrawnGraph with(List<DrawnNode> marked) {
    return new DrawnGraph(marked, edges);
  }
}
