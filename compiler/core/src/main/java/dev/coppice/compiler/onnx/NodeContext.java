package dev.coppice.compiler.onnx;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.Assembly.Dim;
import dev.coppice.compiler.onnx.Containers.Container;
import dev.coppice.compiler.onnx.Containers.Kind;
import dev.coppice.compiler.onnx.Containers.Layout;
import dev.coppice.compiler.onnx.wire.TensorReader;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto.AttributeType;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.op.Reshape;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One ONNX node while it is imported: its operands, attributes and opset, and what is added to
 * stand for it ({@link PendingNodes}).
 */
final class NodeContext {
  private final int opset;
  private final SourceRef where;
  private final List<Optional<Value>> operands;
  private final List<String> outputs;
  private final Attributes attributes;
  private final Assembly assembly;
  private final Subgraphs subgraphs;
  private final PendingNodes added;

  NodeContext(
      String name,
      int opset,
      SourceRef where,
      List<Optional<Value>> operands,
      List<String> outputs,
      Attributes attributes,
      Assembly assembly,
      Subgraphs subgraphs) {
    this.opset = opset;
    this.where = where;
    this.operands = new ArrayList<>(operands);
    this.outputs = List.copyOf(outputs);
    this.attributes = attributes;
    this.assembly = assembly;
    this.subgraphs = subgraphs;
    this.added = new PendingNodes(name, assembly);
  }

  /** Version of the operator set that the node is written in. */
  int opset() {
    return opset;
  }

  /** The node's attributes. */
  Attributes attributes() {
    return attributes;
  }

  /** Attribute {@code attribute}, a float. */
  float number(String attribute, float otherwise) {
    return attributes.number(attribute, otherwise);
  }

  /** Attribute {@code axis} of operand 0, counted from the start. */
  int axis(int otherwise) {
    return AxisArguments.normalize(attributes.integer("axis", otherwise), shape(0).rank());
  }

  /** Attribute {@code attribute}, one of {@code choices}, the first of which is the default. */
  String choice(String attribute, String... choices) {
    return attributes.choice(attribute, choices);
  }

  /** The budget for constants. */
  ConstantFolder folder() {
    return assembly.folder();
  }

  /** Number of results that the node names, up to its last. */
  int outputCount() {
    return outputs.size();
  }

  /** Whether anybody can ask for result {@code i}. */
  boolean wantsOutput(int i) {
    return i < outputs.size() && !outputs.get(i).isEmpty();
  }

  /** What the model calls result {@code i}; empty if it has no name. */
  String result(int i) {
    return i < outputs.size() ? outputs.get(i) : "";
  }

  /** Number of operands, absent ones between them included. */
  int inputCount() {
    return operands.size();
  }

  /** Whether operand {@code i} is given. */
  boolean has(int i) {
    return i < operands.size() && operands.get(i).isPresent();
  }

  /** Operand {@code i}, which must be given. */
  Value input(int i) {
    return optional(i)
        .orElseThrow(() -> new IllegalArgumentException("operand " + i + " is missing"));
  }

  /** Operand {@code i} if it is given. */
  Optional<Value> optional(int i) {
    return i < operands.size() ? operands.get(i) : Optional.empty();
  }

  /** Lets {@code value} stand for operand {@code i} from now on. */
  void replace(int i, Value value) {
    operands.set(i, Optional.of(value));
  }

  /** The operands that are given. */
  List<Value> given() {
    return operands.stream().flatMap(Optional::stream).toList();
  }

  /** All operands, none of which may be absent. */
  List<Value> inputs() {
    List<Value> all = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      all.add(input(i));
    }
    return all;
  }

  /** Type of operand {@code i}. */
  TensorType type(int i) {
    return input(i).type();
  }

  /** Shape of operand {@code i}. */
  Shape shape(int i) {
    return type(i).shape();
  }

  /** Operand {@code i} as a constant, if it is given and is one. */
  Optional<Tensor> constant(int i) {
    return optional(i).flatMap(this::constant);
  }

  /** The data of {@code value} if it is a constant, as whatever has no elements is. */
  Optional<Tensor> constant(Value value) {
    return added.constant(value);
  }

  /**
   * Operand {@code i}, which must be a constant.
   *
   * @param role what the operator calls it
   * @throws CompileException if it is not constant
   */
  Tensor constant(int i, String role) {
    Value value = input(i);
    return constant(value)
        .orElseThrow(
            () ->
                new CompileException(
                    DiagnosticCode.NOT_CONSTANT, where, "operand '" + role + "'", value.name()));
  }

  /** Operand {@code i} as constant integers if it is given; see {@link #constant(int, String)}. */
  Optional<List<Long>> longs(int i, String role) {
    if (!has(i)) {
      return Optional.empty();
    }
    Tensor t = constant(i, role);
    if (t.shape().rank() > 1 || !t.dtype().isInteger()) {
      throw new IllegalArgumentException(
          "operand '" + role + "' is " + t.type() + ", expected integers along one axis");
    }
    List<Long> values = new ArrayList<>();
    for (int j = 0; j < t.size(); j++) {
      values.add(t.longAt(j));
    }
    return Optional.of(values);
  }

  /** As {@link #longs} of an operand that must be given. */
  List<Long> requiredLongs(int i, String role) {
    return longs(i, role)
        .orElseThrow(() -> new IllegalArgumentException("operand '" + role + "' is missing"));
  }

  /** As {@link #integers} of an operand that must be given. */
  List<Integer> requiredIntegers(int i, String role) {
    return requiredLongs(i, role).stream().map(Math::toIntExact).toList();
  }

  /** As {@link #longs} with each value fitting 32 bits. */
  Optional<List<Integer>> integers(int i, String role) {
    return longs(i, role).map(values -> values.stream().map(Math::toIntExact).toList());
  }

  /** Adds {@code op} on all operands of the node. */
  List<Value> all(Op op) {
    return emit(op, inputs());
  }

  /** Adds {@code op} and returns its only result. */
  Value add(Op op, Value... on) {
    return emit(op, List.of(on)).get(0);
  }

  /**
   * Adds {@code op} and returns its results, which are constants if all of {@code on} are or if
   * they have no elements.
   */
  List<Value> emit(Op op, List<Value> on) {
    return added.emit(op, on);
  }

  /** {@code x} under another shape; {@code x} itself if it has that shape. */
  Value reshape(Value x, List<Integer> shape) {
    return x.type().shape().equals(Shape.of(shape)) ? x : add(new Reshape(shape), x);
  }

  /** A constant with one element and no axes. */
  Value scalar(DType dtype, double value) {
    return constant(Tensor.fromDoubles(new TensorType(dtype, Shape.SCALAR), i -> value));
  }

  /** The tensor that attribute {@code attribute} holds, if it is given. */
  Optional<Tensor> tensor(String attribute) {
    return attributes
        .get(attribute, AttributeType.TENSOR, AttributeProto::getT)
        .map(new TensorReader(where, folder().limits())::read);
  }

  /** The sparse tensor that attribute {@code attribute} holds, expanded, if it is given. */
  Optional<Tensor> sparseTensor(String attribute) {
    return attributes
        .get(attribute, AttributeType.SPARSE_TENSOR, AttributeProto::getSparseTensor)
        .map(new TensorReader(where, folder().limits())::read);
  }

  /** A constant. */
  Value constant(Tensor data) {
    return added.constant(data);
  }

  private Containers containers() {
    return added.containers();
  }

  /** What {@code value} holds if it is a sequence or an optional. */
  Optional<Container> container(Value value) {
    return containers().of(value);
  }

  /** What operand {@code i} holds, which must be a {@code kind}. */
  Container container(int i, Kind kind) {
    return container(input(i))
        .filter(c -> c.kind() == kind)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "operand "
                        + i
                        + " is "
                        + containers().layout(input(i))
                        + ", expected "
                        + (kind == Kind.SEQUENCE ? "a sequence" : "an optional")));
  }

  /** A sequence of {@code parts}. */
  Value sequence(DType elements, List<Value> parts) {
    return containers().add(assembly.temporary(), new Container(Kind.SEQUENCE, elements, parts));
  }

  /** An optional of the one part or with none. */
  Value optional(DType elements, List<Value> part) {
    return containers().add(assembly.temporary(), new Container(Kind.OPTIONAL, elements, part));
  }

  /** Values of {@code layouts} with {@code tensors} in them, in order. */
  List<Value> assemble(List<Layout> layouts, List<Value> tensors) {
    Iterator<Value> next = tensors.iterator();
    return layouts.stream().map(l -> containers().assemble(l, next, assembly)).toList();
  }

  /** What {@code name} stands for around the node. */
  Value named(String name) {
    return subgraphs
        .named(name)
        .orElseThrow(() -> new IllegalArgumentException("there is no tensor '" + name + "'"));
  }

  /** The nodes that the import has made so far, in topological order. */
  List<Node> before() {
    return assembly.nodes();
  }

  /** The graph that attribute {@code attribute} holds. */
  GraphProto graph(String attribute) {
    return attributes
        .get(attribute, AttributeType.GRAPH, AttributeProto::getG)
        .orElseThrow(
            () -> new IllegalArgumentException("attribute '" + attribute + "' is missing"));
  }

  /** The results of {@code graph}, imported in place with {@code inputs} for its inputs. */
  List<Value> inline(GraphProto graph, List<Value> inputs) {
    return subgraphs.inline(graph, added.settle(inputs, List.of()));
  }

  /** {@code graph} as a body of its own; see {@link Subgraphs#body}. */
  Subgraphs.Body body(GraphProto graph, Function<Assembly, List<Value>> inputs) {
    return subgraphs.body(graph, inputs);
  }

  /** The complaint that attribute {@code name} has a value that is valid but not supported. */
  CompileException unsupported(String attribute, String why) {
    return attributes.unsupported(attribute, why);
  }

  /** The complaint that elements of this type are not supported. */
  CompileException unsupportedType(String type, String why) {
    return new CompileException(DiagnosticCode.UNSUPPORTED_TYPE, where, type, why);
  }

  /** The complaint that operand {@code name} is given. */
  CompileException unsupportedOperand(String name, String why) {
    return new CompileException(
        DiagnosticCode.UNSUPPORTED_ATTRIBUTE, where, "'" + name + "' (an operand)", why);
  }

  /**
   * Notes that {@code value}, a result of this node, has no more elements along {@code axis} than
   * {@code count} says at run time, an i64 of one element; beyond them it is zero.
   */
  void extent(Value value, int axis, Value count) {
    extents().set(value, axis, count);
  }

  /** The extents of operands and of what was added here. */
  Extents extents() {
    return added.extents();
  }

  /** The dimension that the model declares as a number for {@code axis} of result {@code i}. */
  Optional<Integer> fixed(int i, int axis) {
    return assembly.declared(result(i), axis).filter(Dim::fixed).map(d -> d.size().getAsInt());
  }

  /**
   * The most elements along {@code axis} of result {@code i} that the model declares or the user
   * gives.
   *
   * @throws CompileException if neither does
   */
  int bound(int i, int axis, String what) {
    return assembly
        .declared(result(i), axis)
        .filter(d -> d.size().isPresent())
        .map(d -> d.size().getAsInt())
        .orElseThrow(
            () -> new CompileException(DiagnosticCode.UNBOUNDED_SHAPE, where, what, result(i)));
  }

  /** The complaint that {@code what} depends on the inputs, by way of {@code value}. */
  CompileException notConstant(String what, Value value) {
    return new CompileException(DiagnosticCode.NOT_CONSTANT, where, what, value.name());
  }

  /** The complaint that the node asks for too much. */
  CompileException tooLarge(String what) {
    return new CompileException(DiagnosticCode.LIMIT_EXCEEDED, where, what);
  }

  /**
   * Puts what was added into the graph under the node's names and returns the final values of
   * {@code results}.
   */
  List<Value> commit(List<Value> results) {
    return added.settle(results, outputs);
  }
}
