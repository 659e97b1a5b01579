package dev.coppice.compiler.onnx;

import dev.coppice.compiler.diag.Origin;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Region;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What stands for one ONNX node until it is known under which names: nodes and constants go into
 * the graph when they are settled, and only what is used there does. An operator whose operands are
 * all constants is evaluated at once.
 */
final class PendingNodes {
  private record Step(Op op, List<Value> operands, List<Value> results) {}

  private final String name;
  private final Assembly assembly;
  private final List<Step> steps = new ArrayList<>();
  private final Map<Value, Tensor> constants = new LinkedHashMap<>();
  private final Map<Value, Value> made = new LinkedHashMap<>();
  private final Extents extents;
  private final Containers containers;

  /** Nothing yet that stands for the node {@code name} of {@code assembly}. */
  PendingNodes(String name, Assembly assembly) {
    this.name = name;
    this.assembly = assembly;
    this.extents = new Extents(assembly.extents());
    this.containers = new Containers(assembly.containers());
  }

  /** The extents of what is in the graph and of what was added here. */
  Extents extents() {
    return extents;
  }

  /** The containers that are in the graph and those that were added here. */
  Containers containers() {
    return containers;
  }

  /** Adds a constant. */
  Value constant(Tensor data) {
    Value value = new Value(assembly.temporary(), data.type());
    constants.put(value, data);
    return value;
  }

  /** The data of {@code value} if it is a constant, as whatever has no elements is. */
  Optional<Tensor> constant(Value value) {
    Tensor own = constants.get(value);
    if (own == null && value.type().shape().size() == 0) {
      own = Tensor.fromLongs(value.type(), i -> 0);
    }
    return own != null ? Optional.of(own) : assembly.constantOf(value);
  }

  /**
   * Adds {@code op} and returns its results, which are constants if all of {@code on} are or if
   * they have no elements.
   *
   * @throws IllegalArgumentException if one of {@code on} is no tensor, or {@code op} takes none of
   *     its type
   */
  List<Value> emit(Op op, List<Value> on) {
    if (on.stream().anyMatch(v -> containers.of(v).isPresent())) {
      throw new IllegalArgumentException("a sequence or optional is given, expected a tensor");
    }
    List<TensorType> types = op.inferTypes(on.stream().map(Value::type).toList());
    if (types.stream().allMatch(t -> t.shape().size() == 0)) {
      return types.stream().map(t -> constant(Tensor.fromLongs(t, i -> 0))).toList();
    }
    List<Tensor> data = new ArrayList<>();
    on.forEach(v -> constant(v).ifPresent(data::add));
    if (data.size() == on.size() && !(op instanceof Region)) {
      Optional<List<Tensor>> folded = assembly.folder().fold(op, data, types);
      if (folded.isPresent()) {
        return folded.get().stream().map(this::constant).toList();
      }
    }
    List<Value> results = types.stream().map(t -> new Value(assembly.temporary(), t)).toList();
    steps.add(new Step(op, List.copyOf(on), results));
    return results;
  }

  /**
   * Puts what was added so far into the graph; returns what {@code values} are there.
   *
   * @param called the name of each value, as many as have one; empty for one without
   */
  List<Value> settle(List<Value> values, List<String> called) {
    Map<Value, String> names = new LinkedHashMap<>();
    for (int i = 0; i < Math.min(values.size(), called.size()); i++) {
      if (!called.get(i).isEmpty()) {
        names.putIfAbsent(values.get(i), called.get(i));
      }
    }
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      boolean last = i == steps.size() - 1;
      Node node =
          assembly.node(
              last ? name : name + "/" + step.op.name(),
              step.op,
              step.operands.stream().map(v -> made(names, v)).toList(),
              step.results.stream().map(v -> names.getOrDefault(v, "")).toList(),
              Origin.of(name));
      for (int r = 0; r < step.results.size(); r++) {
        made.put(step.results.get(r), node.outputs().get(r));
      }
    }
    steps.clear();
    extents.moveTo(assembly.extents(), v -> made(names, v));
    containers.moveTo(assembly.containers(), v -> made(names, v));
    return values.stream().map(v -> made(names, v)).toList();
  }

  private Value made(Map<Value, String> names, Value value) {
    Tensor data = constants.get(value);
    if (data != null && !made.containsKey(value)) {
      made.put(value, assembly.constant(names.getOrDefault(value, name + "/constant"), data));
    }
    return made.getOrDefault(value, value);
  }
}
