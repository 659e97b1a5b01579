package dev.coppice.compiler.random;

import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** A random graph as it grows: values that layers can read, and those that nothing reads yet. */
final class RandomGraph {
  /** Larger values would only take time. */
  private static final int MOST_ELEMENTS = 6000;

  /** A value of the graph. */
  record Value(String name, List<Integer> dims) {
    int rank() {
      return dims.size();
    }

    int dim(int axis) {
      return dims.get(axis);
    }

    int size() {
      return dims.stream().reduce(1, (a, b) -> a * b);
    }

    int[] shape() {
      return dims.stream().mapToInt(i -> i).toArray();
    }
  }

  final SplittableRandom random;
  final int opset;
  private final OnnxModels graph = OnnxModels.graph();
  private final List<Value> values = new ArrayList<>();
  private final Set<Value> unread = new LinkedHashSet<>();
  private int names;

  RandomGraph(long seed, int... opsets) {
    this.random = new SplittableRandom(seed);
    this.opset = opsets[random.nextInt(opsets.length)];
  }

  private String name(String prefix) {
    return prefix + names++;
  }

  /** An integer in [low, high]. */
  int in(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** One of {@code choices}. */
  @SafeVarargs
  final <T> T one(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** A new graph input. */
  Value input(int... dims) {
    String name = name("x");
    graph.input(name, DType.FLOAT32, Arrays.stream(dims).boxed().toArray());
    return keep(name, dims);
  }

  /** An initializer. */
  String constant(Tensor data) {
    String name = name("c");
    graph.initializer(name, data);
    return name;
  }

  /** An initializer of floats around {@code centre}, up to {@code spread} away. */
  String floats(double centre, double spread, int... dims) {
    float[] data = new float[Shape.of(dims).size()];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) (centre + spread * (random.nextDouble() * 2 - 1));
    }
    return constant(Tensor.ofFloats(Shape.of(dims), data));
  }

  /** Weights that keep the size of what they are applied to. */
  String weights(int fan, int... dims) {
    return floats(0, Math.sqrt(3.0 / fan), dims);
  }

  /** An initializer of int64. */
  String longs(long... data) {
    return constant(Tensor.ofLongs(Shape.of(data.length), data));
  }

  /** The only result, of shape {@code dims}, of an operator whose operands may be constants. */
  Value node(String call, int[] dims, AttributeProto... attributes) {
    return keep(hidden(call, dims, attributes).name, dims);
  }

  /** As {@link #node} for a result that only the caller may read. */
  Value hidden(String call, int[] dims, AttributeProto... attributes) {
    String name = name("v");
    unread.removeIf(v -> call.matches(".*[( ,]" + v.name + "[ ,)].*"));
    graph.node(name + " = " + call, attributes);
    return new Value(name, Arrays.stream(dims).boxed().toList());
  }

  private Value keep(String name, int... dims) {
    Value v = new Value(name, Arrays.stream(dims).boxed().toList());
    values.add(v);
    unread.add(v);
    return v;
  }

  /** An operator of one operand that keeps the shape. */
  Value unary(String operator, Value x, AttributeProto... attributes) {
    return node(operator + "(" + x.name + ")", x.shape(), attributes);
  }

  /** A value to go on with, most often the latest. */
  Value pick() {
    int back = chance(0.6) ? 1 : in(1, Math.min(5, values.size()));
    return values.get(values.size() - back);
  }

  /** Another value of the same shape as {@code v}, or {@code v} itself. */
  Value alike(Value v) {
    List<Value> alike = values.stream().filter(o -> o.dims.equals(v.dims)).toList();
    return alike.get(random.nextInt(alike.size()));
  }

  /** Whether a value of these sizes is small enough to go on with. */
  boolean fits(int... dims) {
    long size = 1;
    for (int d : dims) {
      size *= d;
    }
    return size > 0 && size <= MOST_ELEMENTS;
  }

  /** The model, in which all that nothing reads is an output. */
  ModelProto build() {
    unread.forEach(v -> graph.output(v.name, DType.FLOAT32, v.dims.toArray()));
    return graph.model(opset);
  }

  /** An attribute. */
  static AttributeProto with(String name, Object value) {
    return attribute(name, value);
  }
}
