package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Cast;
import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.QuantizeLinear;
import dev.coppice.compiler.op.Requantize;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Convolutions and matrix products of 8-bit integers. ConvInteger, MatMulInteger, QLinearConv and
 * QLinearMatMul, since 10. Sums are exact; a sum becomes a level of the result by {@code
 * round(float(sum) * (xScale * wScale / yScale))}, each step in float32, ties to even, and the zero
 * point is added then, as ONNX Runtime does.
 */
final class IntegerImporter {
  private IntegerImporter() {}

  /** ConvInteger: x, w, zero point of x, zero points of w (one, or one per output channel). */
  static List<Value> conv(NodeContext node) {
    IntegerProduct p = new IntegerProduct(node);
    Value x = p.centred(node.input(0), single(node.optional(2), "x_zero_point"));
    Value w = p.centred(node.input(1), perChannel(p, node, node.optional(3), 1));
    return List.of(p.asInt32(convolved(node, p, List.of(x, w), 1)));
  }

  /** MatMulInteger: a, b, zero points of a (one, or per row) and of b (one, or per column). */
  static List<Value> matMul(NodeContext node) {
    IntegerProduct p = new IntegerProduct(node);
    Value a = p.centred(node.input(0), node.optional(2).map(z -> rows(p, node, z, 0)));
    Value b = p.centred(node.input(1), node.optional(3));
    return List.of(p.asInt32(multiplied(node, p, a, b)));
  }

  /** QLinearConv: x, w and y each with scale and zero point, then an int32 bias. */
  static List<Value> quantizedConv(NodeContext node) {
    IntegerProduct p = new IntegerProduct(node);
    int rank = node.shape(0).rank();
    Value x = p.centred(node.input(0), single(node.optional(2), "x_zero_point"));
    Value w = p.centred(node.input(3), perChannel(p, node, node.optional(5), 3));
    Value scale = scale(node, node.input(1), p.along(node.input(4), 1, rank), node.input(6));
    if (!node.has(8)) {
      Value sums = convolved(node, p, List.of(x, w), 3);
      return List.of(requantized(node, sums, scale, node.input(7), "y_zero_point"));
    }
    Value b = node.input(8);
    Tensor bias = node.constant(8, "B");
    int[] range = levels(constant(node, node.input(7), "y_zero_point"));
    Optional<ConstantChannels> channels =
        node.constant(w).isEmpty() || node.constant(scale).isEmpty()
            ? Optional.empty()
            : new ConstantChannels(node.constant(w).get(), bias, node.constant(scale).get())
                .replaced(p.magnitude(x), range[0], range[1]);
    if (channels.isPresent()) {
      w = node.constant(channels.get().weights());
      b = node.constant(channels.get().bias());
      scale = node.constant(channels.get().scale());
    }
    Value sums = biased(node, p, List.of(x, w), b);
    return List.of(requantized(node, sums, scale, node.input(7), "y_zero_point"));
  }

  /** The exact convolution with an int32 bias, which is added in float64 if it is large. */
  private static Value biased(NodeContext node, IntegerProduct p, List<Value> factors, Value b) {
    DType real = fitsFloat(node.constant(b).orElseThrow()) ? DType.FLOAT32 : DType.FLOAT64;
    Value bias = node.add(new Cast(real), b);
    if (real == DType.FLOAT32) {
      return convolved(node, p, List.of(factors.get(0), factors.get(1), bias), 3);
    }
    Value wide = node.add(new Cast(real), convolved(node, p, factors, 3));
    return node.add(new Add(), wide, p.along(bias, 1, node.shape(0).rank()));
  }

  /** QLinearMatMul: a, b and y each with scale and zero point. */
  static List<Value> quantizedMatMul(NodeContext node) {
    IntegerProduct p = new IntegerProduct(node);
    Value a = p.centred(node.input(0), node.optional(2).map(z -> rows(p, node, z, 0)));
    Value b = p.centred(node.input(3), node.optional(5));
    Value sums = multiplied(node, p, a, b);
    Value scale = scale(node, rows(p, node, node.input(1), 0), node.input(4), node.input(6));
    return List.of(requantized(node, sums, scale, node.input(7), "y_zero_point"));
  }

  /** The exact convolution of integers; operand {@code weights} of the node are its weights. */
  private static Value convolved(
      NodeContext node, IntegerProduct p, List<Value> operands, int weights) {
    WindowArguments window = WindowArguments.of(node, ConvImporter.kernel(node, weights));
    int group = node.attributes().integer("group", 1);
    Conv conv = new Conv(window.strides(), window.pads(), window.dilations(), group);
    Shape w = operands.get(1).type().shape();
    return p.sums(conv, operands, operands.get(1), w.sizeOf(1, w.rank()));
  }

  /** The exact matrix product of integers. */
  static Value multiplied(NodeContext node, IntegerProduct p, Value a, Value b) {
    Shape s = b.type().shape();
    int terms = s.dim(s.rank() == 1 ? 0 : -2);
    Value columns = b;
    if (s.rank() >= 2 && node.constant(b).isPresent()) {
      List<Integer> perm = new ArrayList<>(IntStream.range(0, s.rank()).boxed().toList());
      Collections.swap(perm, s.rank() - 2, s.rank() - 1);
      columns = node.add(new Transpose(perm), b);
    }
    return p.sums(new MatMul(), List.of(a, b), columns, terms);
  }

  /**
   * The level that each of {@code sums} times {@code scale} comes to, as an integer with {@code
   * zero} added.
   */
  static Value requantized(NodeContext node, Value sums, Value scale, Value zero, String role) {
    Tensor z = constant(node, zero, role);
    int[] range = levels(z);
    Value narrow = node.add(new Cast(DType.FLOAT32), sums);
    Value levels = node.add(new Requantize(false, range[0], range[1]), narrow, scale);
    return node.add(
        new QuantizeLinear(0),
        levels,
        node.scalar(DType.FLOAT32, 1),
        node.reshape(zero, List.of()));
  }

  /** Lowest and highest level around zero point {@code zero}. */
  private static int[] levels(Tensor zero) {
    int[] range = IntegerProduct.range(zero.dtype());
    int at = (int) zero.longAt(0);
    return new int[] {range[0] - at, range[1] - at};
  }

  private static Tensor constant(NodeContext node, Value value, String role) {
    if (value.type().shape().size() != 1) {
      throw new IllegalArgumentException(
          "operand '" + role + "' is " + value.type() + ", expected one value");
    }
    return node.constant(value)
        .orElseThrow(() -> node.notConstant("operand '" + role + "'", value));
  }

  /** {@code x * w / y} in their own type, as float32. */
  static Value scale(NodeContext node, Value x, Value w, Value y) {
    Value product = node.add(new Mul(), x, w);
    return node.add(new Cast(DType.FLOAT32), node.add(new Div(), product, y));
  }

  /** Whether float32 holds every value of {@code bias}. */
  static boolean fitsFloat(Tensor bias) {
    for (int i = 0; i < bias.size(); i++) {
      if (Math.abs(bias.longAt(i)) > 1 << 24) {
        return false;
      }
    }
    return true;
  }

  private static Optional<Value> single(Optional<Value> zero, String role) {
    if (zero.isPresent() && zero.get().type().shape().size() != 1) {
      throw new IllegalArgumentException(
          "operand '" + role + "' is " + zero.get().type() + ", expected one value");
    }
    return zero;
  }

  private static Optional<Value> perChannel(
      IntegerProduct p, NodeContext node, Optional<Value> zero, int weights) {
    return zero.map(z -> p.along(z, 0, node.shape(weights).rank()));
  }

  /** A vector with a value per row of operand {@code i} as a column; anything else as it is. */
  private static Value rows(IntegerProduct p, NodeContext node, Value v, int i) {
    int rank = node.shape(i).rank();
    return rank < 2 ? v : p.along(v, rank - 2, rank);
  }
}
