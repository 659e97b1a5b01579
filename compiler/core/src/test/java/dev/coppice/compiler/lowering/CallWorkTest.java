package dev.coppice.compiler.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphBuilder;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Relu;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.GraphText;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallWorkTest {
  private static Tensor weights(int... dims) {
    return Tensor.splat(TensorType.of(DType.FLOAT32, dims), 0.5);
  }

  private static List<CallWork> works(Graph g) {
    return KernelPlanner.plan(g, Target.PORTABLE).works();
  }

  /** Two products, of which one has a fused sum and activation. */
  @Test
  void callsTakeWhatTheirNodesDefine() {
    GraphBuilder b = new GraphBuilder("g");
    Value x = b.input("x", TensorType.of(DType.FLOAT32, 1, 8));
    Value h = b.add("a", new MatMul(), x, b.constant("v", weights(8, 16)));
    Value r = b.add("r", new Relu(), h);
    b.output("y", b.add("c", new MatMul(), r, b.constant("w", weights(16, 4))));
    assertEquals(
        List.of(
            new CallWork("a, r", 128, 128, 4 * 128, 4 * (8 + 16)),
            new CallWork("c", 64, 64, 4 * 64, 4 * (16 + 4))),
        works(b.build()));
  }

  @Test
  void winogradExecutesFewerAndReadsMore() {
    GraphBuilder b = new GraphBuilder("g");
    Value x = b.input("x", TensorType.of(DType.FLOAT32, 1, 64, 32, 32));
    Value w = b.constant("w", weights(64, 64, 3, 3));
    b.output("y", b.add("c", new Conv(List.of(1, 1), List.of(1, 1, 1, 1), List.of(1, 1), 1), x, w));
    CallWork work = works(b.build()).get(0);
    assertEquals(4 * work.executedMacs(), work.macs());
    // 36 transformed taps for 9.
    assertEquals(4 * 64 * 64 * 36, work.weightBytes());
    assertEquals(2 * 4 * 64 * 32 * 32, work.valueBytes());
  }

  @Test
  void aTableIsReadWhereItIsLookedUp() {
    GraphBuilder b = new GraphBuilder("g");
    Value i = b.input("i", TensorType.of(DType.INT64, 3));
    Value table = b.constant("table", weights(1000, 16));
    b.output("y", b.add("g", new Gather(0), table, i));
    CallWork work = works(b.build()).get(0);
    assertEquals(4 * 3 * 16, work.weightBytes());
    assertEquals(4 * 3 * 16 + 8 * 3, work.valueBytes());
  }

  @Test
  void theSameOperandTwiceIsReadOnce() {
    GraphBuilder b = new GraphBuilder("g");
    Value x = b.input("x", TensorType.of(DType.FLOAT32, 1, 8));
    b.output("y", b.add("s", new Add(), x, x));
    assertEquals(4 * (8 + 8), works(b.build()).get(0).valueBytes());
  }

  /** They may still be in the nearest cache. */
  @Test
  void weightsThatACallBeforeReadCountOnce() {
    GraphBuilder b = new GraphBuilder("g");
    Value x = b.input("x", TensorType.of(DType.FLOAT32, 1, 8));
    Value w = b.constant("w", weights(8, 8));
    b.output("y", b.add("b", new MatMul(), b.add("a", new MatMul(), x, w), w));
    assertEquals(
        List.of(4L * 64, 0L), works(b.build()).stream().map(CallWork::weightBytes).toList());
  }

  /** Which branch runs is not known before. */
  @Test
  void branchesAreNotListed() {
    Graph g =
        GraphText.parse(
            """
            graph g(c: bool[], x: f32[3]) -> (z) {
              t = Relu(x)
              y = If(c, t, t) {
                then=graph a(p: f32[3]) -> (r) { r = Neg(p) },
                otherwise=graph b(p: f32[3]) -> (r) { r = Exp(p) }}
              z = Add(y, t)
            }
            """);
    assertEquals(
        List.of(4L * (3 + 3), 4L * (3 + 3 + 3)),
        works(g).stream().map(CallWork::valueBytes).toList());
  }
}
