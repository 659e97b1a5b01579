package dev.coppice.compiler.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.tensor.DType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaceCopyTest {
  /** Side by side, and few and many channels apart: nothing between places is touched. */
  @ParameterizedTest
  @CsvSource({"3, 3", "3, 5", "8, 8", "8, 11"})
  void touchesPlacesOnly(int channels, int step) {
    int places = 4;
    Buffer x = Buffer.flat("x", DType.FLOAT32, Role.INPUT, places * channels);
    Buffer y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, 2 + places * step);
    float[] from = new float[x.length()];
    float[] expected = new float[y.length()];
    Arrays.fill(expected, -1);
    float[] to = expected.clone();
    for (int i = 0; i < from.length; i++) {
      from[i] = i;
      expected[2 + i / channels * step + i % channels] = i;
    }
    Stmt body = PlaceCopy.of(x, y, Exprs.intLit(2), step, places, channels);
    LoopInterpreter.run(
        new Kernel("copy", "", List.of(x, y), body),
        List.of(new LoopInterpreter.Flat(from, 0), new LoopInterpreter.Flat(to, 0)));
    assertArrayEquals(expected, to);
  }
}
