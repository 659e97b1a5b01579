package dev.coppice.compiler.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class EinsumEquationTest {
  private static final int A = 'a';
  private static final int B = 'b';

  @Test
  void axesOfAnEllipsisAreCountedFromTheLast() {
    EinsumEquation e = EinsumEquation.parse("...a, a... -> ...", List.of(3, 2));
    assertEquals(List.of(List.of(-2, -1, A), List.of(A, -1)), e.operands());
    assertEquals(List.of(-2, -1), e.result());
  }

  @Test
  void withoutAnArrowIndicesThatOccurOnceAreTheResult() {
    assertEquals(List.of(A, B), EinsumEquation.parse("ba", List.of(2)).result());
    assertEquals(List.of(), EinsumEquation.parse("aa", List.of(2)).result());
    assertEquals(List.of(-1, B), EinsumEquation.parse("aab...", List.of(4)).result());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    refused("ab->a", List.of(2, 2));
    refused("ab->a", List.of(3));
    refused("ab...->a...", List.of(1));
    refused("a->b", List.of(1));
    refused("ab->aa", List.of(2));
    refused("a...->a", List.of(2));
    refused("a1->a", List.of(2));
    refused("......->...", List.of(2));
  }

  private static void refused(String equation, List<Integer> ranks) {
    assertThrows(
        IllegalArgumentException.class, () -> EinsumEquation.parse(equation, ranks), equation);
  }
}
