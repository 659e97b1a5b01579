package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.Containers.Container;
import dev.coppice.compiler.onnx.Containers.Kind;
import dev.coppice.compiler.onnx.wire.TensorReader;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.Split;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The operators on sequences, since 11. Their lengths are known at import, and so must positions
 * be; an element at a position that is known only at run time can be read where all elements have
 * one shape.
 */
final class SequenceImporter {
  private SequenceImporter() {}

  /** SequenceEmpty: attribute {@code dtype}, float by default. */
  static List<Value> empty(NodeContext node) {
    int code = node.attributes().integer("dtype", TensorProto.DataType.FLOAT_VALUE);
    DType elements =
        DType.ofOnnx(code)
            .orElseThrow(
                () ->
                    node.unsupportedType(
                        TensorReader.typeName(code), "attribute 'dtype' asks for it"));
    return List.of(node.sequence(elements, List.of()));
  }

  /** SequenceConstruct: a sequence of the operands. */
  static List<Value> construct(NodeContext node) {
    return List.of(node.sequence(node.type(0).dtype(), node.inputs()));
  }

  /** SequenceInsert: a tensor before a position, at the end by default. */
  static List<Value> insert(NodeContext node) {
    Container sequence = node.container(0, Kind.SEQUENCE);
    DType dtype = node.type(1).dtype();
    if (!sequence.parts().isEmpty() && dtype != sequence.elements()) {
      throw new IllegalArgumentException(
          "a tensor of " + dtype + " is inserted into a sequence of " + sequence.elements());
    }
    List<Value> parts = new ArrayList<>(sequence.parts());
    parts.add(position(node, 2, parts.size(), parts.size(), parts.size()), node.input(1));
    return List.of(node.sequence(dtype, parts));
  }

  /** SequenceErase: without the element at a position, the last by default. */
  static List<Value> erase(NodeContext node) {
    Container sequence = node.container(0, Kind.SEQUENCE);
    List<Value> parts = new ArrayList<>(sequence.parts());
    parts.remove(position(node, 1, parts.size(), parts.size() - 1, parts.size() - 1));
    return List.of(node.sequence(sequence.elements(), parts));
  }

  /** SequenceAt: the element at a position. */
  static List<Value> at(NodeContext node) {
    List<Value> parts = node.container(0, Kind.SEQUENCE).parts();
    if (node.constant(1).isPresent()) {
      return List.of(parts.get(position(node, 1, parts.size(), -1, parts.size() - 1)));
    }
    if (parts.isEmpty() || parts.stream().map(Value::type).distinct().count() > 1) {
      throw node.notConstant("operand 'position' in a sequence of several shapes", node.input(1));
    }
    Value index = node.reshape(node.input(1), List.of());
    return List.of(node.add(new Gather(0), stacked(node, parts, 0), index));
  }

  /** SequenceLength: an i64 without axes. */
  static List<Value> length(NodeContext node) {
    int length = node.container(0, Kind.SEQUENCE).parts().size();
    return List.of(node.constant(Tensor.ofLongs(Shape.SCALAR, length)));
  }

  /** ConcatFromSequence: along {@code axis}, which is a new one if {@code new_axis} is set. */
  static List<Value> concat(NodeContext node) {
    List<Value> parts = node.container(0, Kind.SEQUENCE).parts();
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("an empty sequence has nothing to join");
    }
    boolean stacks = node.attributes().flag("new_axis", false);
    int rank = parts.get(0).type().shape().rank() + (stacks ? 1 : 0);
    int axis = AxisArguments.normalize(node.attributes().integer("axis"), rank);
    return List.of(stacks ? stacked(node, parts, axis) : joined(node, parts, axis));
  }

  /**
   * SplitToSequence: parts of given sizes, of one size with a smaller last one, or slices of one
   * element, whose axis is dropped unless {@code keepdims} is set.
   */
  static List<Value> split(NodeContext node) {
    Value x = node.input(0);
    int axis =
        AxisArguments.normalize(node.attributes().integer("axis", 0), x.type().shape().rank());
    int dim = x.type().shape().dim(axis);
    boolean keeps = node.attributes().flag("keepdims", true) || node.has(1);
    List<Integer> sizes = Collections.nCopies(dim, 1);
    if (node.has(1)) {
      sizes = node.requiredIntegers(1, "split");
      if (node.shape(1).rank() == 0) {
        sizes = equal(dim, sizes.get(0));
      }
    }
    List<Value> parts =
        sizes.size() == 1 && sizes.get(0) == dim
            ? List.of(x)
            : sizes.isEmpty() ? List.of() : node.emit(new Split(axis, sizes), List.of(x));
    if (!keeps) {
      List<Integer> shape = dims(x);
      shape.remove(axis);
      parts = parts.stream().map(p -> node.reshape(p, shape)).toList();
    }
    return List.of(node.sequence(x.type().dtype(), parts));
  }

  private static List<Integer> equal(int dim, int size) {
    if (size < 1) {
      throw new IllegalArgumentException("parts of " + size + " elements");
    }
    List<Integer> sizes = new ArrayList<>(Collections.nCopies(dim / size, size));
    if (dim % size > 0) {
      sizes.add(dim % size);
    }
    return sizes;
  }

  private static Value stacked(NodeContext node, List<Value> parts, int axis) {
    return joined(
        node,
        parts.stream()
            .map(
                p -> {
                  List<Integer> shape = dims(p);
                  shape.add(axis, 1);
                  return node.reshape(p, shape);
                })
            .toList(),
        axis);
  }

  private static List<Integer> dims(Value value) {
    return Arrays.stream(value.type().shape().dims()).boxed().collect(Collectors.toList());
  }

  private static Value joined(NodeContext node, List<Value> parts, int axis) {
    return parts.size() == 1 ? parts.get(0) : node.emit(new Concat(axis), parts).get(0);
  }

  /** Operand {@code i} as a position up to {@code last}, counted from the start. */
  private static int position(NodeContext node, int i, int length, int otherwise, int last) {
    long given = node.has(i) ? node.constant(i, "position").longAt(0) : otherwise;
    long position = given < 0 ? given + length : given;
    if (position < 0 || position > last) {
      throw new IllegalArgumentException(
          "position " + given + " of a sequence of " + length + " elements");
    }
    return (int) position;
  }
}
