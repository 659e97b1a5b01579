package dev.coppice.compiler.compress.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.recipe.Progress;
import dev.coppice.compiler.diag.CompileException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SweepTest {
  @Test
  void everyAmountStartsFromTheOriginal() {
    List<Sweep.Point> points =
        new Sweep("{method: cut, amount: AMOUNT}", List.of(0.5, 0.25, 1.0))
            .run(FakeMethods.graph(), FakeMethods.settings(), FakeMethods.all(), Progress.NONE);
    assertEquals(0.5, points.get(0).zeros());
    assertEquals(0.25, points.get(1).zeros());
    // Half of the examples whose feature is gone are of the class that is taken then.
    assertEquals(75, points.get(0).score().orElseThrow());
    assertEquals(87.5, points.get(1).score().orElseThrow());
    assertTrue(points.get(2).refusal().orElseThrow().contains("nothing would be left"));
  }

  @Test
  void refusesAStepWithoutAPlaceForTheAmount() {
    CompileException e =
        assertThrows(
            CompileException.class, () -> new Sweep("{method: cut, amount: 1}", List.of(0.5)));
    assertTrue(e.getMessage().contains("has no AMOUNT where the amounts go"), e.getMessage());
  }

  @Test
  void aMethodThatThereIsNotIsTold() {
    Sweep misspelt = new Sweep("{method: cutt, amount: AMOUNT}", List.of(0.5, 0.25));
    CompileException e =
        assertThrows(CompileException.class, () -> misspelt.check(FakeMethods.all()));
    assertEquals(1, e.diagnostics().size());
    assertTrue(
        e.getMessage().contains("'cutt', expected merge or cut (did you mean 'cut'?)"),
        e.getMessage());
  }

  /** They are refused one by one. */
  @Test
  void amountsAreNotChecked() {
    new Sweep("{method: cut, amount: AMOUNT}", List.of(7.0, 8.0)).check(FakeMethods.all());
  }
}
