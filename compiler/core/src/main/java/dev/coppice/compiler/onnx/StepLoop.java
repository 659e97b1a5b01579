package dev.coppice.compiler.onnx;

import dev.coppice.compiler.diag.Origin;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Loop;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A loop over time whose body is put together here rather than read from the model. */
final class StepLoop implements Steps {
  /** One time step. */
  interface Step {
    /**
     * The states after a step, then what is collected of it.
     *
     * @param state the states before
     * @param iteration number of the step, an i64 without axes
     */
    List<Value> next(Steps body, List<Value> state, Value iteration);
  }

  private final NodeContext node;
  private final Assembly assembly;
  private final Map<Value, Value> captured = new LinkedHashMap<>();

  private StepLoop(NodeContext node) {
    this.node = node;
    this.assembly = new Assembly("step", node.folder());
  }

  /**
   * The states after {@code steps} steps, then what was collected, with the steps as first axis.
   *
   * @param initial the states before the first
   */
  static List<Value> run(NodeContext node, int steps, List<Value> initial, Step step) {
    return steps == 1 ? once(node, initial, step) : new StepLoop(node).loop(steps, initial, step);
  }

  /** A single step needs no loop. */
  private static List<Value> once(NodeContext node, List<Value> initial, Step step) {
    Steps here = new GraphSteps(node);
    Value first = node.constant(Tensor.ofLongs(Shape.SCALAR, 0));
    List<Value> results = new ArrayList<>(step.next(here, initial, first));
    for (int i = initial.size(); i < results.size(); i++) {
      results.set(i, Rows.of(node, results.get(i)));
    }
    return results;
  }

  private List<Value> loop(int steps, List<Value> initial, Step step) {
    Value iteration = assembly.input("step", TensorType.of(DType.INT64));
    List<Value> state = new ArrayList<>();
    for (Value v : initial) {
      state.add(assembly.input("state" + state.size(), v.type()));
    }
    List<Value> next = step.next(this, state, iteration);
    assembly.output("go", constant(Tensor.splatLong(TensorType.of(DType.BOOL), 1)));
    for (int i = 0; i < next.size(); i++) {
      boolean isState = i < initial.size();
      assembly.output(isState ? "next" + i : "y" + (i - initial.size()), next.get(i));
    }
    List<Value> operands = new ArrayList<>();
    operands.add(node.constant(Tensor.ofLongs(Shape.SCALAR, steps)));
    operands.add(node.constant(Tensor.splatLong(TensorType.of(DType.BOOL), 1)));
    operands.addAll(initial);
    operands.addAll(captured.keySet());
    return node.emit(new Loop(assembly.build(), initial.size(), steps), operands);
  }

  @Override
  public List<Value> emit(Op op, List<Value> operands) {
    int results = op.inferTypes(operands.stream().map(Value::type).toList()).size();
    return assembly
        .node(op.name(), op, operands, Collections.nCopies(results, ""), Origin.NONE)
        .outputs();
  }

  @Override
  public Value constant(Tensor data) {
    return assembly.constant("constant", data);
  }

  @Override
  public Value outer(Value value) {
    Optional<Tensor> data = node.constant(value);
    if (data.isPresent()) {
      return constant(data.get());
    }
    return captured.computeIfAbsent(value, v -> assembly.input("outer", v.type()));
  }

  @Override
  public DType dtype() {
    return node.type(0).dtype();
  }
}
