package dev.coppice.compiler.random;

import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.random.RandomGraph.Value;

/**
 * A random ONNX model.
 *
 * @param seed what it was made from
 * @param proto the model; its inputs and outputs are float32
 * @param exact whether float arithmetic on its inputs is exact in any order
 */
record RandomModel(long seed, ModelProto proto, boolean exact) {
  private static final int MOST_LAYERS = 10;

  /** The model of {@code seed}; every third is a quantized network. */
  static RandomModel of(long seed) {
    return seed % 3 == 2 ? quantized(seed) : floats(seed);
  }

  private static RandomModel floats(long seed) {
    RandomGraph g = new RandomGraph(seed, 11, 12, 13, 15, 17);
    FloatLayers floats = new FloatLayers(g);
    ImageLayers images = new ImageLayers(g, floats);
    boolean image = g.chance(0.7);
    Value x =
        image
            ? g.chance(0.8)
                ? g.input(g.in(1, 2), g.in(1, 6), g.in(3, 10), g.in(3, 10))
                : g.input(g.in(1, 2), g.in(1, 6), g.in(3, 20))
            : g.chance(0.5)
                ? g.input(g.in(1, 4), g.in(1, 9), g.in(1, 9))
                : g.input(g.in(1, 9), g.in(1, 9));
    if (g.chance(0.2)) {
      g.input(x.shape());
    }
    int layers = g.in(2, MOST_LAYERS);
    for (int i = 0; i < layers; i++) {
      Value v = g.pick();
      boolean spatial = image && (v.rank() == 4 || v.rank() == 3) && i < layers - 2;
      if (spatial && g.chance(0.75)) {
        images.add(v);
      } else if (v.rank() > 0) {
        floats.add(v);
      }
    }
    return new RandomModel(seed, g.build(), false);
  }

  private static RandomModel quantized(long seed) {
    RandomGraph g = new RandomGraph(seed, 11, 13, 17);
    QuantizedLayers layers = new QuantizedLayers(g);
    Value x =
        g.chance(0.75)
            ? g.input(1, g.in(1, 6), g.in(3, 9), g.in(3, 9))
            : g.input(g.in(1, 6), g.in(1, 9));
    layers.quantize(x);
    int count = g.in(1, MOST_LAYERS);
    for (int i = 0; i < count; i++) {
      layers.add(g.pick());
    }
    return new RandomModel(seed, g.build(), true);
  }
}
