package dev.coppice.compiler.compress.prune;

import dev.coppice.compiler.compress.evaluate.CompiledModel;
import dev.coppice.compiler.compress.evaluate.Evaluator;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.evaluate.StagedValues;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import dev.coppice.compiler.compress.prune.channels.Slots;
import dev.coppice.compiler.compress.prune.channels.Slots.Role;
import dev.coppice.compiler.compress.prune.reconstruct.BatchNormStatistics;
import dev.coppice.compiler.compress.prune.reconstruct.ChannelMoments;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Versions of a graph without some channels, whose batch normalizations are re-estimated, as one
 * graph: readers get their inputs times a mask, and normalizations scale and shift by values that
 * are given. So the classes that compute one version, stage by stage or as a whole, compute all,
 * and nothing is compiled twice. Up to rounding the numbers are those of a graph from which the
 * channels are removed.
 */
final class MaskedVersions {
  private final OnnxGraph graph;
  private final OnnxGraph masked;
  private final Examples examples;
  private final String backend;
  private final Map<String, ChannelGroups.Axis> masks = new LinkedHashMap<>();
  private final List<Normalization> normalizations = new ArrayList<>();
  private final StagedValues.Stages stages = new StagedValues.Stages();
  private @Nullable CompiledModel whole;

  /** A batch normalization and the values that it multiplies with and adds. */
  private record Normalization(NodeProto node, String scale, String shift) {}

  private MaskedVersions(OnnxGraph graph, Examples examples, String backend) {
    this.graph = graph;
    this.masked = graph.copy();
    this.examples = examples;
    this.backend = backend;
  }

  /**
   * Those of {@code graph}, whose units {@code groups} are; empty where masks are not the same as a
   * removal, where units are approximate or elements of hidden states, and where normalizations
   * share constants.
   *
   * @param examples by which batch normalizations are estimated
   */
  static Optional<MaskedVersions> of(
      OnnxGraph graph, ChannelGroups groups, Examples examples, String backend) {
    for (int unit = 0; unit < groups.units(); unit++) {
      if (groups.isApproximate(unit)) {
        return Optional.empty();
      }
    }
    MaskedVersions versions = new MaskedVersions(graph, examples, backend);
    for (Slots s : groups.slots(Role.CONSUMES)) {
      if (Arrays.stream(s.units()).allMatch(u -> u == ChannelGroups.FIXED)) {
        continue;
      }
      String value = s.node().getInput(s.operand() == 0 ? 1 : 0);
      if (s.node().getInputCount() > 3 || groups.of(value).isEmpty()) {
        return Optional.empty();
      }
      versions.mask(s.node(), value, groups.of(value).orElseThrow());
    }
    for (NodeProto node : graph.nodes()) {
      if (BatchNormStatistics.isConstant(node, graph)) {
        if (!isOwn(node, graph)) {
          return Optional.empty();
        }
        versions.open(node);
      }
    }
    return Optional.of(versions);
  }

  /** Whether nothing else reads the constants of {@code node}. */
  private static boolean isOwn(NodeProto node, OnnxGraph graph) {
    return node.getInputList().stream()
        .skip(1)
        .allMatch(c -> graph.isConstant(c) && graph.consumers(c).size() == 1);
  }

  private void mask(NodeProto reader, String value, ChannelGroups.Axis axis) {
    String mask = value + "_mask";
    if (!masks.containsKey(mask)) {
      given(mask, vector(value, axis.axis(), new double[axis.units().length]));
      masks.put(mask, axis);
    }
    NodeProto now = masked.producer(reader.getOutput(0)).orElseThrow();
    String product = masked.fresh(value + "_masked");
    int operand = now.getInputList().indexOf(value);
    masked.replace(
        now,
        List.of(
            Nodes.of("Mul", product, List.of(value, mask), List.of(product)),
            Nodes.withInput(now, operand, product)));
  }

  private void open(NodeProto node) {
    String x = node.getInput(0);
    Tensor zeros = vector(x, 1, new double[masked.shape(x).dim(1)]);
    String y = node.getOutput(0);
    Normalization n = new Normalization(node, y + "_scale", y + "_shift");
    given(n.scale(), zeros);
    given(n.shift(), zeros);
    String product = masked.fresh(y + "_scaled");
    masked.replace(
        node,
        List.of(
            Nodes.of("Mul", product, List.of(x, n.scale()), List.of(product)),
            Nodes.of("Add", node.getName(), List.of(product, n.shift()), List.of(y))));
    normalizations.add(n);
  }

  /** A value that parts of the graph take as an input. */
  private void given(String name, Tensor like) {
    String constant = masked.addConstant(name + "_like", like);
    masked.insertFirst(List.of(Nodes.of("Identity", name, List.of(constant), List.of(name))));
  }

  /** {@code elements} along {@code axis} of {@code value}. */
  private Tensor vector(String value, int axis, double[] elements) {
    int[] dims = new int[masked.shape(value).rank()];
    Arrays.fill(dims, 1);
    dims[axis] = elements.length;
    float[] floats = new float[elements.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) elements[i];
    }
    return Tensor.ofFloats(Shape.of(dims), floats);
  }

  /**
   * A version.
   *
   * @param given masks, scales and shifts by name
   * @param moments what batch normalizations have at their input, by their output
   */
  record Version(Map<String, Tensor> given, Map<String, ChannelMoments> moments) {}

  /** The version without {@code removed}. */
  Version without(BitSet removed) {
    Map<String, Tensor> given = new LinkedHashMap<>();
    masks.forEach(
        (mask, axis) -> {
          double[] elements = new double[axis.units().length];
          for (int i = 0; i < elements.length; i++) {
            int unit = axis.units()[i];
            elements[i] = unit != ChannelGroups.FIXED && removed.get(unit) ? 0 : 1;
          }
          given.put(mask, vector(mask, axis.axis(), elements));
        });
    StagedValues values = new StagedValues(masked, examples, backend, stages);
    given.forEach(values::give);
    Map<String, ChannelMoments> moments = new LinkedHashMap<>();
    for (Normalization n : normalizations) {
      ChannelMoments found = ChannelMoments.of(values.of(n.node().getInput(0)));
      moments.put(n.node().getOutput(0), found);
      double[][] line = BatchNormStatistics.line(n.node(), graph, found);
      Tensor scale = vector(n.scale(), 1, line[0]);
      Tensor shift = vector(n.shift(), 1, line[1]);
      values.give(n.scale(), scale);
      values.give(n.shift(), shift);
      given.put(n.scale(), scale);
      given.put(n.shift(), shift);
    }
    return new Version(given, moments);
  }

  /** The graph with what {@code version} estimated, from which channels can be removed. */
  OnnxGraph estimated(Version version) {
    OnnxGraph copy = graph.copy();
    for (Normalization n : normalizations) {
      ChannelMoments moments = version.moments().get(n.node().getOutput(0));
      BatchNormStatistics.put(copy, n.node(), Objects.requireNonNull(moments));
    }
    return copy;
  }

  /** The metric of {@code version}. */
  double score(Version version, Evaluator judge) {
    List<Tensor> given = List.copyOf(version.given().values());
    CompiledModel model = whole;
    if (model == null) {
      List<String> inputs = new ArrayList<>(masked.inputs());
      inputs.addAll(version.given().keySet());
      model = CompiledModel.of(masked.part(inputs, masked.outputs()), List.of(), judge.backend());
      whole = model;
    }
    CompiledModel compiled = model;
    return judge.evaluate(
        inputs -> {
          List<Tensor> all = new ArrayList<>(inputs);
          all.addAll(given);
          return compiled.outputs(all);
        });
  }
}
