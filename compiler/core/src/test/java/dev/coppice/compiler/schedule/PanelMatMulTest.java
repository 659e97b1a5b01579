package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.emit.java.WeightLayout;
import dev.coppice.compiler.emit.vector.VectorEmitter;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphBuilder;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.loop.CostFigure;
import dev.coppice.compiler.loop.Costs;
import dev.coppice.compiler.loop.LoopPrinter;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Relu;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.tensor.Tolerance;
import dev.coppice.compiler.testing.CompiledPlan;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Products with constants that are kept as bytes and halves. */
class PanelMatMulTest {
  /** A target on which the smallest weights are the best. */
  private static final Target SMALL =
      Target.VECTOR.withCosts(Costs.VECTOR.with(CostFigure.BYTE, 1000));

  private static Tensor halves(int k, int n) {
    Random random = new Random(4);
    return Tensor.fromDoubles(
        TensorType.of(DType.FLOAT32, k, n), i -> (random.nextInt(2047) - 1023) * 0x1p-12);
  }

  private static Graph product(int m, Tensor b, boolean bias) {
    int k = b.shape().dim(0);
    int n = b.shape().dim(1);
    GraphBuilder g = new GraphBuilder("g");
    Value x = g.input("x", TensorType.of(DType.FLOAT32, m, k));
    Value w = g.constant("w", b);
    Value product =
        bias
            ? g.add("p", new MatMul(), x, w, g.constant("b", Agreement.random(new Random(5), 0, n)))
            : g.add("p", new MatMul(), x, w);
    g.output("y", bias ? g.add("r", new Relu(), product) : product);
    return g.build();
  }

  private static void agrees(String schedule, int m, Tensor b, boolean bias) {
    agrees(SMALL, schedule, m, b, bias);
  }

  private static KernelPlan agrees(Target target, String schedule, int m, Tensor b, boolean bias) {
    Graph graph = product(m, b, bias);
    Tensor x = Agreement.random(new Random(6), 0, m, b.shape().dim(0));
    String what = schedule + " " + m + " rows, " + b.type();
    KernelPlan plan = Agreement.agrees(graph, x, target, what);
    assertEquals(schedule, plan.choices().get(0).chosen().schedule(), what);
    Tensor expected = new ReferenceInterpreter(graph).run(List.of(x)).get(0);
    Tensor compiled = CompiledPlan.of(plan, new VectorEmitter()).run(List.of(x)).get(0);
    for (int i = 0; i < expected.size(); i++) {
      assertTrue(
          new Tolerance(1e-4, 1e-4).accepts(expected.doubleAt(i), compiled.doubleAt(i)),
          what + " compiled at " + i);
    }
    return plan;
  }

  @Test
  void bytesAreScaledOnceAColumn() {
    for (int m : new int[] {1, 2, 5, 23}) {
      agrees("panels of bytes", m, StoredMatrixTest.scaled(30, 130), m % 2 == 1);
      agrees("panels of bytes", m, StoredMatrixTest.scaled(9, 17), m % 2 == 0);
    }
  }

  @Test
  void halvesBecomeFloats() {
    for (int m : new int[] {1, 2, 5, 23}) {
      agrees("panels of halves", m, halves(30, 130), m % 2 == 0);
      agrees("panels of halves", m, halves(9, 17), m % 2 == 1);
    }
  }

  @Test
  void weightsTakeABytePerElementInMemory() {
    Graph graph = product(1, StoredMatrixTest.scaled(200, 160), false);
    KernelPlan plan =
        Agreement.agrees(
            graph, Agreement.random(new Random(7), 0, 1, 200), Target.VECTOR, "bytes by default");
    long scales = 4 * 160;
    assertEquals(200 * 160 + scales + WeightForm.BYTES.beyond(), WeightLayout.of(plan).bytes());
  }

  @Test
  void otherConstantsStayFloats() {
    agrees("panels", 7, Agreement.random(new Random(8), 0, 20, 33), true);
  }

  @Test
  void weightsFromMainMemoryAreReadInSeveralRuns() {
    Target far = Target.VECTOR.withCosts(Costs.VECTOR.with(CostFigure.CACHED, 0));
    for (int n : new int[] {32, 64, 96, 112, 128, 200, 1000}) {
      agrees(far, "panels", 1, Agreement.random(new Random(n), 0, 21, n), n % 3 == 0);
    }
    agrees(far, "panels of bytes", 1, StoredMatrixTest.scaled(30, 130), true);
    agrees(far, "panels of halves", 1, halves(30, 130), true);
    KernelPlan streamed =
        agrees(far, "panels", 1, Agreement.random(new Random(9), 0, 9, 128), true);
    assertTrue(text(streamed).contains("panel1x8BiasOf4RunsFinish("), text(streamed));
    KernelPlan near = agrees(SMALL, "panels", 1, Agreement.random(new Random(9), 0, 9, 128), true);
    assertTrue(text(near).contains("panel1x8BiasFinish("), text(near));
  }

  private static String text(KernelPlan plan) {
    return LoopPrinter.print(plan.calls().get(0).kernel());
  }
}
