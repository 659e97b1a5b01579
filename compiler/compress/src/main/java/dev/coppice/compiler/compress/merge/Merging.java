package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.model.Rewiring;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
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
import java.util.function.Predicate;

/**
 * A graph while rules rewrite it. Types of values are kept, since rewriting does not change any.
 */
final class Merging {
  /** First opset in which operands of two shapes fit by their last axes. */
  private static final int BROADCAST_OPSET = 7;

  private final OnnxGraph graph;
  private final boolean evenIfLarger;
  private final Predicate<NodeProto> taken;
  private final Map<String, TensorType> types = new LinkedHashMap<>();

  /**
   * A graph to rewrite.
   *
   * @param taken the layers whose weights may change
   * @param evenIfLarger whether linear operators merge even where that multiplies more
   */
  Merging(OnnxGraph graph, Predicate<NodeProto> taken, boolean evenIfLarger) {
    this.graph = graph;
    this.taken = taken;
    this.evenIfLarger = evenIfLarger;
  }

  OnnxGraph graph() {
    return graph;
  }

  /** Whether the weights of {@code layer} may change. */
  boolean takes(NodeProto layer) {
    return taken.test(layer);
  }

  /** Whether {@code after} multiplications may replace {@code before}. */
  boolean allows(long after, long before) {
    return evenIfLarger || after <= before;
  }

  /** Whether operands of element by element operators fit as they do today. */
  boolean broadcasts() {
    return graph.opset() >= BROADCAST_OPSET;
  }

  TensorType type(String value) {
    TensorType known = graph.isConstant(value) ? graph.type(value) : types.get(value);
    if (known == null) {
      known = graph.type(value);
      types.put(value, known);
    }
    return known;
  }

  Shape shape(String value) {
    return type(value).shape();
  }

  /** Whether {@code value} is of float32, in which constants are folded. */
  boolean isFloat(String value) {
    return type(value).dtype() == DType.FLOAT32;
  }

  /** A name like {@code wish} for a new value of {@code type}. */
  String value(String wish, TensorType type) {
    String name = graph.fresh(wish);
    types.put(name, type);
    return name;
  }

  /** The node that computes {@code value} for one reader alone. */
  Optional<NodeProto> soleProducer(String value) {
    return graph.soleConsumer(value).isEmpty() ? Optional.empty() : graph.producer(value);
  }

  /** The constant {@code value}, if it is one of float32. */
  Optional<Tensor> floats(String value) {
    return graph.constant(value).filter(c -> c.dtype() == DType.FLOAT32);
  }

  /** The constant operand {@code i} of {@code node} as integers. */
  Optional<List<Integer>> integers(NodeProto node, int i) {
    return Nodes.input(node, i)
        .flatMap(graph::constant)
        .filter(c -> !c.dtype().isFloat())
        .map(
            c -> {
              List<Integer> values = new ArrayList<>();
              for (int j = 0; j < c.size(); j++) {
                long v = c.longAt(j);
                values.add((int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, v)));
              }
              return values;
            });
  }

  /**
   * Gives operand {@code i} of {@code node} other data: under its name, if nothing else reads that
   * constant, otherwise under a new one.
   *
   * @return the name of the constant
   */
  String store(NodeProto node, int i, Tensor data) {
    Optional<String> name = Nodes.input(node, i);
    if (name.isPresent() && graph.isConstant(name.get()) && isRead(name.get()) <= 1) {
      graph.constant(name.get(), data);
      return name.get();
    }
    String wish =
        name.isPresent() && graph.isConstant(name.get()) ? name.get() : Nodes.label(node) + ".bias";
    return graph.addConstant(wish, data);
  }

  private int isRead(String constant) {
    int reads = graph.isOutput(constant) ? 1 : 0;
    for (NodeProto reader : graph.consumers(constant)) {
      int operands = Collections.frequency(reader.getInputList(), constant);
      reads += operands == 0 ? 2 : operands;
    }
    return reads;
  }

  /**
   * Puts {@code by} into the place of {@code last} and takes {@code others} out, whose results
   * nothing reads any more.
   */
  void merge(NodeProto last, List<NodeProto> by, List<NodeProto> others) {
    graph.replace(last, by);
    others.forEach(graph::remove);
  }

  /**
   * Takes {@code node} out, which returns {@code value} as it is.
   *
   * @return whether its result could be replaced wherever it is read
   */
  boolean bypass(NodeProto node, String value) {
    String result = node.getOutput(0);
    boolean delivered = graph.isOutput(result);
    if (isReadInBody(result) || delivered && !canRename(node, value)) {
      return false;
    }
    Rewiring.apply(graph, result, value);
    graph.remove(graph.producer(result).orElseThrow());
    if (delivered) {
      rename(value, result);
    }
    return true;
  }

  /** Whether a body of a node reads {@code value}, so that it must keep its name. */
  boolean isReadInBody(String value) {
    return graph.consumers(value).stream().anyMatch(c -> !c.getInputList().contains(value));
  }

  /** Whether {@code value} can be computed under another name, which the model delivers. */
  private boolean canRename(NodeProto reader, String value) {
    return graph.producer(value).isPresent()
        && !graph.isOutput(value)
        && !isReadInBody(value)
        && type(value).equals(type(reader.getOutput(0)));
  }

  private void rename(String from, String to) {
    NodeProto producer = graph.producer(from).orElseThrow();
    NodeProto.Builder renamed = producer.toBuilder();
    for (int i = 0; i < producer.getOutputCount(); i++) {
      if (producer.getOutput(i).equals(from)) {
        renamed.setOutput(i, to);
      }
    }
    Rewiring.apply(graph, from, to);
    graph.replace(graph.producer(from).orElseThrow(), renamed.build());
  }
}
