package dev.coppice.compiler.random;

import java.util.Random;

/**
 * Graphs of one convolution or matrix product of random sizes, with what is fused into it. Sizes
 * lie on both sides of what fills registers, tiles and planes.
 */
final class RandomGeometry {
  private final Random random;

  RandomGeometry(long seed) {
    this.random = new Random(seed);
  }

  /** The text of the next graph, from inputs {@code x} and others to {@code y}. */
  String next() {
    return random.nextBoolean() ? convolution() : matrixProduct();
  }

  private String convolution() {
    boolean depthwise = random.nextInt(5) == 0;
    int groups = depthwise ? oneOf(1, 2, 4, 8, 12, 16, 20, 40, 64) : oneOf(1, 1, 1, 1, 2, 3);
    int channels = depthwise ? 1 : oneOf(1, 2, 3, 4, 7, 16, 33, 64);
    int outputs =
        depthwise ? groups : groups * oneOf(1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 17, 24, 40);
    boolean plain = random.nextInt(4) == 0;
    Axis rows = plain ? plainAxis(30) : axis(30, oneOf(1, 1, 2, 3, 3, 5, 7));
    Axis columns = plain ? plainAxis(70) : axis(oneOf(4, 30, 70), oneOf(1, 1, 2, 3, 3, 5));
    int batch = oneOf(1, 1, 2);
    boolean bias = random.nextBoolean();
    boolean residual = random.nextInt(3) == 0;
    boolean relu = random.nextInt(3) == 0;
    boolean last = random.nextBoolean();
    String x = shape(last, batch, groups * channels, rows.length, columns.length);
    String z = shape(last, batch, outputs, rows.places(), columns.places());
    return "graph g(x: "
        + x
        + (residual ? ", z: " + z : "")
        + ") -> (y) {\n"
        + "  const w: f32[%d,%d,%d,%d]%n".formatted(outputs, channels, rows.taps, columns.taps)
        + (bias ? "  const b: f32[%d]%n".formatted(outputs) : "")
        + "  %s = %s(x, w%s) "
            .formatted(
                residual || relu ? "c" : "y", last ? "ChannelsLastConv" : "Conv", bias ? ", b" : "")
        + "{strides=[%d, %d], ".formatted(rows.stride, columns.stride)
        + "pads=[%d, %d, %d, %d], "
            .formatted(rows.before, columns.before, rows.after, columns.after)
        + "dilations=[%d, %d], group=%d}%n".formatted(rows.dilation, columns.dilation, groups)
        + (residual ? "  %s = Add(c, z)%n".formatted(relu ? "d" : "y") : "")
        + (relu ? "  y = Relu(%s)%n".formatted(residual ? "d" : "c") : "")
        + "}\n";
  }

  private static String shape(boolean last, int batch, int channels, int height, int width) {
    return last
        ? "f32[%d,%d,%d,%d]".formatted(batch, height, width, channels)
        : "f32[%d,%d,%d,%d]".formatted(batch, channels, height, width);
  }

  private String matrixProduct() {
    int rows = 1 + random.nextInt(oneOf(4, 20, 300));
    int shared = 1 + random.nextInt(oneOf(10, 80, 600));
    int columns = 1 + random.nextInt(oneOf(20, 100, 300));
    int batch = oneOf(1, 1, 2, 3);
    boolean constant = random.nextBoolean();
    boolean bias = constant && random.nextBoolean();
    boolean relu = random.nextInt(3) == 0;
    int batchOfRight = random.nextBoolean() ? batch : 1;
    return "graph g(x: f32[%d,%d,%d]".formatted(batch, rows, shared)
        + (constant ? "" : ", w: f32[%d,%d,%d]".formatted(batchOfRight, shared, columns))
        + ") -> (y) {\n"
        + (constant ? "  const w: f32[%d,%d]%n".formatted(shared, columns) : "")
        + (bias ? "  const b: f32[%d]%n".formatted(columns) : "")
        + "  %s = MatMul(x, w%s)%n".formatted(relu ? "c" : "y", bias ? ", b" : "")
        + (relu ? "  y = Relu(c)\n" : "")
        + "}\n";
  }

  /** A spatial axis; {@code before} and {@code after} are its padding. */
  private record Axis(int length, int taps, int stride, int dilation, int before, int after) {
    int places() {
      return (length + before + after - (taps - 1) * dilation - 1) / stride + 1;
    }
  }

  /** Three taps, stride 1. */
  private Axis plainAxis(int most) {
    return new Axis(3 + random.nextInt(most), 3, 1, 1, random.nextInt(2), random.nextInt(2));
  }

  private Axis axis(int most, int taps) {
    int dilation = oneOf(1, 1, 1, 2);
    return new Axis(
        (taps - 1) * dilation + 1 + random.nextInt(most),
        taps,
        oneOf(1, 1, 1, 2, 3),
        dilation,
        random.nextBoolean() ? random.nextInt(3) : 0,
        random.nextBoolean() ? random.nextInt(3) : 0);
  }

  private int oneOf(int... values) {
    return values[random.nextInt(values.length)];
  }
}
