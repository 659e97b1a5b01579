package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphBuilder;
import dev.coppice.compiler.ir.Prediction;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.loop.CostFigure;
import dev.coppice.compiler.loop.LoopPrinter;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Relu;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.EqualCosts;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PlaneWinogradTest {
  private static final Emitter PORTABLE =
      Emitters.all().stream().filter(e -> !e.target().vectorApi()).findFirst().orElseThrow();

  /** Where nothing but multiply-adds takes time. */
  private static final Target PRODUCTS_COUNT =
      Target.PORTABLE.withCosts(
          EqualCosts.of(0).with(CostFigure.TERM, 1).with(CostFigure.CODE, 16_000));

  private static Graph graph(Random r, List<Integer> pads, int group, int... sizes) {
    int n = sizes[0];
    int c = sizes[1];
    int oc = sizes[2];
    GraphBuilder b = new GraphBuilder("conv");
    Value x = b.input("x", TensorType.of(DType.FLOAT32, n, c, sizes[3], sizes[4]));
    Conv conv = new Conv(List.of(1, 1), pads, List.of(1, 1), group);
    Value w = b.constant("w", Agreement.random(r, 0, oc, c / group, 3, 3));
    Value y =
        r.nextBoolean()
            ? b.add("c", conv, x, w)
            : b.add("c", conv, x, w, b.constant("b", Agreement.random(r, 0, oc)));
    switch (r.nextInt(4)) {
      case 0 -> y = b.add("r", new Relu(), y);
      case 1 -> y = b.add("m", new Mul(), y, b.constant("s", Agreement.random(r, 0, oc, 1, 1)));
      case 2 -> {
        if (y.type().equals(x.type())) {
          y = b.add("a", new Add(), y, x);
        }
      }
      default -> {}
    }
    b.output("y", y);
    return b.build();
  }

  private static Prediction chosen(KernelPlan plan) {
    return plan.choices().get(0).chosen();
  }

  /** Fails unless the generated class computes what the operators do, twice; the plan. */
  private static KernelPlan agrees(Graph graph, Target target, String what) {
    KernelPlan plan = KernelPlanner.plan(graph, target);
    List<Tensor> inputs = SeededInputs.of(graph, 1);
    Tensor expected = new ReferenceInterpreter(graph).run(inputs).get(0);
    double largest = 0;
    for (int i = 0; i < expected.size(); i++) {
      largest = Math.max(largest, Math.abs(expected.doubleAt(i)));
    }
    CompiledPlan compiled = CompiledPlan.of(plan, PORTABLE);
    for (int run = 0; run < 2; run++) {
      Tensor actual = compiled.run(inputs).get(0);
      for (int i = 0; i < expected.size(); i++) {
        assertEquals(expected.doubleAt(i), actual.doubleAt(i), 2e-5 * largest, what + " at " + i);
      }
    }
    return plan;
  }

  @Test
  void generatedCodeAgreesWithTheDefinition() {
    Random r = new Random(11);
    int two = 0;
    int four = 0;
    for (int trial = 0; trial < 40; trial++) {
      int c = 1 + r.nextInt(11);
      int oc = r.nextInt(3) == 0 ? c : 1 + r.nextInt(80);
      int h = 3 + r.nextInt(20);
      int w = 3 + r.nextInt(20);
      List<Integer> pads = List.of(r.nextInt(3), r.nextInt(3), r.nextInt(3), r.nextInt(3));
      Graph graph = graph(r, pads, 1, 1 + r.nextInt(2), c, oc, h, w);
      String what =
          "trial " + trial + ": " + c + "x" + h + "x" + w + " to " + oc + ", pads " + pads;
      String schedule = chosen(agrees(graph, PRODUCTS_COUNT, what)).schedule();
      two += schedule.equals("Winograd planes F(2x2, 3x3)") ? 1 : 0;
      four += schedule.equals("Winograd planes F(4x4, 3x3)") ? 1 : 0;
    }
    assertTrue(two > 5 && four > 5, two + " by F(2x2), " + four + " by F(4x4)");
  }

  @Test
  void aLargePlaneIsComputedInStrips() {
    Graph graph = graph(new Random(3), List.of(1, 1, 1, 1), 1, 1, 5, 6, 134, 126);
    KernelPlan plan = agrees(graph, PRODUCTS_COUNT, "strips");
    assertTrue(chosen(plan).schedule().startsWith("Winograd planes F(4x4"), chosen(plan).text());
    String code = LoopPrinter.print(plan.calls().get(0).kernel());
    assertTrue(code.contains("parallel t in 0 .. 34 by 12"), code);
  }

  @Test
  void stripsAreShorterWhereChannelsAreMany() {
    Graph graph = graph(new Random(3), List.of(1, 1, 1, 1), 1, 1, 256, 64, 132, 132);
    KernelPlan plan = KernelPlanner.plan(graph, PRODUCTS_COUNT);
    assertTrue(chosen(plan).schedule().startsWith("Winograd planes F(4x4"), chosen(plan).text());
    String code = LoopPrinter.print(plan.calls().get(0).kernel());
    assertTrue(code.contains("parallel t in 0 .. 33 by 9"), code);
  }

  @Test
  void savedOperationsAreCounted() {
    Graph graph = graph(new Random(3), List.of(1, 1, 1, 1), 1, 1, 40, 70, 70, 66);
    Prediction chosen = chosen(KernelPlanner.plan(graph, Target.PORTABLE));
    long macs = 70L * 66 * 9 * 40 * 70;
    assertEquals(macs - 18L * 17 * 36 * 40 * 70, chosen.savedMacs());
  }

  @Test
  void groupsAndStridesAreLeftToOthers() {
    Graph grouped = graph(new Random(5), List.of(1, 1, 1, 1), 2, 1, 8, 8, 12, 12);
    KernelPlan plan = KernelPlanner.plan(grouped, PRODUCTS_COUNT);
    assertFalse(plan.choices().get(0).text().contains("Winograd"), plan.choices().get(0).text());
  }
}
