package dev.coppice.compiler.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.TextPrinter;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.PassContext;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.GraphText;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Parts of usual networks have their channels last from input to output. */
final class ChannelsLastNetworksTest {
  private static final String SAME = "strides=[1,1], pads=[1,1,1,1], dilations=[1,1]";
  private static final String POINT = "strides=[1,1], pads=[0,0,0,0], dilations=[1,1]";
  private static final String STRIDED = "strides=[2,2], pads=[1,1,1,1], dilations=[1,1]";

  /**
   * Asserts that all convolutions run with channels last, that only inputs and outputs are
   * transposed, {@code transpositions} of them, and that the results are the same.
   */
  private static void transposes(int transpositions, String text) {
    Graph graph =
        GraphText.parse(
            text.replace("SAME", SAME).replace("POINT", POINT).replace("STRIDED", STRIDED));
    Graph after = Pipelines.of(Target.VECTOR).run(graph, new PassContext(new DiagnosticSink()));
    String print = TextPrinter.print(after);
    List<Node> moved = after.nodes().stream().filter(n -> n.op() instanceof Transpose).toList();
    assertEquals(transpositions, moved.size(), print);
    for (Node n : moved) {
      assertTrue(
          after.inputs().contains(n.input(0)) || after.isOutput(n.output()), n.name() + print);
    }
    assertTrue(after.nodes().stream().noneMatch(n -> n.op() instanceof Conv), print);
    List<Tensor> inputs = SeededInputs.of(graph, 1);
    List<Tensor> expected = new ReferenceInterpreter(graph).run(inputs);
    List<Tensor> actual = new ReferenceInterpreter(after).run(inputs);
    assertTrue(Equivalence.REASSOCIATED.accepts(expected.get(0), actual.get(0)));
  }

  @Test
  void residualBlock() {
    transposes(
        2,
        """
        graph g(x: f32[1,8,12,12]) -> (y) {
          a = Conv(x, w1: f32[16,8,3,3], b1: f32[16]) {STRIDED, group=1}
          b = BatchNormalization(a, s1: f32[16], h1: f32[16], m1: f32[16], var1: f32[16]) {epsilon=1.0E-5, axis=1}
          c = Relu(b)
          d = Conv(c, w2: f32[16,16,3,3]) {SAME, group=1}
          e = Conv(x, w3: f32[16,8,1,1]) {strides=[2,2], pads=[0,0,0,0], dilations=[1,1], group=1}
          f = Add(d, e)
          h = Relu(f)
          i = Conv(h, w4: f32[16,16,3,3]) {SAME, group=1}
          j = Add(i, h)
          y = Relu(j)
        }
        """);
  }

  @Test
  void separableBlockWithClassifier() {
    transposes(
        1,
        """
        graph g(x: f32[1,3,16,16]) -> (y) {
          a = Conv(x, w1: f32[16,3,3,3], b1: f32[16]) {STRIDED, group=1}
          b = Clip(a) {min=0.0, max=6.0}
          c = Conv(b, w2: f32[16,1,3,3], b2: f32[16]) {SAME, group=16}
          d = Clip(c) {min=0.0, max=6.0}
          e = Conv(d, w3: f32[24,16,1,1], b3: f32[24]) {POINT, group=1}
          f = Clip(e) {min=0.0, max=6.0}
          h = AveragePool(f) {kernel=[8,8], strides=[1,1], pads=[0,0,0,0], dilations=[1,1], countIncludePad=false, outputShape=[1,1]}
          i = Reshape(h) {shape=[1,24]}
          j = MatMul(i, w4: f32[24,10])
          y = Softmax(j) {axis=1}
        }
        """);
  }

  /** What is flattened and multiplied needs no transposition either. */
  @Test
  void flattenedPlanes() {
    transposes(
        1,
        """
        graph g(x: f32[1,3,8,8]) -> (y) {
          a = Conv(x, w1: f32[8,3,3,3], b1: f32[8]) {SAME, group=1}
          b = Relu(a)
          c = MaxPool(b) {kernel=[2,2], strides=[2,2], pads=[0,0,0,0], dilations=[1,1], outputShape=[4,4]}
          d = Reshape(c) {shape=[1,128]}
          y = MatMul(d, w2: f32[128,10])
        }
        """);
  }

  @Test
  void inceptionBlock() {
    transposes(
        2,
        """
        graph g(x: f32[1,16,10,10]) -> (y) {
          a = Conv(x, w1: f32[8,16,1,1], b1: f32[8]) {POINT, group=1}
          b = Relu(a)
          c = Conv(x, w2: f32[12,16,1,1], b2: f32[12]) {POINT, group=1}
          d = Relu(c)
          e = Conv(d, w3: f32[16,12,3,3], b3: f32[16]) {SAME, group=1}
          f = Relu(e)
          h = MaxPool(x) {kernel=[3,3], strides=[1,1], pads=[1,1,1,1], dilations=[1,1], outputShape=[10,10]}
          i = Conv(h, w4: f32[8,16,1,1], b4: f32[8]) {POINT, group=1}
          j = Relu(i)
          k = Concat(b, f, j) {axis=1}
          l = Lrn(k) {size=5, alpha=1.0E-4, beta=0.75, bias=1.0, axis=1}
          y = Conv(l, w5: f32[32,32,3,3]) {SAME, group=1}
        }
        """);
  }

  @Test
  void squeezeAndExcite() {
    transposes(
        2,
        """
        graph g(x: f32[1,16,10,10]) -> (y) {
          a = Conv(x, w1: f32[16,16,3,3], b1: f32[16]) {SAME, group=1}
          b = Reduce(a) {kind=MEAN, axes=[2,3], keepdims=true}
          c = Conv(b, w2: f32[4,16,1,1], b2: f32[4]) {POINT, group=1}
          d = Relu(c)
          e = Conv(d, w3: f32[16,4,1,1], b3: f32[16]) {POINT, group=1}
          f = HardSigmoid(e) {alpha=0.2, beta=0.5}
          h = Mul(a, f)
          i = Conv(h, w4: f32[16,16,3,3]) {SAME, group=1}
          y = Add(i, x)
        }
        """);
  }

  @Test
  void skipOfAnHourglass() {
    transposes(
        2,
        """
        graph g(x: f32[1,8,12,12]) -> (y) {
          a = Conv(x, w1: f32[16,8,3,3], b1: f32[16]) {SAME, group=1}
          b = Relu(a)
          c = MaxPool(b) {kernel=[2,2], strides=[2,2], pads=[0,0,0,0], dilations=[1,1], outputShape=[6,6]}
          d = Conv(c, w2: f32[16,16,3,3], b2: f32[16]) {SAME, group=1}
          e = Relu(d)
          f = Resize(e) {mode=LINEAR, coordinates=HALF_PIXEL, nearest=FLOOR, cubicCoefficient=-0.75, excludeOutside=false, antialias=false, extrapolation=0.0, roi=[], scales=[1.0,1.0,2.0,2.0], shape=[1,16,12,12]}
          h = Concat(b, f) {axis=1}
          i = Conv(h, w3: f32[8,32,3,3], b3: f32[8]) {SAME, group=1}
          y = Sigmoid(i)
        }
        """);
  }

  /** The shuffle itself is the only transposition between input and output. */
  @Test
  void shuffledChannelsMoveWithinTheirPlaces() {
    Graph graph =
        GraphText.parse(
            """
            graph g(x: f32[1,8,10,10]) -> (y) {
              a = Conv(x, w1: f32[32,4,3,3]) {SAME, group=2}
              b = Reshape(a) {shape=[1,2,16,10,10]}
              c = Transpose(b) {perm=[0,2,1,3,4]}
              d = Reshape(c) {shape=[1,32,10,10]}
              y = Conv(d, w2: f32[32,32,3,3]) {SAME, group=1}
            }
            """
                .replace("SAME", SAME));
    Graph after = Pipelines.of(Target.VECTOR).run(graph, new PassContext(new DiagnosticSink()));
    List<List<Integer>> perms =
        after.nodes().stream()
            .filter(n -> n.op() instanceof Transpose)
            .map(n -> ((Transpose) n.op()).perm())
            .toList();
    assertEquals(List.of(List.of(0, 2, 3, 1), List.of(0, 1, 2, 4, 3), List.of(0, 3, 1, 2)), perms);
  }
}
