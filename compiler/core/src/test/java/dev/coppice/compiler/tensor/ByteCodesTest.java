package dev.coppice.compiler.tensor;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

final class ByteCodesTest {
  private static Tensor tensor(IntToDoubleFunction f) {
    return Tensor.fromDoubles(TensorType.of(DType.FLOAT32, 2000), f);
  }

  @Test
  void fewValuesAndIntegersWithScales() {
    assertTrue(ByteCodes.fit(tensor(i -> Math.sqrt(i % 256))));
    assertTrue(ByteCodes.fit(tensor(i -> (i % 200 - 100) * (float) Math.sqrt(1 + i / 200))));
  }

  @Test
  void othersDoNot() {
    assertFalse(ByteCodes.fit(tensor(i -> Math.sqrt(i))));
    assertFalse(ByteCodes.fit(tensor(i -> (i * 7919 % 60_000 - 30_000) * 0.01f)));
    assertFalse(ByteCodes.fit(Tensor.ofLongs(Shape.of(2), 1, 2)));
  }
}
