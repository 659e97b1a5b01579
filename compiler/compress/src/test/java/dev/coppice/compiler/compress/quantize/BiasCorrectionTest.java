package dev.coppice.compiler.compress.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.testing.Recipes;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BiasCorrectionTest {
  private static final Examples EXAMPLES = SmallNetwork.examples(40, 3);

  /** A shift of one layer's bias is found there, and not in the layers that inherit it. */
  @Test
  void aPlantedShiftIsFoundWhereItIsAndTakenBack() {
    OnnxGraph original = SmallNetwork.of(13);
    OnnxGraph shifted = original.copy();
    Tensor bias = shifted.constant("dw.bias").orElseThrow();
    shifted.constant(
        "dw.bias", Tensor.fromDoubles(bias.type(), c -> bias.doubleAt(c) - 0.1 * (c + 1)));
    BiasCorrection correction = new BiasCorrection(original, EXAMPLES, "portable");
    for (BiasCorrection.Shift shift : correction.measure(shifted)) {
      for (int c = 0; c < shift.shift().length; c++) {
        double planted = shift.label().equals("dw") ? 0.1 * (c + 1) : 0;
        assertEquals(planted, shift.shift()[c], 1e-4, shift.label() + " channel " + c);
      }
    }
    correction.correct(shifted);
    Tensor back = bias(shifted, "d");
    for (int c = 0; c < back.size(); c++) {
      assertEquals(bias.doubleAt(c), back.doubleAt(c), 1e-4);
    }
  }

  private static Tensor bias(OnnxGraph graph, String output) {
    return graph.constant(graph.producer(output).orElseThrow().getInput(2)).orElseThrow();
  }

  /** Two bits shift means by a lot; the step takes most of it back, also from integer biases. */
  @Test
  void quantizedLayersGetTheirMeansBack() {
    OnnxGraph original = SmallNetwork.of(13);
    String quantize =
        "{method: quantize, types: [\"stem=int2\", \"dw=int2\", \"pw=int2\", \"fc=int2\"]}";
    double before =
        shift(original, Recipes.run(original, Optional.of(EXAMPLES), "steps: [" + quantize + "]"));
    Session corrected =
        Recipes.run(
            original, Optional.of(EXAMPLES), "steps: [" + quantize + ", {method: correct-bias}]");
    double after = shift(original, corrected);
    assertTrue(after < 0.4 * before, after + " of " + before);
    assertTrue(
        corrected.findings().decisions().stream().anyMatch(d -> d.what().equals("bias corrected")));
  }

  /** The size of all shifts together. */
  private static double shift(OnnxGraph original, Session session) {
    List<BiasCorrection.Shift> shifts =
        new BiasCorrection(original, EXAMPLES, "portable").measure(session.graph());
    assertTrue(shifts.size() >= 3, shifts.toString());
    return shifts.stream().mapToDouble(BiasCorrection.Shift::size).sum();
  }

  @Test
  void anEqualModelStays() {
    OnnxGraph original = SmallNetwork.of(13);
    for (BiasCorrection.Shift shift :
        new BiasCorrection(original, EXAMPLES, "portable").measure(original.copy())) {
      assertEquals(0, shift.size(), 1e-7);
    }
  }
}
