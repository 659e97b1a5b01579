package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Cast;
import dev.coppice.compiler.op.DequantizeLinear;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A sum of products of 8-bit integers, computed in floats without any rounding: float32 holds every
 * integer up to 2^24, and where the sums could exceed that, float64 holds every sum of 32 bits.
 */
final class IntegerProduct {
  /** Up to here float32 holds every integer. */
  static final double EXACT_IN_FLOAT32 = 1 << 24;

  private final NodeContext node;

  /** Products of operands of {@code node}. */
  IntegerProduct(NodeContext node) {
    this.node = node;
  }

  /**
   * The integers {@code x - zero} as float32.
   *
   * @param zero one value, or a shape that broadcasts to {@code x}
   */
  Value centred(Value x, Optional<Value> zero) {
    DType dtype = x.type().dtype();
    if (dtype != DType.INT8 && dtype != DType.UINT8) {
      throw new IllegalArgumentException("operand is " + x.type() + ", expected int8 or uint8");
    }
    if (zero.isPresent() && zero.get().type().dtype() != dtype) {
      throw new IllegalArgumentException(
          "zero point is " + zero.get().type() + " for an operand of type " + x.type());
    }
    if (zero.isEmpty() || zero.get().type().shape().size() == 1) {
      Value z = zero.map(v -> node.reshape(v, List.of())).orElseGet(() -> node.scalar(dtype, 0));
      return node.add(new DequantizeLinear(0), x, node.scalar(DType.FLOAT32, 1), z);
    }
    Value wide = node.add(new Cast(DType.INT32), x);
    Value difference = node.add(new Sub(), wide, node.add(new Cast(DType.INT32), zero.get()));
    return node.add(new Cast(DType.FLOAT32), difference);
  }

  /**
   * The exact result of {@code op}, a sum of products.
   *
   * @param operands integers as float32: two factors, the second of them the weights, then possibly
   *     what is added
   * @param rows the weights, each run of {@code terms} of which belongs to one sum if they are
   *     constant
   * @param terms products in a sum
   * @return float32 or float64
   */
  Value sums(Op op, List<Value> operands, Value rows, int terms) {
    double most = largestSum(rows, terms) * magnitude(operands.get(0));
    for (Value added : operands.subList(2, operands.size())) {
      most += magnitude(added);
    }
    if (most <= EXACT_IN_FLOAT32) {
      return node.emit(op, operands).get(0);
    }
    List<Value> wide = new ArrayList<>();
    operands.forEach(v -> wide.add(node.add(new Cast(DType.FLOAT64), v)));
    return node.emit(op, wide).get(0);
  }

  /** The largest sum of magnitudes of the weights in one sum. */
  private double largestSum(Value weights, int terms) {
    Optional<Tensor> data = node.constant(weights);
    if (data.isEmpty() || terms == 0 || data.get().size() % terms != 0) {
      return terms * magnitude(weights);
    }
    double most = 0;
    for (int from = 0; from < data.get().size(); from += terms) {
      double sum = 0;
      for (int i = from; i < from + terms; i++) {
        sum += Math.abs(data.get().doubleAt(i));
      }
      most = Math.max(most, sum);
    }
    return most;
  }

  /** The largest magnitude that {@code v} can have: that of its type unless it is constant. */
  double magnitude(Value v) {
    Optional<Tensor> data = node.constant(v);
    double most = 0;
    for (int i = 0; data.isPresent() && i < data.get().size(); i++) {
      most = Math.max(most, Math.abs(data.get().doubleAt(i)));
    }
    return data.isPresent() ? most : 255;
  }

  /** {@code sums} as int32, which overflow wraps. */
  Value asInt32(Value sums) {
    return node.add(new Cast(DType.INT32), sums);
  }

  /** {@code x} reshaped so that its only axis is {@code axis} of {@code rank}. */
  Value along(Value x, int axis, int rank) {
    Shape own = x.type().shape();
    if (own.size() == 1 || own.rank() != 1) {
      return x;
    }
    List<Integer> dims = new ArrayList<>(java.util.Collections.nCopies(rank - axis, 1));
    dims.set(0, own.dim(0));
    return node.reshape(x, dims);
  }

  /** The levels of {@code dtype}, as {@code [lowest, highest]}. */
  static int[] range(DType dtype) {
    TensorType one = new TensorType(dtype, Shape.SCALAR);
    if (dtype != DType.INT8 && dtype != DType.UINT8) {
      throw new IllegalArgumentException("result is " + one + ", expected int8 or uint8");
    }
    return dtype == DType.INT8 ? new int[] {-128, 127} : new int[] {0, 255};
  }
}
