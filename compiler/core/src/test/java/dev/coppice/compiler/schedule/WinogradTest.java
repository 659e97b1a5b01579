package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.GraphText;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class WinogradTest {
  static List<Emitter> emitters() {
    return Emitters.all();
  }

  /** {@code (G w G') . (B' x B)}, transformed back, is the convolution: by the matrices alone. */
  @Test
  void matricesFilter() {
    for (Winograd matrices : List.of(Winograd.F2, Winograd.F4)) {
      int n = matrices.inputs();
      // A filter that is 1 in the middle lets the inner inputs pass. Its transformation is g g',
      // and the sum over all products of A' (g . B' x) is linear in x.
      double[] middle = middle(matrices);
      for (int at = 0; at < n; at++) {
        for (int m = 0; m < matrices.outputs(); m++) {
          double y = 0;
          for (int p = 0; p < n; p++) {
            y += matrices.output()[m][p] * middle[p] * matrices.input()[p][at];
          }
          assertEquals(at == m + 1 ? 1 : 0, y, 1e-12);
        }
      }
    }
  }

  /** G times (0, 1, 0), by the points of the transformation. */
  private static double[] middle(Winograd matrices) {
    return matrices.outputs() == 2
        ? new double[] {0, 0.5, -0.5, 0}
        : new double[] {0, -1 / 6.0, 1 / 6.0, 1 / 12.0, -1 / 12.0, 0};
  }

  @Test
  void sumsOfIntegersMayNotBeRounded() {
    Shape shape = Shape.of(1, 1, 3, 3);
    assertFalse(
        Winograd.mayRound(Tensor.ofFloats(shape, new float[] {1, -127, 0, 3, 4, 5, 6, 7, 8})));
    assertTrue(
        Winograd.mayRound(Tensor.ofFloats(shape, new float[] {1, 2, 3, 4, 5, 6, 7, 8, 8.5f})));
  }

  /** On either backend the sums of a quantized layer are those of integer arithmetic. */
  @ParameterizedTest
  @MethodSource("emitters")
  void sumsOfIntegersAreExact(Emitter emitter) {
    boolean last = emitter.target().vectorApi();
    String weights =
        IntStream.range(0, 16 * 16 * 9)
            .mapToObj(i -> (i * 7919L + i / 3) % 255 - 127 + ".0")
            .collect(Collectors.joining(", "));
    Graph graph =
        GraphText.parse(
            """
            graph g(x: f32[%s]) -> (y) {
              const w: f32[16,16,3,3] = [%s]
              y = %s(x, w) {strides=[1, 1], pads=[1, 1, 1, 1], dilations=[1, 1], group=1}
            }
            """
                .formatted(
                    last ? "1,24,24,16" : "1,16,24,24",
                    weights,
                    last ? "ChannelsLastConv" : "Conv"));
    KernelPlan plan = KernelPlanner.plan(graph, emitter.target());
    List<Tensor> inputs =
        List.of(
            Tensor.fromDoubles(
                graph.inputs().get(0).type(), i -> (double) ((i * 6007L + i / 5) % 256)));
    assertEquals(
        new ReferenceInterpreter(graph).run(inputs).get(0),
        CompiledPlan.of(plan, emitter).run(inputs).get(0));
  }
}
