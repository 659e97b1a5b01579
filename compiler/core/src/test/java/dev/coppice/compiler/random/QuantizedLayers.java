package dev.coppice.compiler.random;

import static dev.coppice.compiler.random.RandomGraph.with;

import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.random.RandomGraph.Value;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.stream.IntStream;

/**
 * Layers of a quantized network as exporters write them: every activation goes through
 * QuantizeLinear and DequantizeLinear, weights are int8 and biases int32. Scales are powers of two
 * and sums are short, so that float arithmetic is exact in any order and results must be equal.
 */
final class QuantizedLayers {
  /** Scales of activations, weights and biases multiply to powers of two as well. */
  private static final int MOST_SHIFT = 3;

  private final RandomGraph g;

  QuantizedLayers(RandomGraph g) {
    this.g = g;
  }

  /** A random layer on {@code x}. */
  void add(Value x) {
    boolean image = x.rank() == 4;
    switch (g.in(0, 9)) {
      case 0, 1, 2, 3 -> quantize(rectified(image ? conv(x) : matMul(x)));
      case 4 -> quantize(rectified(sum(x, g.alike(x))));
      case 5 -> quantize(sum(x, quantize(image ? depthwise(x) : rectified(x))));
      case 6 -> quantize(image ? maxPool(x) : rectified(x));
      case 7 -> quantize(concat(x));
      case 8 -> quantize(image ? averagePool(x) : matMul(x));
      default -> quantize(reshaped(x));
    }
  }

  private float scale() {
    return (float) Math.scalb(1.0, -g.in(1, MOST_SHIFT));
  }

  private String scalar(DType dtype, long value) {
    return g.constant(Tensor.splatLong(TensorType.of(dtype), value));
  }

  /** {@code x} rounded to 8 bits and back. */
  Value quantize(Value x) {
    String scale = g.constant(Tensor.scalar(scale()));
    boolean unsigned = g.chance(0.6);
    DType dtype = unsigned ? DType.UINT8 : DType.INT8;
    String zero = scalar(dtype, unsigned ? g.one(0, 128, 100) : g.one(0, -128, 7));
    String steps = ", " + scale + ", " + zero + ")";
    Value q = g.hidden("QuantizeLinear(" + x.name() + steps, x.shape());
    return g.node("DequantizeLinear(" + q.name() + steps, x.shape());
  }

  /** Integers in [-bound, bound] under scales, one or one for each of the first axis. */
  private Value constant(DType dtype, int bound, boolean perChannel, int... dims) {
    Tensor data = Tensor.fromLongs(new TensorType(dtype, Shape.of(dims)), i -> g.in(-bound, bound));
    if (!perChannel) {
      String scale = g.constant(Tensor.scalar(scale() / 8));
      return g.hidden("DequantizeLinear(" + g.constant(data) + ", " + scale + ")", dims);
    }
    float[] scales = new float[dims[0]];
    IntStream.range(0, scales.length).forEach(i -> scales[i] = scale() / 8);
    String scale = g.constant(Tensor.ofFloats(Shape.of(scales.length), scales));
    AttributeProto axis = with("axis", 0);
    return g.hidden("DequantizeLinear(" + g.constant(data) + ", " + scale + ")", dims, axis);
  }

  private Value conv(Value x) {
    int oc = g.in(1, 8);
    int k = g.in(1, Math.min(3, Math.min(x.dim(2), x.dim(3))));
    return conv(x, oc, 1, k);
  }

  private Value depthwise(Value x) {
    return conv(x, x.dim(1), x.dim(1), 1);
  }

  private Value conv(Value x, int oc, int group, int k) {
    int stride = k == 1 ? 1 : g.in(1, 2);
    int pad = k == 3 && g.chance(0.5) ? 1 : 0;
    int[] dims = {
      x.dim(0), oc, (x.dim(2) + 2 * pad - k) / stride + 1, (x.dim(3) + 2 * pad - k) / stride + 1
    };
    boolean perChannel = g.opset >= 13 && g.chance(0.5);
    Value w = constant(DType.INT8, 20, perChannel, oc, x.dim(1) / group, k, k);
    Value b = constant(DType.INT32, 300, false, oc);
    String bias = g.chance(0.7) ? ", " + b.name() : "";
    return g.node(
        "Conv(" + x.name() + ", " + w.name() + bias + ")",
        dims,
        with("group", group),
        with("strides", new int[] {stride, stride}),
        with("pads", new int[] {pad, pad, pad, pad}));
  }

  private Value matMul(Value x) {
    int k = x.dim(x.rank() - 1);
    int n = g.in(1, 8);
    int[] dims = x.shape();
    dims[x.rank() - 1] = n;
    if (x.rank() == 2 && g.chance(0.5)) {
      Value w = constant(DType.INT8, 20, g.opset >= 13 && g.chance(0.5), n, k);
      Value b = constant(DType.INT32, 300, false, n);
      String operands = x.name() + ", " + w.name() + ", " + b.name();
      return g.node("Gemm(" + operands + ")", dims, with("transB", 1));
    }
    Value w = constant(DType.INT8, 20, false, k, n);
    return g.node("MatMul(" + x.name() + ", " + w.name() + ")", dims);
  }

  private Value rectified(Value x) {
    return switch (g.in(0, 2)) {
      case 0 -> g.unary("Relu", x);
      case 1 -> {
        String bounds = g.floats(0, 0) + ", " + g.floats(6, 0);
        yield g.node("Clip(" + x.name() + ", " + bounds + ")", x.shape());
      }
      default -> x;
    };
  }

  private Value sum(Value x, Value y) {
    String operator = g.one("Add", "Add", "Sub");
    return x.dims().equals(y.dims())
        ? g.node(operator + "(" + x.name() + ", " + y.name() + ")", x.shape())
        : y;
  }

  private Value concat(Value x) {
    int axis = g.in(0, x.rank() - 1);
    int[] dims = x.shape();
    dims[axis] *= 2;
    return g.fits(dims)
        ? g.node("Concat(" + x.name() + ", " + g.alike(x).name() + ")", dims, with("axis", axis))
        : x;
  }

  private Value maxPool(Value x) {
    int k = Math.min(2, Math.min(x.dim(2), x.dim(3)));
    int[] dims = {x.dim(0), x.dim(1), x.dim(2) - k + 1, x.dim(3) - k + 1};
    return g.node("MaxPool(" + x.name() + ")", dims, with("kernel_shape", new int[] {k, k}));
  }

  /** Windows of one, two or four elements, whose mean is exact. */
  private Value averagePool(Value x) {
    int kh = Math.min(2, x.dim(2));
    int kw = Math.min(2, x.dim(3));
    int[] dims = {x.dim(0), x.dim(1), x.dim(2) - kh + 1, x.dim(3) - kw + 1};
    int[] kernel = {kh, kw};
    return g.node("AveragePool(" + x.name() + ")", dims, with("kernel_shape", kernel));
  }

  private Value reshaped(Value x) {
    if (g.chance(0.4)) {
      int[] flat = {x.dim(0), x.size() / x.dim(0)};
      return flat[1] <= 72 ? g.node("Flatten(" + x.name() + ")", flat) : x;
    }
    int[] perm = IntStream.range(0, x.rank()).toArray();
    int last = perm.length - 1;
    perm[last] = last - 1;
    perm[last - 1] = last;
    int[] dims = IntStream.of(perm).map(x::dim).toArray();
    return g.node("Transpose(" + x.name() + ")", dims, with("perm", perm));
  }
}
