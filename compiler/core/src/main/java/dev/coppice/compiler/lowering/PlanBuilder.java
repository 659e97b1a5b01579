package dev.coppice.compiler.lowering;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.loop.KernelWeights;
import dev.coppice.compiler.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Decides where each value of one graph, the model's or a body's, lives. */
final class PlanBuilder {
  private final Graph graph;
  private final PlanParts parts;
  private final SharedStorage shared;
  private final JoinedPlaces joined;
  private final Map<Value, Binding> places = new LinkedHashMap<>();

  /** A builder of the part of a plan that computes {@code graph}. */
  PlanBuilder(Graph graph, PlanParts parts) {
    this.graph = graph;
    this.parts = parts;
    this.shared = SharedStorage.of(graph);
    this.joined = new JoinedPlaces(graph, shared);
  }

  /** What the plan consists of. */
  PlanParts parts() {
    return parts;
  }

  /** Which values share storage. */
  SharedStorage shared() {
    return shared;
  }

  /** Which values are stored by their places into another. */
  JoinedPlaces joined() {
    return joined;
  }

  /** Where the first place of {@code part} lives. */
  Binding place(JoinedPlaces.Part part) {
    return place(part.of()).from(part.at());
  }

  /** The value whose storage {@code v} shares. */
  Value root(Value v) {
    return shared.run(v).of();
  }

  /** Lets {@code v} live at {@code place}. */
  void put(Value v, Binding place) {
    places.put(v, place);
  }

  /** Whether {@code v} has a place already. */
  boolean isPlaced(Value v) {
    return places.containsKey(v);
  }

  /** Where {@code v} lives; a value computed here gets a slot when first asked for. */
  Binding place(Value v) {
    SharedStorage.Run run = shared.run(v);
    Value root = run.of();
    Tensor data = graph.constants().get(root);
    if (data != null) {
      return new Binding.FlatWeights(weight(root.name(), KernelWeights.of(data), false));
    }
    Binding known = places.get(root);
    if (known == null) {
      SlotSize size = new SlotSize(root.type().dtype().storage(), root.type().shape().size());
      known = new Binding.Arena(size.storage(), parts.slot(size));
      places.put(root, known);
    }
    return known.from(run.at());
  }

  /** A slot for scratch of one call. */
  int scratch(SlotSize size) {
    return parts.slot(size);
  }

  /** Index of constant data, which is kept once however often it is used. */
  int weight(String name, KernelWeights data, boolean rows) {
    return parts.weight(name, data, rows);
  }
}
