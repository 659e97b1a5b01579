package dev.coppice.compiler.compress.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.tensor.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WeightGroupsTest {
  @Test
  void oneGroupOrOnePerChannel() {
    Shape shape = Shape.of(2, 3, 2);
    assertEquals(1, WeightGroups.all(shape).count());
    assertEquals(List.of(0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2), of(WeightGroups.channels(shape, 1)));
    assertEquals(Shape.of(3), WeightGroups.channels(shape, 1).scales());
  }

  /** Of a convolution's filter [3, 2, 2], five taps share a scale, and the last two. */
  @Test
  void runsOfAFilter() {
    WeightGroups runs = WeightGroups.runs(layer(Layer.Kind.CONV, 0, 1), Shape.of(2, 3, 2), 5);
    assertEquals(Shape.of(2, 6), runs.matrix());
    assertEquals(Shape.of(2, 2), runs.scales());
    assertEquals(List.of(0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 3), of(runs));
  }

  /** Where channels lie side by side, runs go down the columns. */
  @Test
  void runsOfAColumn() {
    WeightGroups runs = WeightGroups.runs(layer(Layer.Kind.MATMUL, 1, 0), Shape.of(3, 2), 2);
    assertEquals(Shape.of(2, 2), runs.scales());
    assertEquals(List.of(0, 1, 0, 1, 2, 3), of(runs));
  }

  @Test
  void refusesAxesThatThereAreNot() {
    assertThrows(IllegalArgumentException.class, () -> WeightGroups.channels(Shape.of(2, 3), 2));
  }

  private static List<Integer> of(WeightGroups groups) {
    return IntStream.range(0, groups.shape().size()).map(groups::of).boxed().toList();
  }

  private static Layer layer(Layer.Kind kind, int out, int in) {
    return new Layer(
        Nodes.of("Conv", "n", List.of("x", "w"), List.of("y")),
        kind,
        1,
        "w",
        Optional.empty(),
        out,
        in,
        1);
  }
}
