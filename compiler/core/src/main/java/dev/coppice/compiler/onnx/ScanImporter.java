package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.Loop;
import dev.coppice.compiler.op.Slice;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Scan, since 8: a loop over slices of its operands, which collects a value from each iteration.
 * Version 8 has a batch axis in front, over which the scans are repeated.
 */
final class ScanImporter implements NodeImporter {
  /** What of an operand an iteration sees. */
  private record Scanned(Value source, int axis, boolean reverse) {
    int length() {
      return source.type().shape().dim(axis);
    }
  }

  @Override
  public List<Value> apply(NodeContext node) {
    return node.opset() == 8 ? batched(node) : new Scan(node, 0).results(node.inputs());
  }

  private static List<Value> batched(NodeContext node) {
    if (node.has(0)) {
      throw node.unsupportedOperand("sequence_lens", "pass sequences of full length only");
    }
    Scan scan = new Scan(node, 1);
    List<Value> operands = new ArrayList<>();
    for (int i = 1; i < node.inputCount(); i++) {
      operands.add(node.input(i));
    }
    int batch = operands.get(0).type().shape().dim(0);
    List<List<Value>> parts = new ArrayList<>();
    for (int b = 0; b < batch; b++) {
      Value index = node.constant(Tensor.ofLongs(Shape.SCALAR, b));
      parts.add(
          scan.results(operands.stream().map(v -> node.add(new Gather(0), v, index)).toList()));
    }
    List<Value> results = new ArrayList<>();
    for (int r = 0; r < node.outputCount(); r++) {
      int result = r;
      List<Value> rows = parts.stream().map(p -> Rows.of(node, p.get(result))).toList();
      results.add(rows.size() == 1 ? rows.get(0) : node.emit(new Concat(0), rows).get(0));
    }
    return results;
  }

  /** One scan without a batch axis. */
  private static final class Scan {
    private final NodeContext node;
    private final GraphProto body;
    private final int scanned;
    private final List<Integer> axes;
    private final List<Integer> directions;
    private final List<Integer> outputAxes;
    private final List<Integer> outputDirections;
    private final int carried;

    Scan(NodeContext node, int firstOperand) {
      Attributes a = node.attributes();
      this.node = node;
      this.body = node.graph("body");
      this.scanned = a.integer("num_scan_inputs");
      this.carried = node.inputCount() - firstOperand - scanned;
      int collected = body.getOutputCount() - carried;
      if (scanned < 1 || carried < 0 || collected < 0) {
        throw new IllegalArgumentException(
            "num_scan_inputs is "
                + scanned
                + " with "
                + (node.inputCount() - firstOperand)
                + " operands and "
                + body.getOutputCount()
                + " results of the body");
      }
      boolean old = node.opset() == 8;
      this.axes = list(a, old ? "" : "scan_input_axes", scanned);
      this.directions = list(a, old ? "directions" : "scan_input_directions", scanned);
      this.outputAxes = list(a, old ? "" : "scan_output_axes", collected);
      this.outputDirections = list(a, old ? "" : "scan_output_directions", collected);
    }

    private static List<Integer> list(Attributes a, String name, int size) {
      List<Integer> values =
          (name.isEmpty() ? java.util.Optional.<List<Integer>>empty() : a.integers(name))
              .orElse(Collections.nCopies(size, 0));
      if (values.size() != size) {
        throw new IllegalArgumentException(
            "attribute '" + name + "' has " + values.size() + " elements, expected " + size);
      }
      return values;
    }

    List<Value> results(List<Value> operands) {
      List<Value> initial = operands.subList(0, carried);
      List<Scanned> sources = new ArrayList<>();
      for (int i = 0; i < scanned; i++) {
        Value x = operands.get(carried + i);
        int axis = AxisArguments.normalize(axes.get(i), x.type().shape().rank());
        sources.add(new Scanned(x, axis, directions.get(i) == 1));
      }
      int length = sources.get(0).length();
      if (sources.stream().anyMatch(s -> s.length() != length)) {
        throw new IllegalArgumentException(
            "scanned operands have lengths " + sources.stream().map(Scanned::length).toList());
      }
      boolean few = length <= LoopImporter.UNROLLED_NODES / Math.max(1, body.getNodeCount());
      List<Value> results =
          new ArrayList<>(few ? unrolled(initial, sources) : loop(initial, sources));
      for (int i = carried; i < results.size(); i++) {
        results.set(i, placed(results.get(i), i - carried));
      }
      return results;
    }

    private List<Value> unrolled(List<Value> initial, List<Scanned> sources) {
      List<Value> now = initial;
      List<List<Value>> rows = new ArrayList<>();
      for (int i = carried; i < body.getOutputCount(); i++) {
        rows.add(new ArrayList<>());
      }
      for (int t = 0; t < sources.get(0).length(); t++) {
        List<Value> inputs = new ArrayList<>(now);
        for (Scanned s : sources) {
          long at = s.reverse ? s.length() - 1 - t : t;
          Value index = node.constant(Tensor.ofLongs(Shape.SCALAR, at));
          inputs.add(node.add(new Gather(s.axis), s.source, index));
        }
        List<Value> results = node.inline(body, inputs);
        now = results.subList(0, carried);
        for (int i = 0; i < rows.size(); i++) {
          rows.get(i).add(Rows.of(node, results.get(carried + i)));
        }
      }
      List<Value> results = new ArrayList<>(now);
      rows.forEach(r -> results.add(r.size() == 1 ? r.get(0) : node.emit(new Concat(0), r).get(0)));
      return results;
    }

    private List<Value> loop(List<Value> initial, List<Scanned> sources) {
      Subgraphs.Body made = node.body(body, inner -> inputs(inner, initial, sources)).ofTensors();
      List<Value> operands = new ArrayList<>();
      operands.add(node.constant(Tensor.ofLongs(Shape.SCALAR, sources.get(0).length())));
      operands.add(node.constant(Tensor.splatLong(TensorType.of(DType.BOOL), 1)));
      operands.addAll(initial);
      sources.forEach(s -> operands.add(s.source));
      operands.addAll(made.captures());
      Loop loop = new Loop(BodyParts.goingOn(made.graph()), carried, sources.get(0).length());
      List<Value> results = node.emit(loop, operands);
      return results.subList(0, results.size() - 1);
    }

    /** The carried values, and this iteration's slices of the scanned ones. */
    private List<Value> inputs(Assembly inner, List<Value> initial, List<Scanned> sources) {
      Value iteration = inner.input("iteration", TensorType.of(DType.INT64));
      List<Value> inputs = new ArrayList<>();
      for (int i = 0; i < carried; i++) {
        inputs.add(inner.input(body.getInput(i).getName(), initial.get(i).type()));
      }
      List<Value> whole = new ArrayList<>();
      for (Scanned s : sources) {
        whole.add(inner.input("scanned" + whole.size(), s.source.type()));
      }
      for (int i = 0; i < sources.size(); i++) {
        Scanned s = sources.get(i);
        Value index = iteration;
        if (s.reverse) {
          Value last = inner.constant("last", Tensor.ofLongs(Shape.SCALAR, s.length() - 1));
          index = BodyParts.add(inner, new Sub(), last, iteration);
        }
        inputs.add(BodyParts.add(inner, new Gather(s.axis), whole.get(i), index));
      }
      return inputs;
    }

    /** Collection {@code i} along the axis and in the direction that the node asks for. */
    private Value placed(Value collection, int i) {
      Value value = collection;
      Shape shape = value.type().shape();
      int rank = shape.rank();
      if (outputDirections.get(i) == 1 && shape.dim(0) > 1) {
        List<Integer> starts = new ArrayList<>(Collections.nCopies(rank, 0));
        List<Integer> steps = new ArrayList<>(Collections.nCopies(rank, 1));
        starts.set(0, shape.dim(0) - 1);
        steps.set(0, -1);
        List<Integer> dims = Arrays.stream(shape.dims()).boxed().toList();
        value = node.add(new Slice(starts, steps, dims), value);
      }
      int axis = AxisArguments.normalize(outputAxes.get(i), rank);
      if (axis == 0) {
        return value;
      }
      List<Integer> perm = new ArrayList<>(IntStream.range(1, rank).boxed().toList());
      perm.add(axis, 0);
      return node.add(new Transpose(perm), value);
    }
  }
}
