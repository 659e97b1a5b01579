package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Region;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a graph again and again. Operands: the most iterations, one i64; whether to run at all, one
 * boolean; the initial carried values; values that every iteration sees. Inputs of {@code body}:
 * the number of the iteration, i64[]; the carried values; the values that every iteration sees. Its
 * outputs: whether to go on, one boolean; the next carried values; values of this iteration to be
 * collected. Results: the last carried values; each collected value as {@code [limit, ...]}, zero
 * where there was no iteration; the number of iterations, i64[]. ONNX Loop and Scan, since 1 and 8.
 *
 * @param body one iteration
 * @param carried number of carried values
 * @param limit room for collected values; more iterations are an error if there are any
 */
public record Loop(Graph body, int carried, int limit) implements Region {
  /** Inputs of the body before the carried values. */
  public static final int FIRST_CARRIED = 1;

  @Override
  public List<Graph> bodies() {
    return List.of(body);
  }

  @Override
  public Loop with(List<Graph> bodies) {
    return new Loop(bodies.get(0), carried, limit);
  }

  /** Number of values that each iteration adds to a collection. */
  public int collected() {
    return body.outputs().size() - 1 - carried;
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 2 + carried, Integer.MAX_VALUE);
    if (inputs.get(0).dtype() != DType.INT64 || inputs.get(0).shape().size() != 1) {
      throw Operands.bad("operand 'M' is %s, expected one i64", inputs.get(0));
    }
    Operands.oneBoolean(inputs.get(1), "cond");
    Region.checkInputs(body, FIRST_CARRIED, inputs.subList(2, inputs.size()));
    List<TensorType> outputs = Region.outputTypes(body);
    Operands.oneBoolean(outputs.get(0), "cond of the body");
    List<TensorType> results = new ArrayList<>();
    for (int i = 0; i < carried; i++) {
      TensorType before = inputs.get(2 + i);
      if (!outputs.get(1 + i).equals(before)) {
        throw Operands.bad(
            "carried value %d is %s before an iteration and %s after it, expected one type",
            i, before, outputs.get(1 + i));
      }
      results.add(before);
    }
    for (TensorType t : outputs.subList(1 + carried, outputs.size())) {
      results.add(new TensorType(t.dtype(), collection(t.shape())));
    }
    results.add(new TensorType(DType.INT64, Shape.SCALAR));
    return results;
  }

  private Shape collection(Shape element) {
    int[] dims = new int[element.rank() + 1];
    dims[0] = limit;
    System.arraycopy(element.dims(), 0, dims, 1, element.rank());
    return Shape.of(dims);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    List<Tensor> carriedNow = new ArrayList<>(inputs.subList(2, 2 + carried));
    List<List<Tensor>> rows = new ArrayList<>();
    for (int i = 0; i < collected(); i++) {
      rows.add(new ArrayList<>());
    }
    long most = inputs.get(0).longAt(0);
    boolean go = inputs.get(1).booleanAt(0);
    long n = 0;
    for (; go && n < most; n++) {
      List<Tensor> operands = new ArrayList<>();
      operands.add(Tensor.ofLongs(Shape.SCALAR, n));
      operands.addAll(carriedNow);
      operands.addAll(inputs.subList(2 + carried, inputs.size()));
      List<Tensor> results = Region.evaluate(body, operands);
      go = results.get(0).booleanAt(0);
      carriedNow = new ArrayList<>(results.subList(1, 1 + carried));
      for (int i = 0; i < collected(); i++) {
        rows.get(i).add(results.get(1 + carried + i));
      }
      if (collected() > 0 && n >= limit) {
        throw new IllegalArgumentException("the loop runs more than " + limit + " times");
      }
    }
    List<Tensor> results = new ArrayList<>(carriedNow);
    for (int i = 0; i < collected(); i++) {
      results.add(collection(rows.get(i), body.outputs().get(1 + carried + i).value().type()));
    }
    results.add(Tensor.ofLongs(Shape.SCALAR, n));
    return results;
  }

  private Tensor collection(List<Tensor> rows, TensorType element) {
    int size = element.shape().size();
    TensorType type = new TensorType(element.dtype(), collection(element.shape()));
    return element.dtype().isFloat()
        ? Tensor.fromDoubles(
            type, i -> i / size < rows.size() ? rows.get(i / size).doubleAt(i % size) : 0)
        : Tensor.fromLongs(
            type, i -> i / size < rows.size() ? rows.get(i / size).longAt(i % size) : 0);
  }

  /** As if every iteration that there is room for ran. */
  @Override
  public long macs(List<TensorType> inputs) {
    return If.macs(body) * (collected() > 0 ? limit : 1);
  }
}
