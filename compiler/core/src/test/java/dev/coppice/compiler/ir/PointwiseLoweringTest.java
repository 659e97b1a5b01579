package dev.coppice.compiler.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Broadcast patterns; the operators merely make operands distinguishable. */
class PointwiseLoweringTest extends OpContract {
  private static final int RANDOM_CASES = 60;

  /** The operand that meets a result of shape {@code out}: some axes 1, leading ones dropped. */
  private static int[] operand(Random r, int[] out) {
    int[] dims = out.clone();
    for (int a = 0; a < dims.length; a++) {
      dims[a] = r.nextInt(3) == 0 ? 1 : dims[a];
    }
    return Arrays.copyOfRange(
        dims, r.nextInt(4) == 0 ? r.nextInt(dims.length + 1) : 0, dims.length);
  }

  private static Case random(Random r) {
    int[] out = new int[r.nextInt(6)];
    for (int a = 0; a < out.length; a++) {
      out[a] = r.nextInt(20) == 0 ? 0 : 1 + r.nextInt(4);
    }
    int seed = r.nextInt();
    Case c =
        r.nextInt(3) == 0
            ? of(
                new Where(),
                random(seed, DType.BOOL, operand(r, out)),
                random(seed + 1, operand(r, out)),
                random(seed + 2, operand(r, out)))
            : of(new Sub(), random(seed, operand(r, out)), random(seed + 1, operand(r, out)));
    return r.nextInt(3) == 0 ? c.constantsFrom(1) : c;
  }

  @Override
  protected List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    cases.add(
        of(
                new Sub(),
                Tensor.ofFloats(Shape.of(2, 1), 10, 20),
                Tensor.ofFloats(Shape.of(3), 1, 2, 3))
            .gives(Tensor.ofFloats(Shape.of(2, 3), 9, 8, 7, 19, 18, 17)));
    cases.add(
        of(
                new Sub(),
                Tensor.ofFloats(Shape.of(2), 10, 20),
                Tensor.splat(TensorType.of(DType.FLOAT32, 3, 1), 1))
            .constantsFrom(1)
            .gives(Tensor.ofFloats(Shape.of(3, 2), 9, 19, 9, 19, 9, 19)));
    Random r = new Random(7);
    for (int i = 0; i < RANDOM_CASES; i++) {
      cases.add(random(r));
    }
    return cases;
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of();
  }

  private static int loops(Stmt s) {
    if (s instanceof Stmt.Block b) {
      return b.body().stream().mapToInt(PointwiseLoweringTest::loops).sum();
    }
    return s instanceof Stmt.For f ? 1 + loops(f.body()) : 0;
  }

  /** Loops of the sum of operands of these shapes. */
  private static int loops(int[] a, int[] b) {
    GraphBuilder g = new GraphBuilder("g");
    Value x = g.input("a", new TensorType(DType.FLOAT32, Shape.of(a)));
    Value y = g.input("b", new TensorType(DType.FLOAT32, Shape.of(b)));
    g.output("y", g.add("sum", new Add(), x, y));
    Kernel kernel = KernelPlanner.plan(g.build(), Target.PORTABLE).calls().get(0).kernel();
    return loops(kernel.body());
  }

  @Test
  void axesThatMoveTogetherAreOneLoop() {
    assertEquals(1, loops(new int[] {2, 3, 4, 5}, new int[] {2, 3, 4, 5}));
    assertEquals(1, loops(new int[] {2, 3, 4, 5}, new int[] {1}));
    assertEquals(1, loops(new int[] {1, 8, 1, 4}, new int[] {8, 1, 4}));
    assertEquals(2, loops(new int[] {1, 8, 4, 4}, new int[] {8, 1, 1}));
    assertEquals(2, loops(new int[] {2, 3, 4, 5}, new int[] {4, 5}));
    assertEquals(3, loops(new int[] {2, 8, 4, 4}, new int[] {8, 1, 1}));
    assertEquals(4, loops(new int[] {2, 3, 4, 5}, new int[] {2, 1, 4, 1}));
  }

  @Test
  void scalarsNeedNoLoop() {
    assertEquals(0, loops(new int[0], new int[0]));
  }
}
