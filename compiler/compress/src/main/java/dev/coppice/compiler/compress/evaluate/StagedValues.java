package dev.coppice.compiler.compress.evaluate;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Values of a graph on examples, computed stage by stage: each stage starts from the values that
 * the ones before left, so that walking through all layers costs one run in all, although the
 * weights of a layer may change once its inputs have been seen. What no later stage can need is
 * forgotten.
 */
public final class StagedValues {
  private final OnnxGraph graph;
  private final Examples examples;
  private final String backend;
  private final Map<String, List<Tensor>> known = new LinkedHashMap<>();
  private final Set<String> computed = new LinkedHashSet<>();
  private final Optional<Stages> stages;

  /** Stages that were compiled, for walks through one graph that does not change. */
  public static final class Stages {
    private final Map<List<Set<String>>, CompiledModel> compiled = new LinkedHashMap<>();
  }

  /**
   * Nothing is computed yet.
   *
   * @param graph the graph; nodes behind the stages so far may change
   */
  public StagedValues(OnnxGraph graph, Examples examples, String backend) {
    this(graph, examples, backend, Optional.empty());
  }

  /**
   * Nothing is computed yet.
   *
   * @param graph the graph, as it was whenever {@code stages} were used
   * @param stages what walks have in common
   */
  public StagedValues(OnnxGraph graph, Examples examples, String backend, Stages stages) {
    this(graph, examples, backend, Optional.of(stages));
  }

  private StagedValues(
      OnnxGraph graph, Examples examples, String backend, Optional<Stages> stages) {
    this.stages = stages;
    this.graph = graph;
    this.examples = examples;
    this.backend = backend;
    for (int i = 0; i < graph.inputs().size(); i++) {
      List<Tensor> values = new ArrayList<>();
      for (int e = 0; e < examples.count(); e++) {
        values.add(examples.inputs(e).get(i));
      }
      known.put(graph.inputs().get(i), values);
    }
  }

  /** Says what {@code value} is for each example, instead of computing it. */
  public void give(String value, Tensor is) {
    known.put(value, Collections.nCopies(examples.count(), is));
  }

  /**
   * {@code value} for each example. Values behind it must be asked for later.
   *
   * @throws IllegalArgumentException if it was forgotten
   */
  public List<Tensor> of(String value) {
    if (!known.containsKey(value)) {
      advance(value);
    }
    return requireKnown(value);
  }

  /** {@code value} for each example, as it is now; no stage begins. */
  public List<Tensor> aside(String value) {
    if (known.containsKey(value)) {
      return known.get(value);
    }
    Set<String> given = new LinkedHashSet<>();
    for (NodeProto node : stage(value)) {
      Nodes.reads(node).stream().filter(known::containsKey).forEach(given::add);
    }
    return Objects.requireNonNull(
        run(part(given, List.of(value)), given, List.of(value)).get(value));
  }

  private void advance(String value) {
    Set<NodeProto> stage = stage(value);
    Set<String> results = new LinkedHashSet<>();
    Set<String> given = new LinkedHashSet<>();
    for (NodeProto node : stage) {
      Nodes.reads(node).stream().filter(known::containsKey).forEach(given::add);
      computed.addAll(node.getOutputList());
    }
    for (NodeProto node : stage) {
      for (String output : node.getOutputList()) {
        if (!output.isEmpty() && (output.equals(value) || isNeeded(output))) {
          results.add(output);
        }
      }
    }
    CompiledModel model =
        stages
            .map(
                s -> s.compiled.computeIfAbsent(List.of(given, results), k -> part(given, results)))
            .orElseGet(() -> part(given, results));
    known.putAll(run(model, given, results));
    known.keySet().removeIf(v -> !v.equals(value) && !isNeeded(v));
  }

  private CompiledModel part(Collection<String> given, Collection<String> results) {
    return CompiledModel.of(graph.part(given, results), List.of(), backend);
  }

  private Map<String, List<Tensor>> run(
      CompiledModel model, Collection<String> given, Collection<String> results) {
    List<List<Tensor>> inputs = given.stream().map(this::requireKnown).toList();
    List<List<Tensor>> outputs =
        CompiledModel.inParallel(
            examples.count(), e -> model.outputs(inputs.stream().map(g -> g.get(e)).toList()));
    Map<String, List<Tensor>> values = new LinkedHashMap<>();
    for (String result : results) {
      int at = values.size();
      values.put(result, outputs.stream().map(o -> o.get(at)).toList());
    }
    return values;
  }

  private List<Tensor> requireKnown(String value) {
    return Objects.requireNonNull(known.get(value));
  }

  /** Whether a node that is not computed yet reads {@code value}. */
  private boolean isNeeded(String value) {
    return graph.consumers(value).stream()
        .anyMatch(c -> c.getOutputList().stream().noneMatch(computed::contains));
  }

  /** The nodes that are needed for {@code value}, in the order of the graph. */
  private Set<NodeProto> stage(String value) {
    Set<String> wanted = new LinkedHashSet<>(List.of(value));
    List<NodeProto> nodes = new ArrayList<>();
    List<NodeProto> all = graph.nodes();
    for (int n = all.size() - 1; n >= 0; n--) {
      NodeProto node = all.get(n);
      if (node.getOutputList().stream()
          .anyMatch(o -> wanted.contains(o) && !known.containsKey(o))) {
        if (node.getOutputList().stream().anyMatch(computed::contains)) {
          throw new IllegalArgumentException("'" + node.getOutput(0) + "' was forgotten");
        }
        nodes.add(0, node);
        wanted.addAll(Nodes.reads(node));
      }
    }
    return new LinkedHashSet<>(nodes);
  }
}
