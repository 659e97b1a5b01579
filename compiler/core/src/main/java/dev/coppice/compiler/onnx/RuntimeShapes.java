package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Abs;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Bounded;
import dev.coppice.compiler.op.Cast;
import dev.coppice.compiler.op.Ceil;
import dev.coppice.compiler.op.Clip;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Equal;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.Less;
import dev.coppice.compiler.op.Max;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What operators become whose operands decide the shape of the result and are known only at run
 * time: values as large as a bound, with extents.
 */
final class RuntimeShapes {
  private RuntimeShapes() {}

  /** Range: as many elements as the model declares at most. */
  static Value range(NodeContext node) {
    DType dtype = node.type(0).dtype();
    Value start = node.reshape(node.input(0), List.of());
    Value delta = node.reshape(node.input(2), List.of());
    Value span = node.add(new Sub(), node.reshape(node.input(1), List.of()), start);
    Cast wide = new Cast(DType.FLOAT64);
    Value steps = node.add(new Div(), node.add(wide, span), node.add(wide, delta));
    Value count = node.add(new Cast(DType.INT64), node.add(new Ceil(), steps));
    int most = node.bound(0, 0, "the number of elements");
    Value bounded = bounded(node, node.add(new Max(), count, node.scalar(DType.INT64, 0)), most);
    Value iota = iota(node, dtype, most);
    Value range = node.add(new Add(), start, node.add(new Mul(), iota, delta));
    node.extent(range, 0, bounded);
    return range;
  }

  private static Value iota(NodeContext node, DType dtype, int n) {
    TensorType type = TensorType.of(dtype, n);
    return node.constant(
        dtype.isFloat() ? Tensor.fromDoubles(type, i -> i) : Tensor.fromLongs(type, i -> i));
  }

  /** {@code count}, which must not exceed {@code most}: a run in which it does ends. */
  static Value bounded(NodeContext node, Value count, int most) {
    return node.add(new Bounded(most, "elements of '" + node.result(0) + "'"), count);
  }

  /**
   * Reshape: the element that stands at a place of the result is found from the run-time
   * dimensions. A shape that does not fit the operand ends the run.
   */
  static Value reshape(NodeContext node, boolean allowZero) {
    Shape from = node.shape(0);
    if (from.size() == 0) {
      throw node.notConstant("operand 'shape' of an operand without elements", node.input(1));
    }
    Shape most = bounds(node, node.shape(1).size());
    List<Value> dims = dimensions(node, from, most, allowZero);
    Value index = longScalar(node, 0);
    Value stride = longScalar(node, 1);
    for (int a = most.rank() - 1; a >= 0; a--) {
      int[] along = new int[most.rank()];
      Arrays.fill(along, 1);
      along[a] = most.dim(a);
      Value places = node.constant(Tensor.fromLongs(TensorType.of(DType.INT64, along), i -> i));
      index = node.add(new Add(), index, node.add(new Mul(), places, stride));
      stride = node.add(new Mul(), stride, dims.get(a));
    }
    Value flat = node.reshape(node.input(0), List.of(from.size()));
    Value inside = node.add(new Clip(0, from.size() - 1), index);
    Value y = node.add(new Gather(0), flat, inside);
    for (int a = 0; a < most.rank(); a++) {
      node.extent(y, a, dims.get(a));
    }
    return y;
  }

  /** The dimensions that operand 1 asks for, i64 each: 0 copies one, -1 is what is left. */
  private static List<Value> dimensions(
      NodeContext node, Shape from, Shape most, boolean allowZero) {
    Value zero = longScalar(node, 0);
    Value one = longScalar(node, 1);
    List<Value> asked = new ArrayList<>();
    Value known = one;
    for (int a = 0; a < most.rank(); a++) {
      Value n = element(node, node.input(1), a);
      if (!allowZero && a < from.rank()) {
        Value copies = node.add(new Equal(), n, zero);
        n = node.add(new Where(), copies, longScalar(node, from.dim(a)), n);
      }
      asked.add(n);
      Value open = node.add(new Less(), n, zero);
      known = node.add(new Mul(), known, node.add(new Where(), open, one, n));
    }
    Value size = longScalar(node, from.size());
    Value rest = node.add(new Div(), size, node.add(new Max(), known, one));
    List<Value> dims = new ArrayList<>();
    Value product = one;
    for (int a = 0; a < most.rank(); a++) {
      Value open = node.add(new Less(), asked.get(a), zero);
      Value n = node.add(new Where(), open, rest, asked.get(a));
      product = node.add(new Mul(), product, n);
      dims.add(bounded(node, n, most.dim(a)));
    }
    String what = "elements of the operand that the shape of '" + node.result(0) + "' leaves over";
    Value off = node.add(new Abs(), node.add(new Sub(), size, product));
    Value nothing = node.add(new Bounded(0, what), off);
    dims.replaceAll(n -> node.add(new Add(), n, nothing));
    return dims;
  }

  /** Tile: as many repetitions as the dimensions that the model declares have room for. */
  static Value tile(NodeContext node) {
    Shape x = node.shape(0);
    Shape most = bounds(node, x.rank());
    Value y = node.input(0);
    for (int a = 0; a < x.rank(); a++) {
      int dim = x.dim(a);
      Tensor places =
          Tensor.fromLongs(TensorType.of(DType.INT64, most.dim(a)), i -> i % Math.max(1, dim));
      y = node.add(new Gather(a), y, node.constant(places));
    }
    for (int a = 0; a < x.rank(); a++) {
      Value repeats = element(node, node.input(1), a);
      Value count = node.add(new Mul(), repeats, longScalar(node, x.dim(a)));
      node.extent(y, a, bounded(node, count, most.dim(a)));
    }
    return y;
  }

  /**
   * The part of {@code x} along {@code axis} from {@code start} to {@code end}, i64 of one element
   * each that count from the end where they are negative; as for constant ones.
   */
  static Value slice(NodeContext node, Value x, int axis, Value start, Value end, long step) {
    int dim = x.type().shape().dim(axis);
    long stride = Math.max(-Integer.MAX_VALUE, Math.min(Integer.MAX_VALUE, step));
    Value from = place(node, start, dim, 0, step > 0 ? dim : dim - 1);
    Value to = place(node, end, dim, step > 0 ? 0 : -1, step > 0 ? dim : dim - 1);
    Value length = step > 0 ? node.add(new Sub(), to, from) : node.add(new Sub(), from, to);
    Value rounded = node.add(new Add(), length, longScalar(node, Math.abs(stride) - 1));
    Value steps = node.add(new Div(), rounded, longScalar(node, Math.abs(stride)));
    Value count = node.add(new Max(), steps, longScalar(node, 0));
    Value offsets = node.add(new Mul(), iota(node, DType.INT64, dim), longScalar(node, stride));
    Value indices = node.add(new Clip(0, dim - 1), node.add(new Add(), from, offsets));
    Value part = node.add(new Gather(axis), x, indices);
    for (var extent : node.extents().of(x).entrySet()) {
      node.extent(part, extent.getKey(), extent.getValue());
    }
    node.extent(part, axis, count);
    return part;
  }

  /** An index that counts from the end where it is negative, within bounds. */
  private static Value place(NodeContext node, Value index, int dim, int low, int high) {
    Value i = node.reshape(index, List.of());
    Value wide = i.type().dtype() == DType.INT64 ? i : node.add(new Cast(DType.INT64), i);
    Value fromEnd = node.add(new Add(), wide, longScalar(node, dim));
    Value negative = node.add(new Less(), wide, longScalar(node, 0));
    return node.add(new Clip(low, high), node.add(new Where(), negative, fromEnd, wide));
  }

  /** Element {@code i} of a vector of shape data. */
  static Value element(NodeContext node, Value vector, int i) {
    Value index = node.constant(Tensor.ofLongs(Shape.SCALAR, i));
    return node.add(new Gather(0), vector, index);
  }

  private static Value longScalar(NodeContext node, long value) {
    return node.constant(Tensor.ofLongs(Shape.SCALAR, value));
  }

  /**
   * The shape that the model declares for the result: a bound along axes whose extent {@code
   * shape}, i64s, holds. Sets the extents of {@code result}.
   */
  static void extents(NodeContext node, Value result, Value shape, List<Integer> axes) {
    for (int axis : axes) {
      Value n = element(node, shape, axis);
      node.extent(result, axis, bounded(node, n, result.type().shape().dim(axis)));
    }
  }

  /** The bounds of the {@code rank} dimensions of the result. */
  static Shape bounds(NodeContext node, int rank) {
    int[] dims = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      dims[axis] = node.bound(0, axis, "dimension " + axis);
    }
    return Shape.of(dims);
  }
}
