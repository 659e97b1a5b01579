package dev.coppice.compiler.compress.testing;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.Random;

/**
 * Random networks in which channels take every way that pruning has to follow: residual sums,
 * depthwise and grouped convolutions, joins and cuts, shuffles, gates, padded shortcuts,
 * flattening, recurrent cells. They are small, so that interpreting them takes milliseconds.
 */
public final class RandomChannelGraphs {
  private final Random random;
  private final OnnxModels model = OnnxModels.graph();
  private int names;

  private String value = "x";
  private int channels;
  private int size;

  private RandomChannelGraphs(long seed) {
    random = new Random(seed);
    channels = 2 + random.nextInt(3);
    size = 6 + 2 * random.nextInt(2);
  }

  /** The graph of {@code seed}: input {@code x: [1, C, S, S]}, output {@code y: [1, 5]}. */
  public static OnnxGraph of(long seed) {
    return new RandomChannelGraphs(seed).make(seed);
  }

  private OnnxGraph make(long seed) {
    model.input("x", DType.FLOAT32, 1, channels, size, size);
    conv(8);
    int blocks = 2 + random.nextInt(4);
    for (int i = 0; i < blocks; i++) {
      block(random.nextInt(13));
    }
    head();
    return OnnxGraph.of(model.model(13), ImportOptions.of("random" + seed + ".onnx"));
  }

  private void block(int kind) {
    switch (kind) {
      case 0 -> residual();
      case 1 -> depthwise();
      case 2 -> join();
      case 3 -> grouped();
      case 4 -> batchNorm();
      case 5 -> cut();
      case 6 -> shuffle();
      case 7 -> gate();
      case 8 -> shortcut();
      case 9 -> transposed();
      case 10 -> pool();
      case 11 -> pick();
      default -> conv(4 * (1 + random.nextInt(3)));
    }
  }

  private String name(String stem) {
    return stem + names++;
  }

  private String node(String type, String operands, Object... attributes) {
    String result = name("v");
    var made = new dev.coppice.compiler.onnx.wire.proto.AttributeProto[attributes.length / 2];
    for (int i = 0; i < made.length; i++) {
      made[i] = OnnxModels.attribute((String) attributes[2 * i], attributes[2 * i + 1]);
    }
    model.node(result + " = " + type + "(" + operands + ")", made);
    return result;
  }

  private String floats(double scale, int... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * scale);
    }
    String name = name("w");
    model.initializer(name, Tensor.ofFloats(shape, values));
    return name;
  }

  private String longs(long... values) {
    String name = name("i");
    model.initializer(name, Tensor.ofLongs(Shape.of(values.length), values));
    return name;
  }

  private void activate() {
    String[] functions = {"Relu", "Sigmoid", "Tanh", "LeakyRelu", "Relu"};
    value = node(functions[random.nextInt(functions.length)], value);
  }

  private String convolved(String from, int inputs, int outputs, int kernel, int groups) {
    String w =
        floats(
            1 / Math.sqrt(inputs / groups * kernel * kernel),
            outputs,
            inputs / groups,
            kernel,
            kernel);
    String b = random.nextBoolean() ? ", " + floats(0.5, outputs) : "";
    int pad = kernel / 2;
    return node(
        "Conv", from + ", " + w + b, "group", groups, "pads", new int[] {pad, pad, pad, pad});
  }

  private void conv(int outputs) {
    value = convolved(value, channels, outputs, random.nextBoolean() ? 3 : 1, 1);
    channels = outputs;
    activate();
  }

  private void residual() {
    String shortcut = value;
    int width = channels;
    conv(4 + random.nextInt(5));
    String back = convolved(value, channels, width, 3, 1);
    channels = width;
    value = node(random.nextInt(4) == 0 ? "Sub" : "Add", back + ", " + shortcut);
    activate();
  }

  private void depthwise() {
    int times = 1 + random.nextInt(2);
    value = convolved(value, channels, channels * times, 3, channels);
    channels *= times;
    activate();
  }

  private void grouped() {
    if (channels % 4 == 0) {
      int outputs = 4 * (1 + random.nextInt(3));
      value = convolved(value, channels, outputs, 3, random.nextInt(3) == 0 ? 4 : 2);
      channels = outputs;
      activate();
    }
  }

  private void join() {
    String a = convolved(value, channels, 3, 1, 1);
    String b = node("Relu", convolved(value, channels, 5, 3, 1));
    String own = random.nextBoolean() ? ", " + value : "";
    value = node("Concat", a + ", " + b + own, "axis", 1);
    channels = 8 + (own.isEmpty() ? 0 : channels);
  }

  private void batchNorm() {
    String variance = name("w");
    float[] v = new float[channels];
    for (int i = 0; i < v.length; i++) {
      v[i] = 0.5f + random.nextFloat();
    }
    model.initializer(variance, Tensor.ofFloats(Shape.of(channels), v));
    value =
        node(
            "BatchNormalization",
            String.join(
                ", ",
                value,
                floats(1, channels),
                floats(0.3, channels),
                floats(0.3, channels),
                variance));
    value = node("PRelu", value + ", " + floats(0.3, channels, 1, 1));
  }

  private void cut() {
    if (channels % 2 == 0) {
      String a = name("v");
      String b = name("v");
      model.node(a + ", " + b + " = Split(" + value + ")", OnnxModels.attribute("axis", 1));
      channels /= 2;
      value = node("Add", convolved(a, channels, channels, 3, 1) + ", " + b);
      activate();
    }
  }

  private void shuffle() {
    if (channels % 2 == 0) {
      String wide = longs(1, 2, channels / 2, size, size);
      String flat = longs(1, -1, size, size);
      String apart = node("Reshape", value + ", " + wide);
      String turned = node("Transpose", apart, "perm", new int[] {0, 2, 1, 3, 4});
      value = node("Reshape", turned + ", " + flat);
    }
  }

  /** A block that squeezes, excites and weighs. */
  private void gate() {
    String mean = node("GlobalAveragePool", value);
    String less = node("Relu", convolved(mean, channels, 4, 1, 1));
    String gate = node("Sigmoid", convolved(less, 4, channels, 1, 1));
    value = node("Mul", value + ", " + gate);
  }

  /** Every second pixel, with zero channels around. */
  private void shortcut() {
    if (size % 2 == 0 && size > 3) {
      int wider = channels + 4;
      String w = floats(0.3, wider, channels, 3, 3);
      String down =
          node(
              "Conv",
              value + ", " + w,
              "strides",
              new int[] {2, 2},
              "pads",
              new int[] {1, 1, 1, 1});
      String some =
          node(
              "Slice",
              String.join(", ", value, longs(0, 0), longs(size, size), longs(2, 3), longs(2, 2)));
      String padded = node("Pad", some + ", " + longs(0, 2, 0, 0, 0, 2, 0, 0));
      value = node("Add", down + ", " + padded);
      channels = wider;
      size /= 2;
      activate();
    }
  }

  private void transposed() {
    int outputs = 4 + random.nextInt(4);
    String w = floats(0.4, channels, outputs, 3, 3);
    value =
        node(
            "ConvTranspose",
            value + ", " + w + ", " + floats(0.2, outputs),
            "pads",
            new int[] {1, 1, 1, 1});
    channels = outputs;
    activate();
  }

  private void pool() {
    if (size > 4) {
      value =
          node(
              random.nextBoolean() ? "MaxPool" : "AveragePool",
              value,
              "kernel_shape",
              new int[] {2, 2});
      size--;
    }
  }

  /** Channels by a range with steps, or by a list. */
  private void pick() {
    if (channels >= 6) {
      if (random.nextBoolean()) {
        value =
            node("Slice", String.join(", ", value, longs(1), longs(channels), longs(1), longs(2)));
        channels = channels / 2;
      } else {
        long[] list = new long[channels - 2];
        for (int i = 0; i < list.length; i++) {
          list[i] = random.nextInt(3) == 0 ? i : channels - 1 - i;
        }
        value = node("Gather", value + ", " + longs(list), "axis", 1);
        channels = list.length;
      }
    }
  }

  private void head() {
    switch (random.nextInt(4)) {
      case 0 -> {
        value = node("Flatten", node("GlobalAveragePool", value), "axis", 1);
      }
      case 1 -> {
        value = node("Flatten", value, "axis", 1);
        channels *= size * size;
      }
      case 2 -> {
        value = node("ReduceMean", value, "axes", new int[] {2, 3}, "keepdims", 0);
        String product = node("MatMul", value + ", " + floats(0.4, channels, 7));
        value = node("Relu", node("Add", product + ", " + floats(0.3, 7)));
        channels = 7;
      }
      default -> recurrent();
    }
    model
        .node(
            "y = Gemm(" + value + ", " + floats(0.5, 5, channels) + ", " + floats(1, 5) + ")",
            OnnxModels.attribute("transB", 1))
        .output("y", DType.FLOAT32, 1, 5);
  }

  /** Rows of the picture as time. */
  private void recurrent() {
    String rows = node("ReduceMean", value, "axes", new int[] {3}, "keepdims", 0);
    String steps = node("Transpose", rows, "perm", new int[] {2, 0, 1});
    boolean both = random.nextBoolean();
    String cell = random.nextBoolean() ? "LSTM" : "GRU";
    int gates = cell.equals("LSTM") ? 4 : 3;
    int hidden = 5;
    int directions = both ? 2 : 1;
    String operands =
        String.join(
            ", ",
            steps,
            floats(0.5, directions, gates * hidden, channels),
            floats(0.5, directions, gates * hidden, hidden),
            floats(0.3, directions, 2 * gates * hidden));
    String all =
        node(
            cell, operands, "hidden_size", hidden, "direction", both ? "bidirectional" : "forward");
    String turned = node("Transpose", all, "perm", new int[] {0, 2, 1, 3});
    String joined = node("Reshape", turned + ", " + longs(0, 0, -1));
    value = node("ReduceMean", joined, "axes", new int[] {0}, "keepdims", 0);
    channels = hidden * directions;
  }
}
