package dev.coppice.compiler.driver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ArraySamplesTest {
  @TempDir Path folder;

  private static Port port(String name, DType dtype, int... dims) {
    return new Port(name, dtype, Shape.of(dims));
  }

  /** Two samples of 2 x 2 pixels with 3 channels last: pixel p of channel c is 10 p + c. */
  private Path images() throws IOException {
    byte[] bytes = new byte[20 + 24];
    bytes[2] = 8;
    bytes[3] = 4;
    bytes[7] = 2;
    bytes[11] = 2;
    bytes[15] = 2;
    bytes[19] = 3;
    for (int i = 0; i < 24; i++) {
      bytes[20 + i] = (byte) (i / 12 * 100 + i % 12 / 3 * 10 + i % 3);
    }
    return Files.write(folder.resolve("images"), bytes);
  }

  private static Samples read(Path data, Port port, InputScaling scaling, Layout layout) {
    return ArraySamples.of(
        DataFile.read(data).arrays(), List.of(port), scaling, layout, SourceRef.NONE);
  }

  private static String refusal(Path data, Port port, InputScaling scaling, Layout layout) {
    return assertThrows(CompileException.class, () -> read(data, port, scaling, layout))
        .getMessage();
  }

  @Test
  void movesChannelsFirstAndScalesEachChannel() throws IOException {
    InputScaling scaling = new InputScaling(1, 0.5, List.of(0.5, 1.0, 1.5), List.of(1.0, 2.0, 4.0));
    Samples samples = read(images(), port("x", DType.FLOAT32, 1, 3, 2, 2), scaling, Layout.NHWC);
    assertEquals(2, samples.count());
    assertArrayEquals(
        new float[] {0, 5, 10, 15, 0, 2.5f, 5, 7.5f, 0, 1.25f, 2.5f, 3.75f},
        samples.inputs(0).get(0).toFloats());
    assertEquals(50f, samples.inputs(1).get(0).floatAt(0));
  }

  @Test
  void keepsIntegersAsTheyAre() throws IOException {
    Port port = port("x", DType.UINT8, 1, 2, 2, 3);
    Samples samples = read(images(), port, InputScaling.NONE, Layout.NCHW);
    assertEquals(132 & 0xFF, samples.inputs(1).get(0).longAt(11));
    assertEquals(DType.UINT8, samples.inputs(1).get(0).dtype());
  }

  /** Channels are the last axis of an input {@code [1, h, w, 3]} too. */
  @Test
  void scalesChannelsThatAreLast() throws IOException {
    InputScaling scaling = new InputScaling(0, 1, List.of(0.0, 1.0, 2.0), List.of(1.0, 2.0, 5.0));
    for (Layout layout : Layout.values()) {
      Samples samples = read(images(), port("x", DType.FLOAT32, 1, 2, 2, 3), scaling, layout);
      assertArrayEquals(
          new float[] {0, 0, 0, 10, 5, 2, 20, 10, 4, 30, 15, 6},
          samples.inputs(0).get(0).toFloats());
    }
  }

  /** Features of MLPerf Tiny: {@code (q - 83) * 0.5847}. */
  @Test
  void dequantizesBothWays() throws IOException {
    Port port = port("x", DType.FLOAT32, 1, 12);
    InputScaling product = new InputScaling(-83, 0.5847, List.of(), List.of());
    InputScaling quotient = new InputScaling(0, 1, List.of(83.0), List.of(1 / 0.5847));
    float[] expected = read(images(), port, product, Layout.NCHW).inputs(1).get(0).toFloats();
    assertEquals((float) ((100 - 83) * 0.5847), expected[0]);
    assertArrayEquals(
        expected, read(images(), port, quotient, Layout.NCHW).inputs(1).get(0).toFloats(), 1e-5f);
  }

  @Test
  void saysThatChannelsAreLast() throws IOException {
    String message =
        refusal(images(), port("x", DType.FLOAT32, 1, 3, 2, 2), InputScaling.NONE, Layout.NCHW);
    assertTrue(message.endsWith("input 'x' is f32[1,3,2,2]; give layout nhwc."), message);
  }

  @Test
  void refusesWrongSizesAndChannels() throws IOException {
    String size = refusal(images(), port("x", DType.FLOAT32, 1, 5), InputScaling.NONE, Layout.NCHW);
    assertTrue(size.contains("one sample of 12 elements"), size);
    InputScaling two = new InputScaling(0, 1, List.of(1.0, 2.0), List.of());
    String channels = refusal(images(), port("x", DType.FLOAT32, 1, 3, 2, 2), two, Layout.NHWC);
    assertTrue(channels.contains("has 2 values, but input 'x' f32[1,3,2,2] has 3"), channels);
  }
}
