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
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SparsePlacesTest {
  private static final Conv POINTWISE =
      new Conv(List.of(1, 1), List.of(0, 0, 0, 0), List.of(1, 1), 1);

  private static KernelPlan plan(Random r, double zeros, int n, int c, int oc, int h, int w) {
    return plan(r, Agreement.random(r, zeros, oc, c, 1, 1), n, h, w);
  }

  private static KernelPlan plan(Random r, Tensor values, int n, int h, int w) {
    int oc = values.shape().dim(0);
    int c = values.shape().dim(1);
    GraphBuilder b = new GraphBuilder("conv");
    Value x = b.input("x", TensorType.of(DType.FLOAT32, n, c, h, w));
    Value weights = b.constant("w", values);
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

  /** Weights of which those of {@code rows} neighbouring output channels are zero together. */
  private static Tensor blocks(Random r, int rows, double zeros, int oc, int c) {
    Tensor pattern = Agreement.random(r, zeros, oc / rows, c, 1, 1);
    Tensor values = Agreement.random(r, 0, oc, c, 1, 1);
    return Tensor.fromDoubles(
        values.type(),
        i -> pattern.doubleAt(i / c / rows * c + i % c) == 0 ? 0 : values.doubleAt(i));
  }

  @Test
  void channelsWhoseWeightsAreZeroTogetherAreComputedTogether() {
    Random r = new Random(12);
    for (int rows : new int[] {2, 4}) {
      KernelPlan plan = plan(r, blocks(r, rows, 0.85, 64, 64), 1, 14, 14);
      String text = plan.choices().get(0).text();
      assertTrue(text.contains("chosen sparse registers of " + rows + " channels"), text);
    }
  }

  @Test
  void blocksOfChannelsAgreeWithTheDefinition() {
    Random r = new Random(13);
    int blocks = 0;
    for (int trial = 0; trial < 30; trial++) {
      int rows = r.nextBoolean() ? 2 : 4;
      Tensor w = blocks(r, rows, 0.85, rows * (1 + r.nextInt(9)), 1 + r.nextInt(33));
      KernelPlan plan = plan(r, w, 1 + r.nextInt(2), 4 + r.nextInt(12), 4 + r.nextInt(12));
      blocks += plan.choices().get(0).text().matches(".*chosen sparse registers of .*") ? 1 : 0;
    }
    assertTrue(blocks > 20, blocks + " of 30 were of several channels");
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
