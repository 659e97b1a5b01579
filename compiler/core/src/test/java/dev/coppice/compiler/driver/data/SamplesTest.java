package dev.coppice.compiler.driver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.onnx.wire.TensorFile;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SamplesTest {
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

  private static String refusal(Path data, Port port, InputScaling scaling) {
    return assertThrows(CompileException.class, () -> Samples.read(data, List.of(port), scaling))
        .getMessage();
  }

  @Test
  void movesChannelsFirstAndScalesEachChannel() throws IOException {
    InputScaling scaling =
        new InputScaling(1, 0.5, List.of(0.5, 1.0, 1.5), List.of(1.0, 2.0, 4.0), true);
    Samples samples =
        Samples.read(images(), List.of(port("x", DType.FLOAT32, 1, 3, 2, 2)), scaling);
    assertEquals(2, samples.count());
    assertArrayEquals(
        new float[] {0, 5, 10, 15, 0, 2.5f, 5, 7.5f, 0, 1.25f, 2.5f, 3.75f},
        samples.sample(0).get(0).toFloats());
    assertEquals(50f, samples.sample(1).get(0).floatAt(0));
  }

  @Test
  void keepsIntegersAsTheyAre() throws IOException {
    Port port = port("x", DType.UINT8, 1, 2, 2, 3);
    Samples samples = Samples.read(images(), List.of(port), InputScaling.NONE);
    assertEquals(132 & 0xFF, samples.sample(1).get(0).longAt(11));
    assertEquals(DType.UINT8, samples.sample(1).get(0).dtype());
  }

  @Test
  void saysThatChannelsAreLast() throws IOException {
    String message = refusal(images(), port("x", DType.FLOAT32, 1, 3, 2, 2), InputScaling.NONE);
    assertTrue(message.endsWith("input 'x' is f32[1,3,2,2]; give --layout nhwc."), message);
  }

  @Test
  void refusesWrongSizesAndChannels() throws IOException {
    String size = refusal(images(), port("x", DType.FLOAT32, 1, 5), InputScaling.NONE);
    assertTrue(size.contains("one sample of 12 elements"), size);
    InputScaling two = new InputScaling(0, 1, List.of(1.0, 2.0), List.of(), true);
    String channels = refusal(images(), port("x", DType.FLOAT32, 1, 3, 2, 2), two);
    assertTrue(channels.contains("has 2 values, but input 'x' f32[1,3,2,2] has 3"), channels);
  }

  @Test
  void readsTestDataSetsByNumber() throws IOException {
    for (int n : new int[] {10, 2}) {
      Path set = Files.createDirectories(folder.resolve("test_data_set_" + n));
      TensorFile.save(Tensor.ofFloats(Shape.of(1), n), "x", set.resolve("input_0.pb"));
      TensorFile.save(Tensor.ofFloats(Shape.of(1), -n), "y", set.resolve("output_0.pb"));
    }
    List<TestDataSet> sets = TestDataSet.read(folder);
    assertEquals(
        List.of("test_data_set_2", "test_data_set_10"),
        sets.stream().map(TestDataSet::name).toList());
    assertEquals(-10f, sets.get(1).outputs().get(0).floatAt(0));
    Samples samples = Samples.read(folder, List.of(port("x", DType.FLOAT32, 1)), InputScaling.NONE);
    assertEquals(2f, samples.sample(0).get(0).floatAt(0));
    assertEquals(1, TestDataSet.read(folder.resolve("test_data_set_2")).size());
  }

  @Test
  void refusesFolderWithoutSets() {
    CompileException e = assertThrows(CompileException.class, () -> TestDataSet.read(folder));
    assertTrue(e.getMessage().contains("holds neither input_0.pb nor"), e.getMessage());
    String set = refusal(folder.resolve("gone"), port("x", DType.FLOAT32, 1), InputScaling.NONE);
    assertTrue(set.contains("does not exist"), set);
  }
}
