package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Quantized weights in a graph: constants of few bits and nodes in front of all others that yield
 * the float weights.
 *
 * <pre>
 * fp16                        Cast
 * a scale, or one per channel DequantizeLinear, which has an axis since opset 13
 * a scale per run             DequantizeLinear with block_size, since opset 21, and Reshape
 * otherwise                   Cast, Sub of zero points, Mul by scales, Reshape: the same floats
 * </pre>
 *
 * Cast and Mul are also taken where something else than a layer reads the weights, because ONNX
 * Runtime 1.22 aborts the process on a Transpose behind a DequantizeLinear with an axis. Integers
 * of 4 bits are packed since opset 21, those of 2 bits since opset 25 (before they take 4);
 * standard ONNX has no smaller type than int8 in older ones.
 */
public final class StoredWeights {
  private static final int SCALAR_OPSET = 10;
  private static final int AXIS_OPSET = 13;
  private static final int BLOCK_OPSET = 21;
  private static final int INT2_OPSET = 25;
  private static final int BROADCAST_OPSET = 7;

  private final OnnxGraph graph;
  private final String weights;
  private final QuantizedWeights quantized;
  private final List<NodeProto> nodes = new ArrayList<>();

  private StoredWeights(OnnxGraph graph, String weights, QuantizedWeights quantized) {
    this.graph = graph;
    this.weights = weights;
    this.quantized = quantized;
  }

  /**
   * Adds the quantized form of constant {@code weights}; nothing reads it yet.
   *
   * @return the value that it yields
   */
  static String add(OnnxGraph graph, String weights, QuantizedWeights quantized) {
    StoredWeights form = new StoredWeights(graph, weights, quantized);
    String value = form.chain();
    graph.insertFirst(form.nodes);
    return value;
  }

  /**
   * Adds constant {@code weights} as integers from -1 to 1 with scales; see {@link #add}.
   *
   * @param values int8, in the shape of the weights
   * @param scales float32, one per index of {@code axis}, or a scalar if {@code axis} is -1
   */
  public static String addTernary(
      OnnxGraph graph, String weights, Tensor values, Tensor scales, int axis) {
    WeightGroups groups =
        axis < 0 ? WeightGroups.all(values.shape()) : WeightGroups.channels(values.shape(), axis);
    return add(
        graph,
        weights,
        new QuantizedWeights(values, scales, Optional.empty(), WeightType.INT2, groups));
  }

  /** Adds {@code weights} in half precision, out of range numbers clipped; see {@link #add}. */
  static String addHalf(OnnxGraph graph, String weights) {
    Tensor half = half(graph.constant(weights).orElseThrow());
    String stored = graph.addConstant(weights + "_fp16", half);
    String value = graph.fresh(weights + "_float");
    graph.insertFirst(List.of(cast(stored, value, graph.fresh(weights + "/Cast"))));
    return value;
  }

  /** Float32 numbers as float16, the largest one for those beyond. */
  static Tensor half(Tensor w) {
    double most = 65504;
    return Tensor.fromDoubles(
        w.type().with(DType.FLOAT16), i -> Math.max(-most, Math.min(most, w.floatAt(i))));
  }

  /** The type that integers are stored in. */
  static DType dtype(WeightType type, int opset) {
    if (type == WeightType.INT2 && opset >= INT2_OPSET) {
      return DType.INT2;
    }
    if (type == WeightType.INT2 || type == WeightType.INT4) {
      return opset >= BLOCK_OPSET ? DType.INT4 : DType.INT8;
    }
    return type.dtype();
  }

  private String chain() {
    WeightGroups groups = quantized.groups();
    int opset = graph.opset();
    boolean wide = quantized.type() == WeightType.INT16;
    if (groups.block() > 0) {
      return opset >= BLOCK_OPSET ? blocks() : multipliedBlocks();
    }
    int needed = wide ? BLOCK_OPSET : groups.axis() < 0 ? SCALAR_OPSET : AXIS_OPSET;
    return opset >= needed && isUsedDirectly() ? dequantized() : multiplied();
  }

  private boolean isUsedDirectly() {
    return graph.consumers(weights).stream()
        .allMatch(n -> Layer.of(n, graph).stream().anyMatch(l -> l.weights().equals(weights)));
  }

  private String dequantized() {
    String value = graph.fresh(weights + "_dequantized");
    List<String> operands =
        new ArrayList<>(
            List.of(
                graph.addConstant(weights + "_quantized", stored(quantized.values())),
                graph.addConstant(weights + "_scale", quantized.scales())));
    quantized
        .zeroPoints()
        .ifPresent(z -> operands.add(graph.addConstant(weights + "_zero_point", stored(z))));
    int axis = quantized.groups().axis();
    NodeProto node = node("DequantizeLinear", operands, value);
    nodes.add(axis < 0 ? node : Nodes.with(node, Nodes.integer("axis", axis)));
    return value;
  }

  private String blocks() {
    WeightGroups groups = quantized.groups();
    List<String> operands =
        new ArrayList<>(
            List.of(
                graph.addConstant(
                    weights + "_quantized", stored(quantized.values()).reshape(groups.matrix())),
                graph.addConstant(weights + "_scale", quantized.scales())));
    quantized
        .zeroPoints()
        .ifPresent(z -> operands.add(graph.addConstant(weights + "_zero_point", stored(z))));
    String matrix = graph.fresh(weights + "_dequantized");
    NodeProto node = node("DequantizeLinear", operands, matrix);
    nodes.add(
        Nodes.with(
            Nodes.with(node, Nodes.integer("axis", groups.axis())),
            Nodes.integer("block_size", groups.block())));
    return reshaped(matrix, groups.matrix());
  }

  /** {@code (q - z) * S} with an axis of one element where the scale is the same. */
  private String multiplied() {
    Shape shape = quantized.values().shape();
    int axis = quantized.groups().axis();
    int[] dims = new int[shape.rank() - Math.max(0, axis)];
    Arrays.fill(dims, 1);
    if (axis >= 0) {
      dims[0] = shape.dim(axis);
    }
    Shape scales = axis < 0 ? Shape.SCALAR : Shape.of(dims);
    boolean old = graph.opset() < BROADCAST_OPSET;
    return product(shape, old ? quantized.groups().scales() : scales, Math.max(0, axis), false);
  }

  private String multipliedBlocks() {
    WeightGroups groups = quantized.groups();
    Shape matrix = groups.matrix();
    int runs = groups.scales().dim(groups.axis());
    if (graph.opset() < BROADCAST_OPSET || matrix.dim(groups.axis()) != runs * groups.block()) {
      return reshaped(product(matrix, groups.scales(), 0, true), matrix);
    }
    boolean last = groups.axis() == 1;
    int other = matrix.dim(1 - groups.axis());
    Shape cut =
        last ? Shape.of(other, runs, groups.block()) : Shape.of(runs, groups.block(), other);
    Shape scales = last ? Shape.of(other, runs, 1) : Shape.of(runs, 1, other);
    return reshaped(product(cut, scales, 0, false), cut);
  }

  /**
   * @param shape shape of the integers as stored
   * @param scales shape of the scales as stored
   * @param axis where legacy broadcasting puts their first axis
   * @param lookedUp whether each is repeated over its run by a look-up
   */
  private String product(Shape shape, Shape scales, int axis, boolean lookedUp) {
    Tensor integers = quantized.values().reshape(shape);
    String stored = graph.addConstant(weights + "_quantized", stored(integers));
    String value = graph.fresh(weights + "_cast");
    nodes.add(cast(stored, value, graph.fresh(weights + "/Cast")));
    if (quantized.zeroPoints().isPresent()) {
      Tensor z = quantized.zeroPoints().get();
      Tensor zeros = Tensor.fromDoubles(new TensorType(DType.FLOAT32, scales), z::doubleAt);
      value = arithmetic("Sub", value, operand("_zero_point", zeros, lookedUp), scales, axis);
    }
    String scale = operand("_scale", quantized.scales().reshape(scales), lookedUp);
    return arithmetic("Mul", value, scale, scales, axis);
  }

  private String operand(String suffix, Tensor perRun, boolean lookedUp) {
    String constant = graph.addConstant(weights + suffix, perRun);
    if (!lookedUp) {
      return constant;
    }
    WeightGroups groups = quantized.groups();
    long[] runs = new long[groups.matrix().dim(groups.axis())];
    Arrays.setAll(runs, i -> i / groups.block());
    String places =
        graph.addConstant(weights + "_runs", Tensor.ofLongs(Shape.of(runs.length), runs));
    String repeated = graph.fresh(weights + suffix + "s");
    NodeProto node = node("Gather", List.of(constant, places), repeated);
    nodes.add(Nodes.with(node, Nodes.integer("axis", groups.axis())));
    return repeated;
  }

  private String arithmetic(String op, String value, String operand, Shape shape, int axis) {
    String result = graph.fresh(weights + "_" + op.toLowerCase(Locale.ROOT));
    NodeProto node = node(op, List.of(value, operand), result);
    if (graph.opset() < BROADCAST_OPSET && quantized.groups().block() == 0) {
      node = Nodes.with(node, Nodes.integer("broadcast", 1));
      node = shape.rank() == 0 ? node : Nodes.with(node, Nodes.integer("axis", axis));
    }
    nodes.add(node);
    return result;
  }

  private String reshaped(String value, Shape from) {
    Shape to = quantized.values().shape();
    if (from.equals(to)) {
      return value;
    }
    long[] dims = Arrays.stream(to.dims()).asLongStream().toArray();
    String shape =
        graph.addConstant(weights + "_shape", Tensor.ofLongs(Shape.of(dims.length), dims));
    String result = graph.fresh(weights + "_float");
    nodes.add(node("Reshape", List.of(value, shape), result));
    return result;
  }

  private Tensor stored(Tensor integers) {
    DType dtype = dtype(quantized.type(), graph.opset());
    return Tensor.fromLongs(integers.type().with(dtype), integers::longAt);
  }

  private static NodeProto cast(String from, String to, String name) {
    return Nodes.of(
        "Cast", name, List.of(from), List.of(to), Nodes.integer("to", DType.FLOAT32.onnxCode()));
  }

  private NodeProto node(String op, List<String> operands, String result) {
    return Nodes.of(op, graph.fresh(weights + "/" + op), operands, List.of(result));
  }
}
