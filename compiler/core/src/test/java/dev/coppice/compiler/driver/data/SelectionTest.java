package dev.coppice.compiler.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SelectionTest {
  private static Dataset numbers() {
    List<List<Tensor>> inputs = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      inputs.add(List.of(Tensor.scalar(i)));
    }
    return Dataset.of(inputs, Optional.empty());
  }

  private static List<Integer> values(Selection selection) {
    Dataset data = selection.of(numbers(), SourceRef.file("d"));
    List<Integer> values = new ArrayList<>();
    for (int i = 0; i < data.count(); i++) {
      values.add((int) data.inputs(i).get(0).longAt(0));
    }
    return values;
  }

  @Test
  void readsRanges() {
    assertEquals(
        new Selection(2, OptionalInt.of(5), 1, OptionalLong.empty()),
        Selection.ALL.withRange("2..5"));
    assertEquals(List.of(8, 9), values(Selection.ALL.withRange("8..")));
    assertEquals(List.of(0, 1), values(Selection.ALL.withRange("..2")));
    assertEquals(Selection.ALL, Selection.ALL.withRange(".."));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "5-6", "-1..3", "7..3", "a..b"})
  void refusesWhatIsNoRange(String text) {
    assertThrows(IllegalArgumentException.class, () -> Selection.ALL.withRange(text));
  }

  @Test
  void takesEveryNthOfTheRange() {
    assertEquals(List.of(1, 4, 7), values(Selection.ALL.withRange("1..8").withEvery(3)));
    assertThrows(IllegalArgumentException.class, () -> Selection.ALL.withEvery(0));
  }

  @Test
  void shufflesBeforeItTakesARange() {
    List<Integer> all = values(Selection.ALL.withShuffle(5));
    assertEquals(
        List.of(all.get(3), all.get(5)),
        values(Selection.ALL.withShuffle(5).withRange("3..6").withEvery(2)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0..11", "10..", "3..3"})
  void refusesMoreThanThereIs(String range) {
    CompileException e =
        assertThrows(CompileException.class, () -> values(Selection.ALL.withRange(range)));
    assertEquals(
        "[DataInvalid] d: samples " + range + " are selected, but the data has 10.",
        e.getMessage());
  }
}
