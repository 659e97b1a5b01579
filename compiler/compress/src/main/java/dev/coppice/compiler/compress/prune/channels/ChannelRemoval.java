package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Removes units from a graph: their indices leave every constant, and attributes follow. What is
 * left computes what the graph before computes when every reader that sums over channels sees zero
 * in place of the removed ones; only for approximate units, not quite.
 */
public final class ChannelRemoval {
  private final OnnxGraph before;
  private final OnnxGraph after;
  private final ChannelGroups groups;
  private final BitSet removed;
  private final Map<String, int[]> kept = new LinkedHashMap<>();

  private ChannelRemoval(OnnxGraph graph, ChannelGroups groups, BitSet removed) {
    this.before = graph.copy();
    this.after = graph;
    this.groups = groups;
    this.removed = removed;
  }

  /**
   * Removes {@code removed} from {@code graph}, whose units {@code groups} are.
   *
   * @return the indices of its channels that each value keeps, for those that lose some
   * @throws IllegalArgumentException if a value would lose all its channels
   */
  public static Map<String, int[]> apply(OnnxGraph graph, ChannelGroups groups, BitSet removed) {
    ChannelRemoval removal = new ChannelRemoval(graph, groups, removed);
    removal.apply();
    return removal.kept;
  }

  private void apply() {
    groups
        .values()
        .forEach(
            (value, axis) -> {
              int[] indices = kept(axis.units());
              if (indices.length == 0) {
                throw new IllegalArgumentException("value '" + value + "' loses all channels");
              }
              if (indices.length < axis.units().length) {
                kept.put(value, indices);
              }
            });
    cutConstants();
    for (NodeProto node : before.nodes()) {
      boolean touched =
          Nodes.reads(node).stream().anyMatch(kept::containsKey)
              || node.getOutputList().stream().anyMatch(kept::containsKey);
      if (touched) {
        List<NodeProto> fixed = ChannelFlows.of(node).fixed(node, this);
        if (!fixed.equals(List.of(node))) {
          after.replace(node, fixed);
        }
      }
    }
    after.sweep();
    verify();
  }

  /** Cuts each constant once along each of its axes, however many operands use it. */
  private void cutConstants() {
    Map<String, Map<Integer, int[]>> axes = new LinkedHashMap<>();
    for (Slots s : groups.slots()) {
      axes.computeIfAbsent(s.constant(), k -> new LinkedHashMap<>()).put(s.axis(), s.units());
    }
    axes.forEach(
        (name, cuts) -> {
          Tensor data = before.constant(name).orElseThrow();
          for (Map.Entry<Integer, int[]> cut : cuts.entrySet()) {
            int[] indices = kept(cut.getValue());
            if (indices.length < cut.getValue().length) {
              data = cut(data, cut.getKey(), indices);
            }
          }
          if (data.size() < before.shape(name).size()) {
            after.constant(name, data);
          }
        });
  }

  private int[] kept(int[] units) {
    int[] indices = new int[units.length];
    int n = 0;
    for (int i = 0; i < units.length; i++) {
      if (units[i] == ChannelGroups.FIXED || !removed.get(units[i])) {
        indices[n++] = i;
      }
    }
    return Arrays.copyOf(indices, n);
  }

  /** The slices {@code indices} of {@code data} along {@code axis}. */
  static Tensor cut(Tensor data, int axis, int[] indices) {
    int dim = data.shape().dim(axis);
    int inner = data.shape().strides()[axis];
    Shape shape = data.shape().with(axis, indices.length);
    return data.gather(
        shape,
        i -> {
          int outer = i / (inner * indices.length);
          return (outer * dim + indices[i / inner % indices.length]) * inner + i % inner;
        });
  }

  /** Every value has as many channels as it should. */
  private void verify() {
    groups
        .values()
        .forEach(
            (value, axis) -> {
              if (after.hasType(value)) {
                Shape shape = before.shape(value);
                Shape expected =
                    kept.containsKey(value)
                        ? shape.with(axis.axis(), kept.get(value).length)
                        : shape;
                if (!after.shape(value).equals(expected)) {
                  throw new IllegalStateException(
                      "compiler bug: '"
                          + value
                          + "' is "
                          + after.shape(value)
                          + " after channels were removed, expected "
                          + expected);
                }
              }
            });
  }

  /** The graph as it was. */
  OnnxGraph before() {
    return before;
  }

  /** The graph that is edited; its constants are cut already. */
  OnnxGraph after() {
    return after;
  }

  /** Whether the channels of {@code value} are known. */
  boolean isLabelled(String value) {
    return groups.of(value).isPresent();
  }

  /** Whether {@code value} loses channels. */
  boolean shrinks(String value) {
    return kept.containsKey(value);
  }

  /** The axis of the channels of {@code value}. */
  int axis(String value) {
    return groups.of(value).orElseThrow().axis();
  }

  /** The indices that {@code value} keeps. */
  int[] kept(String value) {
    return kept(groups.of(value).orElseThrow().units());
  }

  /** Where those of the channels {@code indices} of {@code value} that stay are afterwards. */
  int[] moved(String value, int[] indices) {
    int[] kept = kept(value);
    List<Integer> places = new ArrayList<>();
    for (int index : indices) {
      int at = Arrays.binarySearch(kept, index);
      if (at >= 0) {
        places.add(at);
      }
    }
    return places.stream().mapToInt(Integer::intValue).toArray();
  }

  /** {@code node} with {@code values} as its operand. */
  NodeProto withLongs(NodeProto node, int operand, long[] values) {
    return withConstant(node, operand, Tensor.ofLongs(Shape.of(values.length), values));
  }

  /** {@code node} with {@code value} as its operand. */
  NodeProto withConstant(NodeProto node, int operand, Tensor value) {
    String wish = Nodes.input(node, operand).orElse(Nodes.label(node) + "_" + operand);
    return Nodes.withInput(node, operand, after.addConstant(wish, value));
  }

  /** {@code node} with {@code values} as its attribute. */
  NodeProto withInts(NodeProto node, String attribute, long[] values) {
    List<Integer> ints = Arrays.stream(values).mapToObj(Math::toIntExact).toList();
    return Nodes.with(node, Nodes.integers(attribute, ints));
  }
}
