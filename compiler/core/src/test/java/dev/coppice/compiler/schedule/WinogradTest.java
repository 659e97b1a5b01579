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

  /**
   * {@code A' [(G w G') . (B' x B)] A} is the convolution. It is linear in w and in x, so that
   * filters of one tap and tiles of one input tell all.
   */
  @Test
  void everyTapLetsItsInputsPass() {
    for (Winograd matrices : List.of(Winograd.F2, Winograd.F4)) {
      int n = matrices.inputs();
      for (int tap = 0; tap < 9; tap++) {
        float[] filter = new float[9];
        filter[tap] = 1;
        Tensor w = Tensor.ofFloats(Shape.of(1, 1, 3, 3), filter);
        Tensor products = matrices.transform(w, new int[] {0}).data();
        for (int at = 0; at < n * n; at++) {
          for (int y = 0; y < matrices.outputs() * matrices.outputs(); y++) {
            int oh = y / matrices.outputs();
            int ow = y % matrices.outputs();
            boolean passes = at / n == oh + tap / 3 && at % n == ow + tap % 3;
            assertEquals(
                passes ? 1 : 0,
                result(matrices, products, at, oh, ow),
                1e-5,
                matrices.name() + ", tap " + tap + ", input " + at + ", result " + y);
          }
        }
      }
    }
  }

  /** A result of a tile whose input {@code at} is 1 and all others 0. */
  private static double result(Winograd matrices, Tensor products, int at, int oh, int ow) {
    int n = matrices.inputs();
    double sum = 0;
    for (int p = 0; p < n; p++) {
      for (int q = 0; q < n; q++) {
        double x = matrices.input()[p][at / n] * matrices.input()[q][at % n];
        sum +=
            matrices.output()[oh][p] * matrices.output()[ow][q] * products.doubleAt(p * n + q) * x;
      }
    }
    return sum;
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
