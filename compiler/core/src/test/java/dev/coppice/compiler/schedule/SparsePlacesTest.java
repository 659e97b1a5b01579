package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertFalse;
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

final class SparsePlacesTest {
  private static final Conv POINTWISE =
      new Conv(List.of(1, 1), List.of(0, 0, 0, 0), List.of(1, 1), 1);

  private static KernelPlan plan(Random r, double zeros, int n, int c, int oc, int h, int w) {
    GraphBuilder b = new GraphBuilder("conv");
    Value x = b.input("x", TensorType.of(DType.FLOAT32, n, c, h, w));
    Value weights = b.constant("w", Agreement.random(r, zeros, oc, c, 1, 1));
    Value y =
        r.nextBoolean()
            ? b.add("c", POINTWISE, x, weights)
            : b.add("c", POINTWISE, x, weights, b.constant("b", Agreement.random(r, 0, oc)));
    switch (r.nextInt(4)) {
      case 0 -> y = b.add("r", new Relu(), y);
      case 1 -> y = b.add("m", new Mul(), y, b.constant("s", Agreement.random(r, 0, oc, 1, 1)));
      case 2 -> {
        if (c == oc) {
          y = b.add("a", new Add(), y, x);
        }
      }
      default -> {}
    }
    b.output("y", y);
    String what = n + "x" + c + "x" + h + "x" + w + " to " + oc;
    return Agreement.agrees(b.build(), Agreement.random(r, 0, n, c, h, w), Target.VECTOR, what);
  }

  private static boolean chosen(KernelPlan plan) {
    return plan.choices().get(0).text().contains("chosen sparse registers");
  }

  @Test
  void randomGeometriesAgreeWithTheDefinition() {
    Random r = new Random(7);
    int sparse = 0;
    for (int trial = 0; trial < 80; trial++) {
      int c = 1 + r.nextInt(24);
      int oc = r.nextBoolean() ? c : 1 + r.nextInt(24);
      KernelPlan plan = plan(r, 0.9, 1 + r.nextInt(2), c, oc, 2 + r.nextInt(20), 2 + r.nextInt(20));
      sparse += chosen(plan) ? 1 : 0;
    }
    assertTrue(sparse > 50, sparse + " of 80 were sparse");
  }

  @Test
  void channelsWithoutWeightsAreTheirBias() {
    assertTrue(chosen(plan(new Random(8), 1, 2, 5, 6, 7, 7)));
  }

  /** A register of places must lie within the plane of each channel. */
  @Test
  void planesThatFillNoRegisterAreComputedOtherwise() {
    assertFalse(chosen(plan(new Random(9), 0.9, 1, 64, 64, 3, 5)));
    assertTrue(chosen(plan(new Random(9), 0.9, 1, 64, 64, 4, 4)));
  }

  @Test
  void fewZerosAreNotWorthIt() {
    assertFalse(chosen(plan(new Random(10), 0.4, 1, 64, 64, 14, 14)));
  }
}
