package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.CostFigure;
import dev.coppice.compiler.loop.Costs;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopInterpreter;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.testing.EqualCosts;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PlaneMapTest {
  private static final double[][] MATRIX = {{1, 2, 3, 4, 5, 6}, {0, -1, 0, 0, 0, 0}};

  @Test
  void multipliesEachElementOfPlanes() {
    Buffer x = Buffer.planar("x", DType.FLOAT32, Buffer.Role.SCRATCH, 6, 3);
    Buffer o = Buffer.planar("o", DType.FLOAT32, Buffer.Role.SCRATCH, 2, 3);
    Kernel kernel =
        new Kernel(
            "k",
            "",
            List.of(x, o),
            new PlaneMap(MATRIX)
                .apply(
                    i -> Exprs.row(x, Exprs.intLit(i)),
                    i -> Exprs.row(o, Exprs.intLit(i)),
                    Exprs.floatLit(100),
                    Exprs.intLit(2)));
    float[][] planes = {{1, 2, 0}, {1, 0, 0}, {1, 0, 0}, {1, 0, 0}, {1, 0, 0}, {1, 1, 0}};
    float[][] results = {{7, 7, 7}, {7, 7, 7}};
    LoopInterpreter.run(
        kernel, List.of(new LoopInterpreter.Rows(planes, 0), new LoopInterpreter.Rows(results, 0)));
    assertArrayEquals(new float[] {121, 108, 7}, results[0]);
    assertArrayEquals(new float[] {99, 100, 7}, results[1]);
  }

  @Test
  void factorsOfZeroTakeNoTime() {
    Costs costs = EqualCosts.of(0).with(CostFigure.CALL, 10).with(CostFigure.TERM, 1);
    assertEquals(3 * 10 + 7 * 5, new PlaneMap(MATRIX).nanos(costs, 5));
  }
}
