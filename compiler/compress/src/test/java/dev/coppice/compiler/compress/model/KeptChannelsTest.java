package dev.coppice.compiler.compress.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.testing.SmallNetwork;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeptChannelsTest {
  private static int[] of(OnnxGraph graph, String value) {
    return KeptChannels.of(graph).of(value).orElseThrow();
  }

  private static String value(OnnxGraph graph) {
    return graph.nodes().get(0).getOutput(0);
  }

  private static OnnxGraph keeping(OnnxGraph graph, int... channels) {
    OnnxGraph less = graph.copy();
    KeptChannels.of(graph).then(Map.of(value(graph), channels)).record(less);
    return less;
  }

  @Test
  void removalsAddUp() {
    OnnxGraph graph = SmallNetwork.of(17);
    OnnxGraph once = keeping(graph, 0, 2, 3, 4, 6);
    OnnxGraph twice = keeping(once, 1, 2, 4);
    assertArrayEquals(new int[] {0, 2, 3, 4, 6}, of(once, value(graph)));
    assertArrayEquals(new int[] {2, 3, 6}, of(twice, value(graph)));
    assertEquals(Optional.empty(), KeptChannels.of(graph).of(value(graph)));
  }

  @Test
  void areNumberedAsInTheModelTheyAreComparedWith() {
    OnnxGraph graph = SmallNetwork.of(17);
    OnnxGraph once = keeping(graph, 0, 2, 3, 4, 6);
    KeptChannels twice = KeptChannels.of(keeping(once, 1, 2, 4));
    assertArrayEquals(new int[] {1, 2, 4}, twice.since(once).of(value(graph)).orElseThrow());
    assertArrayEquals(new int[] {2, 3, 6}, twice.since(graph).of(value(graph)).orElseThrow());
    // Another model, which has not those channels.
    assertTrue(twice.since(keeping(graph, 0, 2, 6)).of(value(graph)).isEmpty());
  }
}
