package dev.coppice.compiler.compress.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConstantsTest {
  @Test
  void aCopyIsEditedByItselfAndWrittenInOrder() {
    Constants first = Constants.of(List.of(), ImportOptions.of("m.onnx"));
    first.put("b", Tensor.scalar(1));
    first.put("a", Tensor.scalar(2));
    Constants copy = first.copy();
    copy.put("b", Tensor.scalar(3));
    copy.remove("a");
    assertEquals(Optional.of(Tensor.scalar(1)), first.data("b"));
    assertEquals(Optional.of(Tensor.scalar(3)), copy.data("b"));
    assertTrue(first.has("a"));
    assertFalse(copy.has("a"));
    assertEquals(List.of("b", "a"), first.messages().stream().map(m -> m.getName()).toList());
    assertEquals(
        Optional.of(Tensor.scalar(2)),
        Constants.of(first.messages(), ImportOptions.of("m.onnx")).data("a"));
  }

  @Test
  void othersAreForgotten() {
    Constants some = Constants.of(List.of(), ImportOptions.of("m.onnx"));
    some.put("a", Tensor.scalar(1));
    some.put("b", Tensor.scalar(2));
    some.retain(List.of("b", "c"));
    assertEquals(List.of("b"), List.copyOf(some.names()));
    Constants other = Constants.of(List.of(), ImportOptions.of("m.onnx"));
    other.put("d", Tensor.scalar(3));
    some.become(other);
    assertEquals(List.of("d"), List.copyOf(some.names()));
  }
}
