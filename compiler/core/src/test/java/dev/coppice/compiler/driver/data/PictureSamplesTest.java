package dev.coppice.compiler.driver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PictureSamplesTest {
  private static final SourceRef WHERE = SourceRef.file("photos");
  private static final InputScaling SCALING =
      new InputScaling(0, 1, List.of(1.0, 2.0, 3.0), List.of(1.0, 1.0, 2.0));

  @TempDir Path folder;
  private Path file;

  /** Two pixels: (1, 2, 3) and (11, 12, 13). */
  @BeforeEach
  void write() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0x010203);
    image.setRGB(1, 0, 0x0B0C0D);
    file = folder.resolve("a.png");
    ImageIO.write(image, "png", file.toFile());
  }

  private PictureSamples samples(
      DType dtype, InputScaling scaling, ChannelOrder order, int... dims) {
    Port port = new Port("x", dtype, Shape.of(dims));
    return new PictureSamples(List.of(file), port, scaling, Framing.NONE, order, WHERE);
  }

  private static float[] only(Samples samples) {
    assertEquals(1, samples.count());
    List<Tensor> inputs = samples.inputs(0);
    assertEquals(1, inputs.size());
    return inputs.get(0).toFloats();
  }

  @Test
  void followsTheModelsLayout() {
    assertArrayEquals(
        new float[] {1, 11, 2, 12, 3, 13},
        only(samples(DType.FLOAT32, InputScaling.NONE, ChannelOrder.RGB, 1, 3, 1, 2)));
  }

  /** Two rows for an input of {@code [1, 2, 1, 3]}, whose first axis but one is no channel. */
  @Test
  void putsChannelsLastIfTheModelDoes() throws IOException {
    BufferedImage image = new BufferedImage(1, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0x010203);
    image.setRGB(0, 1, 0x0B0C0D);
    ImageIO.write(image, "png", file.toFile());
    assertArrayEquals(
        new float[] {1, 2, 3, 11, 12, 13},
        only(samples(DType.UINT8, InputScaling.NONE, ChannelOrder.RGB, 1, 2, 1, 3)));
    assertArrayEquals(
        new float[] {0, 0, 0, 10, 10, 5},
        only(samples(DType.FLOAT32, SCALING, ChannelOrder.RGB, 1, 2, 1, 3)));
  }

  @Test
  void scalesEachChannelInTheModelsOrder() {
    assertArrayEquals(
        new float[] {0, 10, 0, 10, 0, 5},
        only(samples(DType.FLOAT32, SCALING, ChannelOrder.RGB, 1, 3, 1, 2)));
    assertArrayEquals(
        new float[] {2, 12, 0, 10, -1, 4},
        only(samples(DType.FLOAT32, SCALING, ChannelOrder.BGR, 1, 3, 1, 2)));
  }

  @Test
  void makesGreyForOneChannel() {
    assertArrayEquals(
        new float[] {2, 12},
        only(samples(DType.FLOAT32, InputScaling.NONE, ChannelOrder.BGR, 1, 1, 1, 2)));
  }

  @Test
  void keepsWhatItDecoded() throws IOException {
    Samples samples = samples(DType.FLOAT32, InputScaling.NONE, ChannelOrder.RGB, 1, 3, 1, 2);
    float[] first = only(samples);
    Files.delete(file);
    assertArrayEquals(first, only(samples));
  }

  @Test
  void refusesInputsThatTakeNoPicture() {
    for (int[] dims : new int[][] {{1, 4, 2, 2}, {2, 3, 1, 2}, {1, 6}}) {
      CompileException e =
          assertThrows(
              CompileException.class,
              () -> samples(DType.FLOAT32, InputScaling.NONE, ChannelOrder.RGB, dims));
      assertEquals(
          "[DataInvalid] photos: input 'x' f32"
              + Shape.of(dims)
              + " takes no picture, expected [1,C,H,W] or [1,H,W,C] with 1 or 3 channels C.",
          e.getMessage());
    }
  }
}
