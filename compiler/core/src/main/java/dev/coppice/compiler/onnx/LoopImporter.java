package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.ValueInfoProto;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.Loop;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Loop, since 1: a few iterations, whose number is known, are imported one after the other, since
 * the types of carried values may then change from one to the next; else the body becomes a graph
 * that runs again and again.
 */
final class LoopImporter implements NodeImporter {
  /** Most nodes of all iterations together that are imported one by one. */
  static final int UNROLLED_NODES = 256;

  /** The same where a sequence is carried: its length must be known after each iteration. */
  private static final int UNROLLED_WITH_CONTAINERS = 65536;

  @Override
  public List<Value> apply(NodeContext node) {
    GraphProto body = node.graph("body");
    int carried = node.inputCount() - 2;
    int collected = body.getOutputCount() - 1 - carried;
    if (carried < 0 || collected < 0 || carried + collected < node.outputCount()) {
      throw new IllegalArgumentException(
          "the body has "
              + body.getOutputCount()
              + " results, expected a condition, "
              + carried
              + " carried values and the values to collect");
    }
    boolean containers = node.given().stream().anyMatch(v -> node.container(v).isPresent());
    Optional<Tensor> most =
        node.has(0) ? node.constant(0) : Optional.of(Tensor.ofLongs(Shape.SCALAR, Long.MAX_VALUE));
    Optional<Tensor> cond =
        node.has(1)
            ? node.constant(1)
            : Optional.of(Tensor.splatLong(TensorType.of(DType.BOOL), 1));
    if (most.isPresent() && cond.isPresent()) {
      long trips = cond.get().booleanAt(0) ? Math.max(0, most.get().longAt(0)) : 0;
      int nodes = containers ? UNROLLED_WITH_CONTAINERS : UNROLLED_NODES;
      if ((trips > 0 || containers && collected == 0)
          && trips <= nodes / Math.max(1, body.getNodeCount())) {
        Optional<List<Value>> results = unrolled(node, body, (int) trips, carried);
        if (results.isPresent()) {
          return results.get();
        }
      }
    }
    if (containers) {
      throw node.notConstant(
          "the number of iterations of a loop that carries a sequence or optional",
          most.isEmpty() ? node.input(0) : node.given().get(0));
    }
    return loop(node, body, carried, most, cond);
  }

  /** The results of {@code trips} iterations; empty if what ends them is known only at run time. */
  private static Optional<List<Value>> unrolled(
      NodeContext node, GraphProto body, int trips, int carried) {
    List<Value> now = new ArrayList<>();
    for (int i = 0; i < carried; i++) {
      now.add(node.input(2 + i));
    }
    List<List<Value>> rows = new ArrayList<>();
    for (int i = 1 + carried; i < body.getOutputCount(); i++) {
      rows.add(new ArrayList<>());
    }
    boolean more = true;
    for (int t = 0; t < trips && more; t++) {
      List<Value> inputs = new ArrayList<>();
      inputs.add(node.constant(Tensor.ofLongs(declared(body, 0), t)));
      inputs.add(node.constant(Tensor.splatLong(new TensorType(DType.BOOL, declared(body, 1)), 1)));
      inputs.addAll(now);
      List<Value> results = node.inline(body, inputs);
      Optional<Tensor> again = node.constant(results.get(0));
      if (again.isEmpty()) {
        return Optional.empty();
      }
      more = again.get().booleanAt(0);
      now = results.subList(1, 1 + carried);
      for (int i = 0; i < rows.size(); i++) {
        rows.get(i).add(Rows.of(node, results.get(1 + carried + i)));
      }
    }
    List<Value> results = new ArrayList<>(now);
    for (List<Value> collection : rows) {
      results.add(
          collection.size() == 1 ? collection.get(0) : node.emit(new Concat(0), collection).get(0));
    }
    return Optional.of(results);
  }

  private static List<Value> loop(
      NodeContext node,
      GraphProto proto,
      int carried,
      Optional<Tensor> most,
      Optional<Tensor> cond) {
    Subgraphs.Body body =
        node.body(
                proto,
                inner -> {
                  List<Value> inputs = new ArrayList<>();
                  inputs.add(
                      BodyParts.reshaped(
                          inner,
                          inner.input("iteration", TensorType.of(DType.INT64)),
                          declared(proto, 0)));
                  inputs.add(
                      inner.constant(
                          "cond",
                          Tensor.splatLong(new TensorType(DType.BOOL, declared(proto, 1)), 1)));
                  for (int i = 0; i < carried; i++) {
                    inputs.add(inner.input(proto.getInput(2 + i).getName(), node.type(2 + i)));
                  }
                  return inputs;
                })
            .ofTensors();
    int collected = proto.getOutputCount() - 1 - carried;
    int limit = collected == 0 ? 0 : limit(node, most, cond, carried);
    List<Value> operands = new ArrayList<>();
    operands.add(most.map(node::constant).orElseGet(() -> node.input(0)));
    operands.add(cond.map(node::constant).orElseGet(() -> node.input(1)));
    for (int i = 0; i < carried; i++) {
      operands.add(node.input(2 + i));
    }
    operands.addAll(body.captures());
    List<Value> results = node.emit(new Loop(body.graph(), carried, limit), operands);
    boolean certain =
        most.isPresent()
            && cond.isPresent()
            && body.graph()
                .constant(body.graph().outputs().get(0).value())
                .filter(c -> c.booleanAt(0))
                .isPresent();
    if (!certain) {
      Value count = results.get(results.size() - 1);
      for (Value collection : results.subList(carried, carried + collected)) {
        node.extent(collection, 0, count);
      }
    }
    return results;
  }

  /** Room for collected values: as many as iterations, or as the model says. */
  private static int limit(
      NodeContext node, Optional<Tensor> most, Optional<Tensor> cond, int carried) {
    if (cond.isPresent() && !cond.get().booleanAt(0)) {
      return 0;
    }
    if (most.isPresent() && most.get().longAt(0) < Integer.MAX_VALUE) {
      return (int) Math.max(0, most.get().longAt(0));
    }
    return node.bound(carried, 0, "the number of iterations");
  }

  /** The shape that an input of the body is declared with: no axes or one of one element. */
  private static Shape declared(GraphProto body, int i) {
    ValueInfoProto input = body.getInput(i);
    return input.getType().getTensorType().getShape().getDimCount() == 1
        ? Shape.of(1)
        : Shape.SCALAR;
  }
}
