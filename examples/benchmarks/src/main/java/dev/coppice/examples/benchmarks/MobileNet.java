package dev.coppice.examples.benchmarks;

import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.Arrays;
import java.util.Random;

/**
 * MobileNetV1 (Howard et al., MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
 * Applications, 2017, table 1) as exporters write it, with batch normalization folded into the
 * convolutions and ReLU6 as {@code Clip}. Weights are random, of the variance that keeps the
 * activations' (He et al., 2015).
 */
final class MobileNet {
  private static final int OPSET = 13;

  /** Output channels at width 1 and stride of each pair of a depthwise and a pointwise layer. */
  private static final int[][] BLOCKS = {
    {64, 1}, {128, 2}, {128, 1}, {256, 2}, {256, 1}, {512, 2}, {512, 1}, {512, 1}, {512, 1},
    {512, 1}, {512, 1}, {1024, 2}, {1024, 1}
  };

  private final OnnxModels graph = OnnxModels.graph();
  private final Random random;
  private final double zeros;
  private String last = "image";
  private int layers;

  private MobileNet(long seed, double zeros) {
    this.random = new Random(seed);
    this.zeros = zeros;
  }

  /** The network of width 1 for images of 224x224 and 1000 classes; see {@link #model}. */
  static ModelSource imageNet(long seed, double zeros) {
    ModelProto model = model(1, 224, 1000, seed, zeros);
    return ModelSource.bytes("mobilenetv1.onnx", model.toByteArray());
  }

  /**
   * A network from {@code image} [1, 3, size, size] to {@code scores} [1, classes].
   *
   * @param width multiplier of the channels
   * @param zeros share of the weights of each pointwise layer that are zero, those of least
   *     magnitude; the others are larger by as much as keeps the variance
   */
  static ModelProto model(double width, int size, int classes, long seed, double zeros) {
    MobileNet net = new MobileNet(seed, zeros);
    net.graph.input("image", DType.FLOAT32, 1, 3, size, size);
    int channels = (int) (32 * width);
    net.conv(channels, 3, 3, 2, 1, 0);
    for (int[] block : BLOCKS) {
      net.conv(channels, 1, 3, block[1], channels, 0);
      int wider = (int) (block[0] * width);
      net.conv(wider, channels, 1, 1, 1, net.zeros);
      channels = wider;
    }
    net.classify(channels, classes);
    return net.graph.output("scores", DType.FLOAT32, 1, classes).model(OPSET);
  }

  /** A convolution of kernel k x k and what follows it; {@code ic} channels in each group. */
  private void conv(int oc, int ic, int k, int stride, int group, double zeroShare) {
    String name = "conv" + layers++;
    graph.initializer(name + ".weight", weights(Shape.of(oc, ic, k, k), ic * k * k, zeroShare));
    graph.initializer(name + ".bias", biases(oc));
    int pad = k / 2;
    graph.node(
        name + "=Conv(" + last + "," + name + ".weight," + name + ".bias)",
        attribute("kernel_shape", new int[] {k, k}),
        attribute("strides", new int[] {stride, stride}),
        attribute("pads", new int[] {pad, pad, pad, pad}),
        attribute("group", group));
    if (layers == 1) {
      graph.initializer("zero", Tensor.scalar(0)).initializer("six", Tensor.scalar(6));
    }
    last = name + ".relu6";
    graph.node(last + "=Clip(" + name + ",zero,six)");
  }

  private void classify(int channels, int classes) {
    graph.initializer("fc.weight", weights(Shape.of(classes, channels), channels, 0));
    graph.initializer("fc.bias", biases(classes));
    graph.node("pool=GlobalAveragePool(" + last + ")");
    graph.node("features=Flatten(pool)", attribute("axis", 1));
    graph.node("scores=Gemm(features,fc.weight,fc.bias)", attribute("transB", 1));
  }

  private Tensor weights(Shape shape, int fanIn, double zeroShare) {
    float[] w = new float[shape.size()];
    double deviation = Math.sqrt(2.0 / fanIn);
    for (int i = 0; i < w.length; i++) {
      w[i] = (float) (random.nextGaussian() * deviation);
    }
    if (zeroShare > 0) {
      prune(w, zeroShare);
    }
    return Tensor.ofFloats(shape, w);
  }

  private static void prune(float[] w, double share) {
    float[] magnitudes = new float[w.length];
    double before = 0;
    for (int i = 0; i < w.length; i++) {
      magnitudes[i] = Math.abs(w[i]);
      before += w[i] * w[i];
    }
    Arrays.sort(magnitudes);
    float least = magnitudes[(int) (share * w.length)];
    double after = 0;
    for (int i = 0; i < w.length; i++) {
      w[i] = Math.abs(w[i]) < least ? 0 : w[i];
      after += w[i] * w[i];
    }
    float scale = (float) Math.sqrt(before / after);
    for (int i = 0; i < w.length; i++) {
      w[i] *= scale;
    }
  }

  private Tensor biases(int n) {
    float[] b = new float[n];
    for (int i = 0; i < n; i++) {
      b[i] = (float) (random.nextGaussian() * 0.1);
    }
    return Tensor.ofFloats(Shape.of(n), b);
  }
}
