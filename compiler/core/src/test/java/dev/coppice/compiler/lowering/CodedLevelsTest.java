package dev.coppice.compiler.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.ScaledLevels;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

final class CodedLevelsTest {
  private static final int CHANNELS = 40;
  private static final int INPUTS = 96;

  /** {@code [CHANNELS, INPUTS]}: levels from {@code least} on times the scale of their group. */
  private static Tensor weights(IntUnaryOperator least, int count, int block) {
    Random random = new Random(count);
    float[] scales = new float[CHANNELS * INPUTS];
    for (int g = 0; g < scales.length; g++) {
      scales[g] = random.nextFloat() + 0.01f;
    }
    float[] w = new float[CHANNELS * INPUTS];
    for (int i = 0; i < w.length; i++) {
      w[i] = (least.applyAsInt(i / block) + random.nextInt(count)) * scales[i / block];
    }
    return Tensor.ofFloats(Shape.of(CHANNELS, INPUTS), w);
  }

  /** {@code w} in panels of eight channels and what is left over, with zeros behind it. */
  private static Reordered inPanels(Tensor w, int channels) {
    int whole = channels / 8 * 8;
    IntUnaryOperator order =
        i -> {
          int panel = Math.min(i / (8 * INPUTS), whole / 8);
          int width = Math.min(8, channels - 8 * panel);
          int at = i - 8 * panel * INPUTS;
          return at < width * INPUTS ? (8 * panel + at % width) * INPUTS + at / width : -1;
        };
    float[] data = new float[channels * INPUTS + 8];
    for (int i = 0; i < data.length; i++) {
      data[i] = order.applyAsInt(i) < 0 ? 0 : w.floatAt(order.applyAsInt(i));
    }
    return new Reordered(Tensor.ofFloats(Shape.of(data.length), data), w, order);
  }

  private static CodedLevels decodes(Reordered elements) {
    CodedTensor form = CodedTensor.of(elements).orElseThrow();
    CodedTensorTest.assertDecodes(elements.data(), form);
    return assertInstanceOf(CodedLevels.class, form);
  }

  @Test
  void channelsInAnyOrder() {
    Tensor w = weights(g -> -127, 255, INPUTS);
    CodedLevels form = decodes(Reordered.identity(w));
    assertTrue(form.zeros().isEmpty());
    assertEquals(CHANNELS * (INPUTS + 4), form.bytes());
    decodes(inPanels(w, CHANNELS));
    decodes(inPanels(w, 37));
  }

  @Test
  void fourBitsAndAScaleForABlock() {
    Tensor w = weights(g -> -8, 16, 32);
    CodedLevels form = decodes(Reordered.identity(w));
    assertEquals(CHANNELS * INPUTS / 2 + CHANNELS * INPUTS / 32 * 4, form.bytes());
    decodes(inPanels(w, CHANNELS));
  }

  /**
   * Inputs are three taps of 32 channels, of which a kernel reads the channels of a tap in turn.
   */
  @Test
  void blocksThatTapsCutIntoPieces() {
    Tensor w = weights(g -> -8, 16, 32);
    IntUnaryOperator order =
        i -> {
          int t = i % (8 * INPUTS) / 8;
          return (i / (8 * INPUTS) * 8 + i % 8) * INPUTS + t % 32 * 3 + t / 32;
        };
    CodedLevels form = decodes(new Reordered(w.gather(Shape.of(w.size()), order), w, order));
    assertInstanceOf(ScalesOfRows.class, form.scales());
    assertEquals(w.size() / 2 + w.size() / 8 + w.size() / 32 * 4, form.bytes());
  }

  /** Bytes hold the levels of each channel, not those of all. */
  @Test
  void zeroPointsOfChannels() {
    Tensor w = weights(g -> -5 * g, 256, INPUTS);
    assertTrue(decodes(Reordered.identity(w)).zeros().isPresent());
    assertTrue(decodes(inPanels(w, 37)).zeros().isPresent());
    Tensor blocks = weights(g -> -(g % 16), 16, 32);
    assertEquals(
        CHANNELS * INPUTS / 2 + CHANNELS * INPUTS / 32 * 8,
        decodes(Reordered.identity(blocks)).bytes());
  }

  @Test
  void prunedLevelsStandAtGaps() {
    Random random = new Random(7);
    Tensor all = weights(g -> -127, 255, INPUTS);
    float[] few = all.toFloats();
    for (int i = 0; i < few.length; i++) {
      few[i] = random.nextInt(10) == 0 ? few[i] : 0;
    }
    CodedLevels form = decodes(Reordered.identity(Tensor.ofFloats(all.shape(), few)));
    assertInstanceOf(IndicesAtGaps.class, form.levels());
    assertTrue(form.bytes() < all.size() / 2, form.bytes() + " bytes");
  }

  /** A factor for each channel rounds weights once more; decoded they are those of the file. */
  @Test
  void foldedFactorsAreWithinUnitsInTheLastPlace() {
    Tensor w = weights(g -> -127, 255, INPUTS);
    float[] folded = new float[w.size()];
    for (int i = 0; i < folded.length; i++) {
      folded[i] = w.floatAt(i) * (1.1f + i / INPUTS * 0.37f);
    }
    Reordered elements = Reordered.identity(Tensor.ofFloats(w.shape(), folded));
    assertEquals(List.of(), CodedLevels.of(elements, 0));
    ScaledLevels file = ScaledLevels.inBytes(elements.data(), ScaledLevels.MAX_ULPS).orElseThrow();
    assertTrue(file.ulps() > 0);
    float[] decoded = CodedTensorTest.decoded(CodedTensor.of(elements).orElseThrow());
    for (int i = 0; i < folded.length; i++) {
      assertEquals(file.level(i, folded[i]) * file.scales()[file.group(i)], decoded[i], 0);
      assertEquals(folded[i], decoded[i], ScaledLevels.MAX_ULPS * Math.ulp(folded[i]));
    }
  }

  @Test
  void othersHaveNoForm() {
    Random random = new Random(3);
    Tensor any = Tensor.fromDoubles(weights(g -> 0, 2, INPUTS).type(), i -> random.nextGaussian());
    assertTrue(CodedTensor.of(Reordered.identity(any)).isEmpty());
    // Neighbours of another scale in no order.
    Tensor w = weights(g -> -127, 255, INPUTS);
    int[] order = random.ints(w.size(), 0, w.size()).toArray();
    Tensor data = w.gather(Shape.of(w.size()), i -> order[i]);
    assertTrue(CodedTensor.of(new Reordered(data, w, i -> order[i])).isEmpty());
  }
}
