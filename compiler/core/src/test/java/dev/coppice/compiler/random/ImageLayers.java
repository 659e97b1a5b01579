package dev.coppice.compiler.random;

import static dev.coppice.compiler.random.RandomGraph.with;

import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.random.RandomGraph.Value;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Layers on float values {@code [n, c, h, w]} or {@code [n, c, w]}. */
final class ImageLayers {
  private final RandomGraph g;
  private final FloatLayers floats;

  ImageLayers(RandomGraph g, FloatLayers floats) {
    this.g = g;
    this.floats = floats;
  }

  /** A random layer on {@code x}. */
  void add(Value x) {
    switch (g.in(0, 11)) {
      case 0, 1, 2 -> conv(x);
      case 3 -> batchNorm(conv(x));
      case 4 -> floats.activation(batchNorm(conv(x)));
      case 5 -> residual(x);
      case 6 -> pool(x, "MaxPool");
      case 7 -> pool(x, "AveragePool");
      case 8 -> globalPool(x);
      case 9 -> batchNorm(x);
      case 10 -> branches(x);
      default -> upscale(x);
    }
  }

  /** Sizes, pads and steps of a window on the spatial axes. */
  private record Window(int[] kernel, int[] strides, int[] pads, int[] dilations, int[] output) {}

  private Window window(Value x, boolean dilated, boolean padded) {
    int n = x.rank() - 2;
    Window w = new Window(new int[n], new int[n], new int[2 * n], new int[n], new int[n]);
    for (int i = 0; i < n; i++) {
      int size = x.dim(i + 2);
      w.kernel[i] = g.in(1, Math.min(3, size));
      w.strides[i] = g.in(1, 2);
      w.dilations[i] = dilated && 2 * (w.kernel[i] - 1) < size ? g.in(1, 2) : 1;
      w.pads[i] = padded ? g.in(0, w.kernel[i] - 1) : 0;
      w.pads[i + n] = padded ? g.in(0, w.kernel[i] - 1) : 0;
      int extent = (w.kernel[i] - 1) * w.dilations[i] + 1;
      w.output[i] = (size + w.pads[i] + w.pads[i + n] - extent) / w.strides[i] + 1;
    }
    return w;
  }

  private static int[] shape(Value x, int channels, int[] spatial) {
    int[] dims = x.shape();
    dims[1] = channels;
    System.arraycopy(spatial, 0, dims, 2, spatial.length);
    return dims;
  }

  private static int[] join(int a, int b, int[] rest) {
    int[] dims = new int[rest.length + 2];
    dims[0] = a;
    dims[1] = b;
    System.arraycopy(rest, 0, dims, 2, rest.length);
    return dims;
  }

  private static int product(int[] sizes) {
    int product = 1;
    for (int s : sizes) {
      product *= s;
    }
    return product;
  }

  /** Ordinary, in groups, or depthwise; with or without a bias. */
  private Value conv(Value x) {
    int ic = x.dim(1);
    int group = g.chance(0.3) ? ic : g.chance(0.3) && ic % 2 == 0 ? 2 : 1;
    int oc = group * g.in(1, Math.max(1, 8 / group));
    Window w = window(x, true, true);
    int[] dims = shape(x, oc, w.output);
    if (!g.fits(dims)) {
      return x;
    }
    int fan = ic / group * product(w.kernel);
    String weights = g.weights(fan, join(oc, ic / group, w.kernel));
    String bias = g.chance(0.6) ? ", " + g.floats(0, 1, oc) : "";
    return g.node(
        "Conv(" + x.name() + ", " + weights + bias + ")",
        dims,
        with("group", group),
        with("strides", w.strides),
        with("pads", w.pads),
        with("dilations", w.dilations));
  }

  /** A convolution that keeps sizes and channels, and its operand added to it. */
  private Value residual(Value x) {
    int c = x.dim(1);
    int[] kernel = new int[x.rank() - 2];
    Arrays.fill(kernel, 3);
    String w = g.weights(c * product(kernel), join(c, c, kernel));
    Value y =
        g.node(
            "Conv(" + x.name() + ", " + w + ")",
            x.shape(),
            with("auto_pad", g.one("SAME_UPPER", "SAME_LOWER")));
    y = g.chance(0.5) ? batchNorm(y) : y;
    Value sum = g.node("Add(" + y.name() + ", " + x.name() + ")", x.shape());
    return g.chance(0.5) ? g.unary("Relu", sum) : sum;
  }

  /** Several convolutions of one value, joined along the channels. */
  private Value branches(Value x) {
    List<String> names = new ArrayList<>();
    int channels = 0;
    int count = g.in(2, 3);
    for (int i = 0; i < count; i++) {
      int oc = g.in(1, 4);
      int[] kernel = new int[x.rank() - 2];
      Arrays.fill(kernel, g.one(1, 1, 3));
      int ic = x.dim(1);
      String w = g.weights(ic * product(kernel), join(oc, ic, kernel));
      int[] dims = x.shape();
      dims[1] = oc;
      AttributeProto same = with("auto_pad", "SAME_UPPER");
      Value y = g.node("Conv(" + x.name() + ", " + w + ")", dims, same);
      names.add((g.chance(0.5) ? g.unary("Relu", y) : y).name());
      channels += oc;
    }
    int[] dims = x.shape();
    dims[1] = channels;
    return g.node("Concat(" + String.join(", ", names) + ")", dims, with("axis", 1));
  }

  private Value pool(Value x, String operator) {
    boolean max = operator.equals("MaxPool");
    Window w = window(x, false, true);
    List<AttributeProto> attributes = new ArrayList<>();
    attributes.add(with("kernel_shape", w.kernel));
    attributes.add(with("strides", w.strides));
    attributes.add(with("pads", w.pads));
    if (!max) {
      attributes.add(with("count_include_pad", g.in(0, 1)));
    }
    return g.node(
        operator + "(" + x.name() + ")",
        shape(x, x.dim(1), w.output),
        attributes.toArray(AttributeProto[]::new));
  }

  private Value globalPool(Value x) {
    int[] ones = new int[x.rank() - 2];
    Arrays.fill(ones, 1);
    String operator = g.one("GlobalAveragePool", "GlobalMaxPool");
    Value y = g.node(operator + "(" + x.name() + ")", shape(x, x.dim(1), ones));
    if (g.chance(0.5)) {
      // Squeeze and excitation.
      Value gate = g.unary("Sigmoid", conv(y));
      return gate.dim(1) == x.dim(1)
          ? g.node("Mul(" + x.name() + ", " + gate.name() + ")", x.shape())
          : gate;
    }
    return y;
  }

  private Value batchNorm(Value x) {
    int c = x.dim(1);
    String statistics =
        String.join(
            ", ", g.floats(1, 0.5, c), g.floats(0, 1, c), g.floats(0, 1, c), g.floats(1.5, 1, c));
    return g.node("BatchNormalization(" + x.name() + ", " + statistics + ")", x.shape());
  }

  private Value upscale(Value x) {
    int[] dims = x.shape();
    float[] scales = new float[x.rank()];
    for (int i = 0; i < x.rank(); i++) {
      scales[i] = i < 2 ? 1 : 2;
      dims[i] *= i < 2 ? 1 : 2;
    }
    if (!g.fits(dims)) {
      return pool(x, "MaxPool");
    }
    String factors = g.constant(Tensor.ofFloats(Shape.of(scales.length), scales));
    if (x.rank() == 4 && x.dim(1) % 4 == 0 && g.chance(0.4)) {
      int[] depth = {x.dim(0), x.dim(1) / 4, 2 * x.dim(2), 2 * x.dim(3)};
      return g.node("DepthToSpace(" + x.name() + ")", depth, with("blocksize", 2));
    }
    // Required before opset 13, where it is ignored.
    String roi = g.opset < 13 ? g.constant(Tensor.ofFloats(Shape.of(0))) : "";
    boolean nearest = g.chance(0.5);
    List<AttributeProto> attributes = new ArrayList<>();
    attributes.add(with("mode", nearest ? "nearest" : "linear"));
    attributes.add(with("coordinate_transformation_mode", nearest ? "asymmetric" : "half_pixel"));
    if (nearest) {
      attributes.add(with("nearest_mode", "floor"));
    }
    return g.node(
        "Resize(" + x.name() + ", " + roi + ", " + factors + ")",
        dims,
        attributes.toArray(AttributeProto[]::new));
  }
}
