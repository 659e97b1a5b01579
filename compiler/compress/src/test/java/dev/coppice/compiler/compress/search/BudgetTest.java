package dev.coppice.compiler.compress.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.compress.recipe.Limits;
import dev.coppice.compiler.diag.CompileException;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BudgetTest {
  @Test
  void readsTerms() {
    assertEquals(
        new Limits(
            OptionalDouble.of(0.5),
            OptionalLong.of(65536),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalDouble.of(500)),
        Budget.parse("latency<=0.5ms, weights <= 64KiB,drop<=0.5"));
    assertEquals(
        new Limits(
            OptionalDouble.empty(),
            OptionalLong.empty(),
            OptionalLong.of(2_000_000),
            OptionalLong.of(1000),
            OptionalDouble.empty()),
        Budget.parse("macs<=2M, arena<=1kB"));
  }

  @Test
  void saysWhichTermIsWrong() {
    assertRefused(
        "weight<=3",
        "'weight<=3' is no term; expected NAME<=VALUE with one of the names latency, weights, macs,"
            + " arena, drop (did you mean 'weights'?)");
    assertRefused(
        "drop<1",
        "'drop<1' is no term; expected NAME<=VALUE with one of the names latency, weights, macs,"
            + " arena, drop (did you mean 'drop'?)");
    assertRefused("latency<=5", "'latency<=5': expected a time with unit us, µs, ns, ms, s");
    assertRefused("drop<=1, drop<=2", "'drop' is limited twice");
  }

  private static void assertRefused(String budget, String problem) {
    CompileException e = assertThrows(CompileException.class, () -> Budget.parse(budget));
    assertEquals("[OptionInvalid] --budget: " + problem + ".", e.getMessage().strip());
  }
}
