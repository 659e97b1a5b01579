package dev.coppice.compiler.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphBuilder;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Relu;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelPlannerTest {
  private static final TensorType ROW = TensorType.of(DType.FLOAT32, 1, 4);

  private static Tensor square(float diagonal) {
    float[] v = new float[16];
    for (int i = 0; i < 4; i++) {
      v[5 * i] = diagonal;
    }
    return Tensor.ofFloats(Shape.of(4, 4), v);
  }

  private static List<Tensor> run(Graph g, float... x) {
    KernelPlan plan = KernelPlanner.plan(g, Target.PORTABLE);
    return PlanInterpreter.run(
        plan, MemoryPlanner.plan(plan), List.of(Tensor.ofFloats(Shape.of(1, 4), x)));
  }

  @Test
  void pointwiseConsumerIsFused() {
    GraphBuilder b = new GraphBuilder("g");
    Value x = b.input("x", ROW);
    Value m = b.add("m", new MatMul(), x, b.constant("w", square(2)));
    b.output("y", b.add("r", new Relu(), m));
    Graph g = b.build();
    KernelPlan plan = KernelPlanner.plan(g, Target.PORTABLE);
    assertEquals(1, plan.calls().size());
    assertEquals("m, r", plan.calls().get(0).comment());
    assertEquals(Tensor.ofFloats(Shape.of(1, 4), 2, 0, 6, 0), run(g, 1, -2, 3, -4).get(0));
  }

  /** One of both is a view. */
  @Test
  void transposedElementsAreCounted() {
    GraphBuilder b = new GraphBuilder("g");
    Value x = b.input("x", TensorType.of(DType.FLOAT32, 1, 3, 2));
    Value t = b.add("t", new Transpose(List.of(0, 2, 1)), x);
    b.output("y", b.add("r", new Relu(), b.add("v", new Transpose(List.of(1, 0, 2)), t)));
    assertEquals(List.of(6), KernelPlanner.plan(b.build(), Target.PORTABLE).transposed());
  }

  @Test
  void valueWithTwoReadersIsNotFusedAway() {
    GraphBuilder b = new GraphBuilder("g");
    Value x = b.input("x", ROW);
    Value m = b.add("m", new MatMul(), x, b.constant("w", square(2)));
    b.output("m", m);
    b.output("y", b.add("r", new Relu(), m));
    List<Tensor> y = run(b.build(), 1, -2, 3, -4);
    assertEquals(Tensor.ofFloats(Shape.of(1, 4), 2, -4, 6, -8), y.get(0));
    assertEquals(Tensor.ofFloats(Shape.of(1, 4), 2, 0, 6, 0), y.get(1));
  }

  @Test
  void sameValueAsTwoOutputsIsDeliveredTwice() {
    GraphBuilder b = new GraphBuilder("g");
    Value x = b.input("x", ROW);
    Value r = b.add("r", new Relu(), x);
    b.output("a", r);
    b.output("b", r);
    List<Tensor> y = run(b.build(), 1, -2, 3, -4);
    assertEquals(y.get(0), y.get(1));
    assertEquals(Tensor.ofFloats(Shape.of(1, 4), 1, 0, 3, 0), y.get(1));
  }

  @Test
  void inputAndConstantAsOutputsAreCopied() {
    GraphBuilder b = new GraphBuilder("g");
    Value x = b.input("x", ROW);
    b.output("same", x);
    b.output("c", b.constant("c", Tensor.ofFloats(Shape.of(2), 5, 6)));
    List<Tensor> y = run(b.build(), 1, 2, 3, 4);
    assertEquals(Tensor.ofFloats(Shape.of(1, 4), 1, 2, 3, 4), y.get(0));
    assertEquals(Tensor.ofFloats(Shape.of(2), 5, 6), y.get(1));
  }

  @Test
  void equalLayersShareOneKernelAndWeightsAreKeptOnce() {
    GraphBuilder b = new GraphBuilder("g");
    Value x = b.input("x", ROW);
    Value first = b.add("m1", new MatMul(), x, b.constant("w1", square(2)));
    Value second = b.add("m2", new MatMul(), first, b.constant("w2", square(2)));
    b.output("y", b.add("m3", new MatMul(), second, b.constant("w3", square(3))));
    KernelPlan plan = KernelPlanner.plan(b.build(), Target.PORTABLE);
    assertEquals(3, plan.calls().size());
    assertEquals(1, plan.calls().stream().map(KernelCall::kernel).distinct().count());
    assertEquals(2, plan.weights().size());
    assertEquals(48, plan.macs());
  }
}
