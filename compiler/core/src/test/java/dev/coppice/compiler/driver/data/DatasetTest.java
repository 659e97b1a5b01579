package dev.coppice.compiler.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class DatasetTest {
  /** Sample i is the scalar i, its class is 100 + i. */
  private static Dataset numbers(int n) {
    List<List<Tensor>> inputs = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      inputs.add(List.of(Tensor.scalar(i)));
    }
    return Dataset.of(
        inputs, Optional.of(Labels.of(IntStream.range(100, 100 + n).boxed().toList())));
  }

  private static List<Integer> values(Dataset data) {
    List<Integer> values = new ArrayList<>();
    for (int i = 0; i < data.count(); i++) {
      int value = (int) data.inputs(i).get(0).longAt(0);
      assertEquals(OptionalInt.of(100 + value), data.label(i));
      values.add(value);
    }
    return values;
  }

  @Test
  void takesParts() {
    Dataset all = numbers(10);
    assertEquals(List.of(3, 4, 5), values(all.range(3, 6)));
    assertEquals(List.of(4, 5), values(all.range(3, 6).range(1, 3)));
    assertEquals(List.of(0, 1), values(all.take(2)));
    assertEquals(10, all.take(100).count());
    assertEquals(List.of(0, 4, 8), values(all.stride(4)));
    assertEquals(List.of(0, 9), values(all.stride(9)));
    assertEquals(List.of(0), values(all.stride(Integer.MAX_VALUE)));
    List<Dataset> parts = all.split(7);
    assertEquals(7, parts.get(0).count());
    assertEquals(List.of(7, 8, 9), values(parts.get(1)));
    assertEquals(0, all.range(5, 5).stride(2).count());
  }

  @Test
  void shufflesBySeed() {
    Dataset all = numbers(100);
    List<Integer> shuffled = values(all.shuffled(1));
    assertEquals(shuffled, values(all.shuffled(1)));
    assertNotEquals(shuffled, values(all.shuffled(2)));
    assertEquals(values(all), shuffled.stream().sorted().toList());
    assertEquals(List.of(7, 18, 39), shuffled.subList(0, 3));
  }

  @Test
  void doesWithoutLabels() {
    Dataset data = Dataset.of(List.of(List.of(Tensor.scalar(1))), Optional.empty());
    assertFalse(data.hasLabels());
    assertTrue(data.label(0).isEmpty());
  }

  @Test
  void refusesAnotherNumberOfLabels() {
    CompileException e =
        assertThrows(
            CompileException.class,
            () ->
                Dataset.of(
                    List.of(List.of(Tensor.scalar(1)), List.of(Tensor.scalar(2))),
                    Optional.of(Labels.of(List.of(1)))));
    assertTrue(e.getMessage().endsWith("1 labels for 2 samples."), e.getMessage());
  }

  @Test
  void refusesPartsThatAreNone() {
    Dataset all = numbers(3);
    assertThrows(IndexOutOfBoundsException.class, () -> all.range(0, 4));
    assertThrows(IllegalArgumentException.class, () -> all.stride(0));
  }
}
