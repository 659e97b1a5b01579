package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.ir.GraphBuilder;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Relu;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DepthwiseRowsTest {
  private static KernelPlan plan(Random r, Conv conv, int n, int c, int h, int w, int kh, int kw) {
    GraphBuilder b = new GraphBuilder("conv");
    Value x = b.input("x", TensorType.of(DType.FLOAT32, n, c, h, w));
    Value weights = b.constant("w", Agreement.random(r, 0, c, 1, kh, kw));
    Value y =
        r.nextBoolean()
            ? b.add("c", conv, x, weights)
            : b.add("c", conv, x, weights, b.constant("b", Agreement.random(r, 0, c)));
    switch (r.nextInt(4)) {
      case 0 -> y = b.add("r", new Relu(), y);
      case 1 -> y = b.add("m", new Mul(), y, b.constant("s", Agreement.random(r, 0, c, 1, 1)));
      case 2 -> {
        if (y.type().equals(x.type())) {
          y = b.add("a", new Add(), y, x);
        }
      }
      default -> {}
    }
    b.output("y", y);
    String what = conv + " x " + x.type() + " w " + weights.type();
    return Agreement.agrees(b.build(), Agreement.random(r, 0, n, c, h, w), Target.VECTOR, what);
  }

  @Test
  void randomGeometriesAgreeWithTheDefinition() {
    Random r = new Random(11);
    int chosen = 0;
    for (int trial = 0; trial < 120; trial++) {
      int c = 2 + r.nextInt(6);
      int kh = 1 + r.nextInt(5);
      int kw = 1 + r.nextInt(5);
      List<Integer> dilations = List.of(1 + r.nextInt(2), 1 + r.nextInt(3));
      List<Integer> pads = List.of(r.nextInt(4), r.nextInt(4), r.nextInt(4), r.nextInt(4));
      List<Integer> strides = List.of(1 + r.nextInt(3), 1 + r.nextInt(3));
      Conv conv = new Conv(strides, pads, dilations, c);
      int h = dilations.get(0) * kh + r.nextInt(20);
      int w = dilations.get(1) * kw + r.nextInt(40);
      KernelPlan plan = plan(r, conv, 1 + r.nextInt(2), c, h, w, kh, kw);
      chosen += plan.choices().get(0).text().contains("chosen depthwise rows") ? 1 : 0;
    }
    assertTrue(chosen > 90, chosen + " of 120 were in rows");
  }

  /** Lanes beyond a row of a narrow plane must not reach what is behind the last plane. */
  @Test
  void narrowPlanesKeepWithinTheResult() {
    Conv conv = new Conv(List.of(1, 1), List.of(1, 1, 1, 1), List.of(1, 1), 3);
    for (int width = 1; width < 20; width++) {
      plan(new Random(width), conv, 1, 3, 3, width, 3, 3);
    }
  }
}
