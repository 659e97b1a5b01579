package dev.coppice.compiler.onnx;

import dev.coppice.compiler.diag.Origin;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphBuilder;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The graph that an import puts together, with the budget for folding constants on the way. */
final class Assembly {
  /**
   * A dimension as a model declares it.
   *
   * @param size empty if there is neither a number nor one bound to its name
   * @param fixed whether the model itself gives the number
   */
  record Dim(OptionalInt size, boolean fixed) {}

  private final GraphBuilder builder;
  private final ConstantFolder folder;
  private final Map<String, Integer> taken = new HashMap<>();
  private final Extents extents = new Extents();
  private final Containers containers = new Containers();
  private final Map<String, List<Dim>> declared = new HashMap<>();
  private final List<Graph.Output> laterOutputs = new ArrayList<>();
  private int temporaries;

  Assembly(String name, ConstantFolder folder) {
    this.builder = new GraphBuilder(name);
    this.folder = folder;
  }

  ConstantFolder folder() {
    return folder;
  }

  /** Values whose shape is known only at run time. */
  Extents extents() {
    return extents;
  }

  /** Values that stand for sequences and optionals. */
  Containers containers() {
    return containers;
  }

  /** Notes the dimensions that the model declares for a value. */
  void declare(String name, List<Dim> dims) {
    declared.put(name, dims);
  }

  /** The dimension that the model declares for {@code axis} of a value. */
  Optional<Dim> declared(String name, int axis) {
    List<Dim> dims = declared.getOrDefault(name, List.of());
    return axis < dims.size() ? Optional.of(dims.get(axis)) : Optional.empty();
  }

  Value input(String name, TensorType type) {
    return builder.input(unique(name), type);
  }

  Value constant(String name, Tensor data) {
    return builder.constant(unique(name), data);
  }

  Optional<Tensor> constantOf(Value value) {
    return builder.constantOf(value);
  }

  Node node(String name, Op op, List<Value> operands, List<String> outputs, Origin origin) {
    return builder.node(
        unique("node " + name).substring(5),
        op,
        operands,
        outputs.stream().map(o -> o.isEmpty() ? o : unique(o)).toList(),
        origin);
  }

  /** The nodes so far, in topological order. */
  List<Node> nodes() {
    return builder.nodes();
  }

  void output(String name, Value value) {
    builder.output(name, value);
  }

  /** An output behind those of the model. */
  void laterOutput(String name, Value value) {
    laterOutputs.add(new Graph.Output(name, value));
  }

  /** The graph without what no output needs. */
  Graph build() {
    laterOutputs.forEach(o -> builder.output(o.name(), o.value()));
    return new GraphPatch(builder.build()).apply();
  }

  /** A name that no value of a model has, for a value that gets its own name later. */
  String temporary() {
    return "%" + temporaries++;
  }

  /**
   * {@code wish} or, when taken, that with a number; in constant time however often a file repeats
   * a name.
   */
  private String unique(String wish) {
    String candidate = wish;
    while (taken.putIfAbsent(candidate, 0) != null) {
      int n = taken.merge(wish, 1, Integer::sum);
      candidate = wish + "_" + n;
    }
    return candidate;
  }
}
