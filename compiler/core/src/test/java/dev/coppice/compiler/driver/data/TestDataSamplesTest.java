package dev.coppice.compiler.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.SourceRef;
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

final class TestDataSamplesTest {
  @TempDir Path folder;

  private Samples samples(Port... ports) {
    return TestDataSamples.of(
        TestDataSet.read(folder),
        List.of(ports),
        InputScaling.NONE,
        Layout.NCHW,
        SourceRef.file("sets"));
  }

  private void write() throws IOException {
    for (int n : new int[] {10, 2}) {
      Path set = Files.createDirectories(folder.resolve("test_data_set_" + n));
      TensorFile.save(Tensor.ofFloats(Shape.of(1), n), "x", set.resolve("input_0.pb"));
      TensorFile.save(Tensor.ofFloats(Shape.of(1), -n), "y", set.resolve("output_0.pb"));
    }
  }

  @Test
  void readsTestDataSetsByNumber() throws IOException {
    write();
    List<TestDataSet> sets = TestDataSet.read(folder);
    assertEquals(
        List.of("test_data_set_2", "test_data_set_10"),
        sets.stream().map(TestDataSet::name).toList());
    assertEquals(-10f, sets.get(1).outputs().get(0).floatAt(0));
    Samples samples = samples(new Port("x", DType.FLOAT32, Shape.of(1)));
    assertEquals(2, samples.count());
    assertEquals(2f, samples.inputs(0).get(0).floatAt(0));
    assertEquals(1, TestDataSet.read(folder.resolve("test_data_set_2")).size());
  }

  @Test
  void refusesFolderWithoutSets() {
    CompileException e = assertThrows(CompileException.class, () -> TestDataSet.read(folder));
    assertTrue(e.getMessage().contains("holds neither input_0.pb nor"), e.getMessage());
  }

  @Test
  void refusesSetsForAnotherModel() throws IOException {
    write();
    Port x = new Port("x", DType.FLOAT32, Shape.of(1));
    CompileException e = assertThrows(CompileException.class, () -> samples(x, x));
    assertEquals(
        "[DataInvalid] sets: test_data_set_2 has 1 inputs, the model has 2: x f32[1], x f32[1].",
        e.getMessage());
    Port two = new Port("x", DType.FLOAT32, Shape.of(2));
    e = assertThrows(CompileException.class, () -> samples(two));
    assertEquals(
        "[DataInvalid] sets: test_data_set_2, input_0.pb is f32[1], but input 'x' is f32[2].",
        e.getMessage());
  }
}
