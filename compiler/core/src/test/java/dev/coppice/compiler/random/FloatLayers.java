package dev.coppice.compiler.random;

import static dev.coppice.compiler.random.RandomGraph.with;

import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.random.RandomGraph.Value;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Layers on float values of any rank. All are continuous and none magnifies an error much, so that
 * results stay comparable.
 */
final class FloatLayers {
  private final RandomGraph g;

  FloatLayers(RandomGraph g) {
    this.g = g;
  }

  /** A random layer on {@code x}. */
  void add(Value x) {
    switch (g.in(0, 13)) {
      case 0, 1 -> activation(x);
      case 2 -> constantOperand(x);
      case 3, 4 -> pair(x);
      case 5 -> transpose(x);
      case 6 -> reshape(x);
      case 7 -> reduce(x);
      case 8 -> softmax(x);
      case 9 -> concat(x);
      case 10 -> slice(x);
      case 11 -> matMul(x);
      case 12 -> pad(x);
      default -> normalize(x);
    }
  }

  Value activation(Value x) {
    return switch (g.in(0, 12)) {
      case 0, 1, 2 -> g.unary("Relu", x);
      case 3 -> g.unary("LeakyRelu", x, with("alpha", 0.25f));
      case 4 -> g.unary("Sigmoid", x);
      case 5 -> g.unary("Tanh", x);
      case 6 -> g.unary("Elu", x);
      case 7 -> g.unary("HardSigmoid", x);
      case 8 -> g.unary("Abs", x);
      case 9 -> g.unary("Neg", x);
      case 10 -> g.unary("Softplus", x);
      case 11 -> {
        String bounds = g.floats(-1, 0) + ", " + g.floats(g.in(1, 6), 0);
        yield g.node("Clip(" + x.name() + ", " + bounds + ")", x.shape());
      }
      default -> swish(x);
    };
  }

  private Value swish(Value x) {
    Value gate = g.unary(g.one("Sigmoid", "HardSigmoid"), x);
    return g.node("Mul(" + x.name() + ", " + gate.name() + ")", x.shape());
  }

  /** Arithmetic with a constant that is broadcast along some axes. */
  private Value constantOperand(Value x) {
    int rank = g.in(0, x.rank());
    int[] dims =
        IntStream.range(x.rank() - rank, x.rank())
            .map(axis -> g.chance(0.5) ? x.dim(axis) : 1)
            .toArray();
    String operator = g.one("Add", "Sub", "Mul", "Div", "Max", "Min", "PRelu");
    String c = g.floats(1, 0.5, dims);
    boolean swapped = g.chance(0.3) && !operator.equals("Div") && !operator.equals("PRelu");
    String operands = swapped ? c + ", " + x.name() : x.name() + ", " + c;
    return g.node(operator + "(" + operands + ")", x.shape());
  }

  private Value pair(Value x) {
    Value y = g.chance(0.5) ? activation(x) : g.alike(x);
    String operator = g.one("Add", "Add", "Sub", "Max", "Min", "Sum", "Mean");
    return g.node(operator + "(" + x.name() + ", " + y.name() + ")", x.shape());
  }

  private Value transpose(Value x) {
    int[] perm = IntStream.range(0, x.rank()).toArray();
    for (int i = perm.length - 1; i > 0; i--) {
      int j = g.in(0, i);
      int swap = perm[i];
      perm[i] = perm[j];
      perm[j] = swap;
    }
    return g.node(
        "Transpose(" + x.name() + ")",
        Arrays.stream(perm).map(x::dim).toArray(),
        with("perm", perm));
  }

  /** Two axes become one, or a new axis of one element appears, or all become a row. */
  private Value reshape(Value x) {
    if (x.rank() > 1 && g.chance(0.2)) {
      int axis = g.in(0, x.rank());
      int rows = IntStream.range(0, axis).map(x::dim).reduce(1, (a, b) -> a * b);
      int[] flat = {rows, x.size() / rows};
      return g.node("Flatten(" + x.name() + ")", flat, with("axis", axis));
    }
    int[] dims;
    if (x.rank() > 2 && g.chance(0.6)) {
      int axis = g.in(0, x.rank() - 2);
      dims =
          IntStream.range(0, x.rank() - 1)
              .map(i -> i < axis ? x.dim(i) : i > axis ? x.dim(i + 1) : x.dim(i) * x.dim(i + 1))
              .toArray();
    } else {
      int axis = g.in(0, Math.min(x.rank(), 3));
      dims =
          IntStream.range(0, x.rank() + 1)
              .map(i -> i < axis ? x.dim(i) : i > axis ? x.dim(i - 1) : 1)
              .toArray();
      if (dims.length > 4) {
        return transpose(x);
      }
    }
    long[] target = Arrays.stream(dims).asLongStream().toArray();
    if (g.chance(0.5)) {
      target[g.in(0, target.length - 1)] = -1;
    }
    return g.node("Reshape(" + x.name() + ", " + g.longs(target) + ")", dims);
  }

  private Value reduce(Value x) {
    int axis = g.in(0, x.rank() - 1);
    boolean keep = x.rank() < 3 || g.chance(0.5);
    int[] dims =
        IntStream.range(0, x.rank())
            .filter(i -> keep || i != axis)
            .map(i -> i == axis ? 1 : x.dim(i))
            .toArray();
    AttributeProto keepdims = with("keepdims", keep ? 1 : 0);
    if (g.chance(0.3) && g.opset >= 13) {
      String sum = "ReduceSum(" + x.name() + ", " + g.longs(axis) + ")";
      return g.node(sum, dims, keepdims);
    }
    String operator = g.one("ReduceMean", "ReduceMax", "ReduceMin", "ReduceL1");
    AttributeProto axes = with("axes", new int[] {g.chance(0.5) ? axis : axis - x.rank()});
    return g.node(operator + "(" + x.name() + ")", dims, axes, keepdims);
  }

  private Value softmax(Value x) {
    int axis = g.in(0, x.rank() - 1);
    return g.unary(g.one("Softmax", "Softmax", "LogSoftmax"), x, with("axis", axis));
  }

  private Value concat(Value x) {
    int axis = g.in(0, x.rank() - 1);
    Value y = g.chance(0.5) ? activation(x) : g.alike(x);
    int[] dims = x.shape();
    dims[axis] *= 2;
    return g.fits(dims)
        ? g.node("Concat(" + x.name() + ", " + y.name() + ")", dims, with("axis", axis))
        : slice(x);
  }

  private Value slice(Value x) {
    int axis = g.in(0, x.rank() - 1);
    int start = g.in(0, x.dim(axis) - 1);
    int step = g.in(1, 2);
    int end = g.in(start + 1, x.dim(axis));
    int[] dims = x.shape();
    dims[axis] = (end - start + step - 1) / step;
    String arguments =
        String.join(", ", g.longs(start), g.longs(end), g.longs(axis), g.longs(step));
    return g.node("Slice(" + x.name() + ", " + arguments + ")", dims);
  }

  private Value pad(Value x) {
    long[] pads = new long[2 * x.rank()];
    int[] dims = x.shape();
    for (int i = Math.max(0, x.rank() - 2); i < x.rank(); i++) {
      pads[i] = g.in(0, 1);
      pads[i + x.rank()] = g.in(0, 1);
      dims[i] += (int) (pads[i] + pads[i + x.rank()]);
    }
    boolean one = IntStream.of(x.shape()).anyMatch(d -> d < 2);
    String mode = one ? "constant" : g.one("constant", "edge", "reflect");
    String arguments = g.longs(pads) + (mode.equals("constant") ? ", " + g.floats(0.5, 0) : "");
    return g.fits(dims)
        ? g.node("Pad(" + x.name() + ", " + arguments + ")", dims, with("mode", mode))
        : slice(x);
  }

  Value matMul(Value x) {
    int k = x.dim(x.rank() - 1);
    int n = g.in(1, 9);
    int[] dims = x.shape();
    dims[x.rank() - 1] = n;
    if (x.rank() == 1 || !g.fits(dims)) {
      return activation(x);
    }
    if (x.rank() == 2 && g.chance(0.5)) {
      boolean transposed = g.chance(0.5);
      String w = transposed ? g.weights(k, n, k) : g.weights(k, k, n);
      String bias = g.chance(0.7) ? ", " + g.floats(0, 1, g.one(n, 1)) : "";
      return g.node(
          "Gemm(" + x.name() + ", " + w + bias + ")",
          dims,
          with("transB", transposed ? 1 : 0),
          with("alpha", g.one(1f, 0.5f)),
          with("beta", g.one(1f, 2f)));
    }
    Value y = g.node("MatMul(" + x.name() + ", " + g.weights(k, k, n) + ")", dims);
    return g.chance(0.5) ? g.node("Add(" + g.floats(0, 1, n) + ", " + y.name() + ")", dims) : y;
  }

  /** Layer normalization, as one operator or spelt out. */
  private Value normalize(Value x) {
    int n = x.dim(x.rank() - 1);
    // ONNX Runtime refuses to normalize one element.
    if (g.opset >= 17 && n > 1 && g.chance(0.5)) {
      String arguments = g.floats(1, 0.5, n) + ", " + g.floats(0, 0.5, n);
      return g.node(
          "LayerNormalization(" + x.name() + ", " + arguments + ")",
          x.shape(),
          with("axis", -1),
          with("epsilon", 0.1f));
    }
    int[] one = x.shape();
    one[x.rank() - 1] = 1;
    AttributeProto axes = with("axes", new int[] {-1});
    Value mean = g.node("ReduceMean(" + x.name() + ")", one, axes);
    Value centred = g.node("Sub(" + x.name() + ", " + mean.name() + ")", x.shape());
    String c = centred.name();
    Value square = g.node("Mul(" + c + ", " + c + ")", x.shape());
    Value variance = g.node("ReduceMean(" + square.name() + ")", one, axes);
    Value shifted = g.node("Add(" + variance.name() + ", " + g.floats(0.1, 0) + ")", one);
    Value root = g.unary("Sqrt", shifted);
    return g.node("Div(" + c + ", " + root.name() + ")", x.shape());
  }
}
