package dev.coppice.compiler.compress.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class QuantityTest {
  @Test
  void readsUnits() {
    assertEquals(OptionalDouble.of(65536), Quantity.BYTES.parse("64KiB"));
    assertEquals(OptionalDouble.of(1.5e6), Quantity.BYTES.parse(" 1.5 MB "));
    assertEquals(OptionalDouble.of(1000), Quantity.BYTES.parse("1e3"));
    assertEquals(OptionalDouble.of(500), Quantity.MICROS.parse("0.5ms"));
    assertEquals(OptionalDouble.of(2e6), Quantity.COUNT.parse("2M"));
  }

  @Test
  void refusesWhatIsNoneOfItsKind() {
    for (String text : new String[] {"", "KiB", "3 apples", "-1", "1.2.3", "5 ms"}) {
      assertEquals(OptionalDouble.empty(), Quantity.BYTES.parse(text), text);
    }
    // A time without a unit would be a guess.
    assertEquals(OptionalDouble.empty(), Quantity.MICROS.parse("5"));
  }
}
