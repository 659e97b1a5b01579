package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Arithmetic on constants, in double; results are stored in the constants' type. */
final class Constants {
  private Constants() {}

  /** Whether rewrites that reassociate may touch values of this type. */
  static boolean isReal(TensorType type) {
    return type.dtype() == DType.FLOAT32 || type.dtype() == DType.FLOAT64;
  }

  /** Whether {@code v} is a constant whose elements are all {@code x}. */
  static boolean isAll(Graph graph, Value v, double x) {
    Optional<Tensor> data = graph.constant(v);
    return data.isPresent() && isAll(data.get(), x);
  }

  private static boolean isAll(Tensor data, double x) {
    int n = data.isSplat() ? Math.min(1, data.size()) : data.size();
    for (int i = 0; i < n; i++) {
      if (data.doubleAt(i) != x) {
        return false;
      }
    }
    return true;
  }

  /** {@code f} of each element of {@code data}. */
  static Tensor map(Tensor data, DoubleUnaryOperator f) {
    return data.isSplat() && data.size() > 0
        ? Tensor.splat(data.type(), f.applyAsDouble(data.doubleAt(0)))
        : Tensor.fromDoubles(data.type(), i -> f.applyAsDouble(data.doubleAt(i)));
  }

  /** {@code f} of the elements of {@code a} and {@code b}, broadcast. */
  static Tensor combine(Tensor a, Tensor b, DoubleBinaryOperator f) {
    Shape shape = Shape.broadcast(a.shape(), b.shape());
    TensorType type = a.type().with(shape);
    if (a.isSplat() && b.isSplat() && shape.size() > 0) {
      return Tensor.splat(type, f.applyAsDouble(a.doubleAt(0), b.doubleAt(0)));
    }
    int[] fromA = sources(a.shape(), shape);
    int[] fromB = sources(b.shape(), shape);
    return Tensor.fromDoubles(
        type, i -> f.applyAsDouble(a.doubleAt(fromA[i]), b.doubleAt(fromB[i])));
  }

  /** For each element of {@code shape} the element of {@code own} that broadcasts to it. */
  private static int[] sources(Shape own, Shape shape) {
    int[] strides = shape.strides();
    int[] ownStrides = own.strides();
    int shift = shape.rank() - own.rank();
    int[] sources = new int[shape.size()];
    Arrays.setAll(
        sources,
        i -> {
          int source = 0;
          for (int axis = 0; axis < own.rank(); axis++) {
            int at = i / strides[axis + shift] % shape.dim(axis + shift);
            source += own.dim(axis) == 1 ? 0 : at * ownStrides[axis];
          }
          return source;
        });
    return sources;
  }

  /**
   * The values by which constant {@code v} acts on the places along {@code axis} of a tensor of
   * shape {@code x}, if it broadcasts to that shape and differs along {@code axis} only.
   */
  static Optional<double[]> along(Graph graph, Value v, Shape x, int axis) {
    Optional<Tensor> data = graph.constant(v);
    Shape own = v.type().shape();
    if (data.isEmpty() || x.rank() == 0 || !broadcastsTo(own, x)) {
      return Optional.empty();
    }
    double[] values = new double[x.dim(axis)];
    int at = axis - x.rank() + own.rank();
    boolean one = own.size() == 1 || data.get().isSplat() && own.size() > 0;
    if (!one && (at < 0 || own.dim(at) != own.size() || own.size() != values.length)) {
      return Optional.empty();
    }
    Arrays.setAll(values, i -> data.get().doubleAt(one ? 0 : i));
    return Optional.of(values);
  }

  /** Whether broadcasting {@code from} with {@code to} gives {@code to}. */
  static boolean broadcastsTo(Shape from, Shape to) {
    if (from.rank() > to.rank()) {
      return false;
    }
    for (int axis = 1; axis <= from.rank(); axis++) {
      if (from.dim(-axis) != 1 && from.dim(-axis) != to.dim(-axis)) {
        return false;
      }
    }
    return true;
  }

  /**
   * {@code values} as a tensor that broadcasts along {@code axis} of tensors of type {@code x}:
   * {@code [n, 1, ...]}.
   */
  static Tensor alongAxis(double[] values, TensorType x, int axis) {
    int[] dims = new int[x.shape().rank() - axis];
    Arrays.fill(dims, 1);
    dims[0] = values.length;
    return Tensor.fromDoubles(x.with(Shape.of(dims)), i -> values[i]);
  }

  /** {@code values} as a vector of the element type of {@code like}. */
  static Tensor vector(double[] values, TensorType like) {
    return Tensor.fromDoubles(like.with(Shape.of(values.length)), i -> values[i]);
  }

  /** {@code w} with each element times the factor of its place along {@code axis}. */
  static Tensor scale(Tensor w, int axis, double[] factors) {
    int inner = w.shape().sizeOf(axis + 1, w.shape().rank());
    if (w.isSplat() && Arrays.stream(factors).allMatch(f -> f == factors[0])) {
      return map(w, x -> x * factors[0]);
    }
    return Tensor.fromDoubles(w.type(), i -> w.doubleAt(i) * factors[i / inner % factors.length]);
  }
}
