package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.prune.channels.Slots.Role;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Labels of channels while they are pushed through a graph (Fang, Ma, Song, Mi, Wang 2023,
 * "DepGraph", arXiv 2301.12900, as a union-find of labels): indices with labels of one set live and
 * die together. The set of {@link #FROZEN} lives.
 */
final class ChannelLabels {
  /** The label of what must stay. */
  static final int FROZEN = 0;

  private final OnnxGraph graph;
  private final LabelSets sets = new LabelSets();
  private final Map<String, LabelledAxis> values = new LinkedHashMap<>();
  private final Map<String, List<Claim>> claims = new LinkedHashMap<>();
  private final Set<Integer> approximate = new LinkedHashSet<>();

  private ChannelLabels(OnnxGraph graph) {
    this.graph = graph;
    sets.fresh(1);
  }

  /** What one use of a constant has on its axes. */
  private record Claim(NodeProto node, int operand, List<Part> parts) {}

  /** Labels along one axis of a constant. */
  record Part(Role role, int axis, int[] labels) {}

  /** The labels of {@code graph}. */
  static ChannelLabels of(OnnxGraph graph) {
    ChannelLabels labels = new ChannelLabels(graph);
    for (NodeProto node : graph.nodes()) {
      if (Nodes.reads(node).stream().allMatch(graph::hasType)) {
        ChannelFlows.of(node).label(node, labels);
      }
    }
    graph.outputs().forEach(labels::freeze);
    labels.reconcile();
    return labels;
  }

  /** The graph. */
  OnnxGraph graph() {
    return graph;
  }

  /** The shape of a value. */
  Shape shape(String value) {
    return graph.shape(value);
  }

  /** The labels of {@code value}; empty for constants and where channels are not known. */
  Optional<LabelledAxis> of(String value) {
    return Optional.ofNullable(values.get(value));
  }

  /** The labels of operand {@code i} of {@code node}. */
  Optional<LabelledAxis> of(NodeProto node, int i) {
    return Nodes.input(node, i).flatMap(this::of);
  }

  /** All labelled values. */
  Map<String, LabelledAxis> values() {
    return values;
  }

  /** The name of the set of {@code label}. */
  int find(int label) {
    return sets.find(label);
  }

  /** Says what the channels of {@code value} are. */
  void set(String value, int axis, int[] labels) {
    if (!value.isEmpty() && graph.hasType(value)) {
      values.put(value, new LabelledAxis(axis, labels));
    }
  }

  /** New labels. */
  int[] fresh(int count) {
    return sets.fresh(count);
  }

  /** Lets index i of {@code a} live with index i of {@code b}. */
  void unite(int[] a, int[] b) {
    for (int i = 0; i < a.length; i++) {
      sets.unite(a[i], b[i]);
    }
  }

  /** Lets two labels live together. */
  void unite(int a, int b) {
    sets.unite(a, b);
  }

  /** Lets those of {@code labels} stay. */
  void freeze(int[] labels) {
    for (int label : labels) {
      sets.unite(label, FROZEN);
    }
  }

  /** Lets the channels of {@code value} stay. */
  void freeze(String value) {
    of(value).ifPresent(a -> freeze(a.labels()));
    List<Claim> uses = claims.get(value);
    if (uses != null) {
      uses.forEach(c -> c.parts().forEach(p -> freeze(p.labels())));
    }
  }

  /** Lets the channels of everything that {@code node} reads stay. */
  void freezeOperands(NodeProto node) {
    Nodes.reads(node).forEach(this::freeze);
  }

  /** Says that the removal of {@code labels} changes what their neighbours compute. */
  void approximate(int[] labels) {
    for (int label : labels) {
      approximate.add(label);
    }
  }

  /** The sets of which a member was said to be approximate. */
  Set<Integer> approximate() {
    Set<Integer> roots = new TreeSet<>();
    approximate.forEach(l -> roots.add(sets.find(l)));
    return roots;
  }

  /** A known operand's data. */
  Optional<Tensor> known(NodeProto node, int operand) {
    return Nodes.input(node, operand).flatMap(graph::known);
  }

  /** Whether operand {@code operand} is there and a constant. */
  boolean isConstant(NodeProto node, int operand) {
    return Nodes.input(node, operand).filter(graph::isConstant).isPresent();
  }

  /** Says what the indices of a constant operand are; without parts it has none for channels. */
  void claim(NodeProto node, int operand, Part... parts) {
    if (isConstant(node, operand)) {
      claims
          .computeIfAbsent(node.getInput(operand), k -> new ArrayList<>())
          .add(new Claim(node, operand, List.of(parts)));
    } else if (parts.length > 0) {
      Nodes.input(node, operand)
          .ifPresent(
              v -> {
                freeze(v);
                List.of(parts).forEach(p -> freeze(p.labels()));
              });
    }
  }

  /** The slots of all constants; units are labels still. */
  List<Slots> slots() {
    List<Slots> slots = new ArrayList<>();
    claims.forEach(
        (name, uses) -> {
          for (Claim use : uses) {
            for (Part p : use.parts()) {
              slots.add(new Slots(name, use.node(), use.operand(), p.role(), p.axis(), p.labels()));
            }
          }
        });
    return slots;
  }

  /** A constant that several operands use loses an index only if it means the same to them all. */
  private void reconcile() {
    for (NodeProto node : graph.nodes()) {
      for (int i = 0; i < node.getInputCount(); i++) {
        List<Claim> uses = claims.getOrDefault(node.getInput(i), List.of());
        int operand = i;
        if (uses.stream().noneMatch(c -> c.node().equals(node) && c.operand() == operand)) {
          uses.forEach(c -> c.parts().forEach(p -> freeze(p.labels())));
        }
      }
    }
    for (List<Claim> uses : claims.values()) {
      Set<Integer> axes = new TreeSet<>();
      uses.forEach(c -> c.parts().forEach(p -> axes.add(p.axis())));
      for (int axis : axes) {
        reconcile(uses, axis);
      }
    }
  }

  private void reconcile(List<Claim> uses, int axis) {
    List<int[]> all = new ArrayList<>();
    for (Claim use : uses) {
      use.parts().stream().filter(p -> p.axis() == axis).forEach(p -> all.add(p.labels()));
    }
    boolean everywhere =
        uses.stream().allMatch(u -> u.parts().stream().anyMatch(p -> p.axis() == axis));
    for (int[] labels : all) {
      if (everywhere) {
        unite(all.get(0), labels);
      } else {
        freeze(labels);
      }
    }
  }
}
