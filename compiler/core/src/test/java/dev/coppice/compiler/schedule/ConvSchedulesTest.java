package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphBuilder;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Relu;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConvSchedulesTest {

  /** As {@link Agreement#random}, or multiples of a scale. */
  private static Tensor random(Random r, double zeros, boolean int8, int... dims) {
    Tensor t = Agreement.random(r, zeros, dims);
    return int8 ? Tensor.fromDoubles(t.type(), i -> Math.round(t.floatAt(i) * 30) * 0.013f) : t;
  }

  private static void agrees(Graph graph, Tensor x, String what) {
    Agreement.agrees(graph, x, Target.PORTABLE, what);
  }

  @Test
  void randomGeometriesAgreeWithTheDefinition() {
    Random r = new Random(3);
    for (int trial = 0; trial < 150; trial++) {
      int group = r.nextInt(4) == 0 ? 1 + r.nextInt(3) : 1;
      boolean depthwise = r.nextInt(5) == 0;
      int c = depthwise ? 4 : group * (1 + r.nextInt(14));
      group = depthwise ? c : group;
      int oc = group * (1 + r.nextInt(depthwise ? 2 : 13));
      int rank = 1 + r.nextInt(2);
      int kh = 1 + r.nextInt(3);
      int kw = 1 + r.nextInt(3);
      int in = 4 + r.nextInt(20);
      List<Integer> two =
          rank == 2 ? List.of(1 + r.nextInt(2), 1 + r.nextInt(3)) : List.of(1 + r.nextInt(2));
      List<Integer> dilations =
          rank == 2 ? List.of(1 + r.nextInt(2), 1 + r.nextInt(1)) : List.of(1 + r.nextInt(2));
      List<Integer> pads =
          rank == 2
              ? List.of(r.nextInt(3), r.nextInt(3), r.nextInt(3), r.nextInt(3))
              : List.of(r.nextInt(3), r.nextInt(3));
      in += 2 * kh;
      int[] xd = rank == 2 ? new int[] {1 + r.nextInt(2), c, in, in + 3} : new int[] {1, c, in};
      int[] wd = rank == 2 ? new int[] {oc, c / group, kh, kw} : new int[] {oc, c / group, kh};
      double zeros = r.nextInt(2) * 0.85;
      GraphBuilder b = new GraphBuilder("conv");
      Value x = b.input("x", TensorType.of(DType.FLOAT32, xd));
      Value w = b.constant("w", random(r, zeros, r.nextBoolean(), wd));
      Conv conv = new Conv(two, pads, dilations, group);
      Value y =
          r.nextBoolean()
              ? b.add("c", conv, x, w)
              : b.add("c", conv, x, w, b.constant("b", random(r, 0, false, oc)));
      if (r.nextBoolean()) {
        y = b.add("r", new Relu(), y);
      }
      b.output("y", y);
      agrees(
          b.build(),
          random(r, 0, false, xd),
          "trial " + trial + " " + conv + " x " + Shape.of(xd) + " w " + Shape.of(wd));
    }
  }

  @Test
  void sparseWeightsAreUnrolledAndTheChoiceIsNoted() {
    Random r = new Random(5);
    GraphBuilder b = new GraphBuilder("conv");
    Value x = b.input("x", TensorType.of(DType.FLOAT32, 1, 8, 16, 16));
    Value w = b.constant("w", random(r, 0.9, false, 8, 8, 3, 3));
    Value y = b.add("c", new Conv(List.of(1, 1), List.of(1, 1, 1, 1), List.of(1, 1), 1), x, w);
    b.output("y", y);
    KernelPlan plan = KernelPlanner.plan(b.build(), Target.PORTABLE);
    assertEquals(1, plan.choices().size());
    String text = plan.choices().get(0).text();
    assertTrue(text.contains("% of the weights are zero; chosen unrolled sparse"), text);
    assertTrue(text.contains("rejected dense planes"), text);
  }

  @Test
  void manyZerosInALargeLayerAreStreamed() {
    Random r = new Random(6);
    GraphBuilder b = new GraphBuilder("conv");
    Value x = b.input("x", TensorType.of(DType.FLOAT32, 1, 64, 8, 8));
    Value w = b.constant("w", random(r, 0.8, true, 128, 64, 3, 3));
    b.output("y", b.add("c", new Conv(List.of(1, 1), List.of(1, 1, 1, 1), List.of(1, 1), 1), x, w));
    Graph g = b.build();
    KernelPlan plan = KernelPlanner.plan(g, Target.PORTABLE);
    String text = plan.choices().get(0).text();
    assertTrue(text.contains("chosen streamed sparse"), text);
    assertTrue(text.contains("more code than"), text);
    agrees(g, random(r, 0, false, 1, 64, 8, 8), "streamed");
  }

  @Test
  void matrixProductsAgreeWithTheDefinition() {
    Random r = new Random(4);
    for (int trial = 0; trial < 60; trial++) {
      int m = 1 + r.nextInt(40);
      int k = 1 + r.nextInt(100);
      int n = 1 + r.nextInt(60);
      int[] ad = r.nextBoolean() ? new int[] {m, k} : new int[] {2, 1, m, k};
      GraphBuilder b = new GraphBuilder("matmul");
      Value a = b.input("a", TensorType.of(DType.FLOAT32, ad));
      Value w =
          r.nextBoolean()
              ? b.constant("w", random(r, 0, false, k, n))
              : b.constant("w", random(r, 0, false, 3, k, n));
      b.output("y", b.add("p", new MatMul(), a, w));
      agrees(b.build(), random(r, 0, false, ad), "trial " + trial);
    }
  }
}
