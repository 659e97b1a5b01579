package dev.coppice.examples.benchmarks;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class LayerBenchmarkTest {
  @ParameterizedTest
  @EnumSource
  void everyLayerRuns(LayerBenchmark.Layer layer) {
    for (String backend : new String[] {"portable", "vector"}) {
      Entrant entrant = Entrant.of(layer.network(), layer.network().source().get(), backend);
      entrant.run().run();
      float[] y = entrant.model().outputs(entrant.arrays()).get(0).toFloats();
      assertTrue(IntStream.range(0, y.length).anyMatch(i -> y[i] != 0));
      assertTrue(IntStream.range(0, y.length).allMatch(i -> Float.isFinite(y[i])));
    }
  }
}
