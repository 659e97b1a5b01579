package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Random convolutional networks full of what can be merged, equal for equal seeds. */
final class RandomConvGraphs {
  private final SplittableRandom random;
  private final OnnxModels model = OnnxModels.graph();
  private final List<Value> values = new ArrayList<>();
  private int names;

  /** A value {@code [2, channels, height, width]}. */
  private record Value(String name, int channels, int height, int width) {}

  private RandomConvGraphs(long seed) {
    random = new SplittableRandom(seed);
  }

  /** The network of {@code seed}. */
  static OnnxGraph of(long seed) {
    return new RandomConvGraphs(seed).build();
  }

  private OnnxGraph build() {
    Value x = new Value("x", 2 * (1 + random.nextInt(2)), 9 + random.nextInt(4), 11);
    model.input("x", DType.FLOAT32, 2, x.channels(), x.height(), x.width());
    values.add(x);
    int steps = 4 + random.nextInt(6);
    for (int i = 0; i < steps; i++) {
      values.add(step(values.get(values.size() - 1)));
    }
    Value last = values.get(values.size() - 1);
    if (random.nextInt(4) == 0) {
      model.output(last.name());
    } else {
      classifier(last);
    }
    if (random.nextInt(4) == 0 && values.size() > 2) {
      String tapped = values.get(1 + random.nextInt(values.size() - 2)).name();
      if (model.build().getOutputList().stream().noneMatch(o -> o.getName().equals(tapped))) {
        model.output(tapped);
      }
    }
    return OnnxGraph.of(model.model(13), ImportOptions.of("m.onnx"));
  }

  private Value step(Value x) {
    return switch (random.nextInt(12)) {
      case 0, 1 -> conv(x, 1 + random.nextInt(3));
      case 2 -> norm(conv(x, 3));
      case 3 -> unary(scaled(norm(conv(x, 1))));
      case 4 -> residual(x);
      case 5 -> branches(x);
      case 6 -> scaled(x);
      case 7 -> unary(x);
      case 8 -> pool(x);
      case 9 -> padded(x);
      case 10 -> identity(x);
      default -> norm(scaled(x));
    };
  }

  private Value conv(Value x, int k) {
    int group = x.channels() % 2 == 0 && random.nextInt(4) == 0 ? 2 : 1;
    int out = group * (1 + random.nextInt(4));
    int stride = x.height() > 7 ? 1 + random.nextInt(2) : 1;
    int top = random.nextInt(k);
    int left = random.nextInt(k);
    int bottom = Math.max(0, Math.min(k - 1, k - x.height() + 1));
    int kh = Math.min(k, x.height() + top + bottom);
    int kw = Math.min(k, x.width() + left);
    List<String> operands = new ArrayList<>(List.of(x.name()));
    operands.add(constant(1, out, x.channels() / group, kh, kw));
    if (random.nextBoolean()) {
      operands.add(constant(1, out));
    }
    return call(
        "Conv(" + String.join(", ", operands) + ")",
        out,
        (x.height() + top + bottom - kh) / stride + 1,
        x.width() + left - kw + 1,
        "pads",
        new int[] {top, left, bottom, 0},
        "strides",
        new int[] {stride, 1},
        "group",
        group);
  }

  private Value same(Value x, int k) {
    String w = constant(1, x.channels(), x.channels(), k, k);
    int p = k / 2;
    return like(x, "Conv(" + x.name() + ", " + w + ")", "pads", new int[] {p, p, p, p});
  }

  private Value norm(Value x) {
    int c = x.channels();
    String operands = x.name() + ", " + constant(1, c) + ", " + constant(1, c);
    return like(
        x, "BatchNormalization(" + operands + ", " + constant(1, c) + ", " + constant(0, c) + ")");
  }

  private Value scaled(Value x) {
    String[] kinds = {"Add", "Sub", "Mul", "Div"};
    String kind = kinds[random.nextInt(4)];
    String c = random.nextBoolean() ? constant(0, x.channels(), 1, 1) : constant(0, 1);
    boolean first = random.nextInt(3) == 0 && !kind.equals("Div");
    return like(x, kind + "(" + (first ? c + ", " + x.name() : x.name() + ", " + c) + ")");
  }

  private Value unary(Value x) {
    String[] kinds = {"Relu", "Sigmoid", "LeakyRelu", "Relu", "Abs"};
    return like(x, kinds[random.nextInt(kinds.length)] + "(" + x.name() + ")");
  }

  private Value residual(Value x) {
    Value a = random.nextBoolean() ? norm(same(x, 3)) : same(x, 3);
    Value b = random.nextBoolean() ? norm(same(x, 1)) : same(x, 1);
    Value c = random.nextBoolean() ? x : norm(x);
    return random.nextBoolean()
        ? like(x, "Sum(" + a.name() + ", " + b.name() + ", " + c.name() + ")")
        : like(x, "Add(" + a.name() + ", " + c.name() + ")");
  }

  private Value branches(Value x) {
    Value a = norm(same(x, 1));
    Value b = random.nextBoolean() ? same(x, 1) : same(x, 3);
    Value c = random.nextBoolean() ? unary(same(x, 1)) : same(x, 1);
    return call(
        "Concat(" + a.name() + ", " + b.name() + ", " + c.name() + ")",
        3 * x.channels(),
        x.height(),
        x.width(),
        "axis",
        1);
  }

  private Value pool(Value x) {
    boolean max = random.nextBoolean();
    int k = Math.min(2, Math.min(x.height(), x.width()));
    Value from = random.nextBoolean() ? conv(x, 1) : unary(x);
    int k2 = Math.min(k, Math.min(from.height(), from.width()));
    return call(
        (max ? "MaxPool(" : "AveragePool(") + from.name() + ")",
        from.channels(),
        (from.height() - k2) / 2 + 1,
        (from.width() - k2) / 2 + 1,
        "kernel_shape",
        new int[] {k2, k2},
        "strides",
        new int[] {2, 2});
  }

  private Value padded(Value x) {
    String pads = "c" + names++;
    model.initializer(pads, Tensor.ofLongs(Shape.of(8), 0, 0, 1, 0, 0, 0, 0, 2));
    Value t =
        call("Pad(" + x.name() + ", " + pads + ")", x.channels(), x.height() + 1, x.width() + 2);
    return random.nextInt(3) == 0 ? pool(t) : conv(t, 3);
  }

  private Value identity(Value x) {
    return switch (random.nextInt(4)) {
      case 0 -> like(x, "Dropout(" + x.name() + ")");
      case 1 -> {
        Value t =
            call(
                "Transpose(" + x.name() + ")",
                x.channels(),
                x.height(),
                x.width(),
                "perm",
                new int[] {0, 2, 3, 1});
        yield like(x, "Transpose(" + t.name() + ")", "perm", new int[] {0, 3, 1, 2});
      }
      case 2 ->
          like(x, "Relu(" + like(x, "Clip(" + x.name() + ", , " + bound() + ")").name() + ")");
      default -> {
        Value t = like(x, "Relu(" + x.name() + ")");
        Value u = like(x, "Relu(" + x.name() + ")");
        yield like(x, "Add(" + t.name() + ", " + u.name() + ")");
      }
    };
  }

  private String bound() {
    String name = "c" + names++;
    model.initializer(name, Tensor.scalar(2));
    return name;
  }

  private void classifier(Value x) {
    Value from = random.nextBoolean() ? conv(x, 1) : x;
    boolean global = random.nextBoolean();
    Value g =
        global
            ? call("GlobalAveragePool(" + from.name() + ")", from.channels(), 1, 1)
            : random.nextBoolean() ? norm(from) : from;
    int n = g.channels() * g.height() * g.width();
    Value f = call("Flatten(" + g.name() + ")", n, 1, 1);
    if (random.nextInt(4) == 0) {
      String shape = "c" + names++;
      model.initializer(shape, Tensor.ofLongs(Shape.of(2), -1, n));
      Value all = call("Flatten(" + g.name() + ")", n, 1, 1, "axis", 0);
      f = call("Reshape(" + all.name() + ", " + shape + ")", n, 1, 1);
    }
    Value t = call("MatMul(" + f.name() + ", " + constant(1, n, 5) + ")", 5, 1, 1);
    Value u = call("Add(" + t.name() + ", " + constant(1, 5) + ")", 5, 1, 1);
    Value v = random.nextBoolean() ? call("Relu(" + u.name() + ")", 5, 1, 1) : u;
    String w = constant(1, 3, 5);
    Value y = call("Gemm(" + v.name() + ", " + w + ")", 3, 1, 1, "transB", 1);
    model.output(y.name());
  }

  private Value like(Value x, String call, Object... attributes) {
    return call(call, x.channels(), x.height(), x.width(), attributes);
  }

  private Value call(String call, int channels, int height, int width, Object... attributes) {
    String y = "v" + names++;
    AttributeProto[] all = new AttributeProto[attributes.length / 2];
    for (int i = 0; i < all.length; i++) {
      all[i] = OnnxModels.attribute((String) attributes[2 * i], attributes[2 * i + 1]);
    }
    model.node(y + " = " + call, all);
    return new Value(y, channels, height, width);
  }

  /** Random data: in [-1, 1), or in [0.5, 1.5) if {@code signed} is 0. */
  private String constant(int signed, int... dims) {
    String name = "c" + names++;
    TensorType type = TensorType.of(DType.FLOAT32, dims);
    model.initializer(
        name,
        Tensor.fromDoubles(
            type, i -> signed == 0 ? random.nextDouble() + 0.5 : random.nextDouble() * 2 - 1));
    return name;
  }
}
