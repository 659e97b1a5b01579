package dev.coppice.compiler.driver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Data of every kind, opened for a model. */
final class DataSpecTest {
  private static final Port PAIR = new Port("x", DType.FLOAT32, Shape.of(1, 2));

  @TempDir Path folder;

  private static Path shared(String path) {
    Assumptions.assumeTrue(Shared.folder().isPresent(), "skipped: no folder of shared data");
    return Shared.folder().orElseThrow().resolve(path);
  }

  private Path text(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static void assertRefused(DataSpec spec, String message, Port... ports) {
    CompileException e = assertThrows(CompileException.class, () -> spec.open(List.of(ports)));
    assertEquals("[DataInvalid] " + message + ".", e.getMessage());
  }

  @Test
  void opensTables() throws IOException {
    Path table = text("t.csv", "a,b,kind\n1,2,1\n3,4,0\n5,6,1\n");
    Dataset data =
        DataSpec.of(table)
            .withLabelColumn("kind")
            .withSelection(Selection.ALL.withRange("1.."))
            .open(List.of(PAIR));
    assertEquals(2, data.count());
    assertArrayEquals(new float[] {3, 4}, data.inputs(0).get(0).toFloats());
    assertEquals(OptionalInt.of(0), data.label(0));
    assertRefused(
        DataSpec.of(table),
        table
            + ": a row has 3 values, but input 'x' f32[1,2] takes 2; if one of them is the class,"
            + " name it with label-column",
        PAIR);
    Path few = text("few.csv", "1\n2\n");
    assertRefused(
        DataSpec.of(text("u.csv", "1,2\n3,4\n5,6\n")).withLabels(few),
        few + ": 2 labels for 3 samples",
        PAIR);
  }

  @Test
  void matchesColumnsToInputsByName() throws IOException {
    Path table = text("t.csv", "kind,n,x\n1,7,0.5\n0,8,1.5\n");
    Port n = new Port("n", DType.INT64, Shape.of(1, 1));
    Port x = new Port("x", DType.FLOAT32, Shape.of(1, 1));
    Dataset data = DataSpec.of(table).withLabelColumn("kind").open(List.of(x, n));
    List<Tensor> inputs = data.inputs(1);
    assertEquals(1.5f, inputs.get(0).floatAt(0));
    assertEquals(8, inputs.get(1).longAt(0));
    assertEquals(DType.INT64, inputs.get(1).dtype());
  }

  @Test
  void refusesSettingsForOtherData() throws IOException {
    Path table = text("t.csv", "1,2\n");
    assertRefused(
        DataSpec.of(table).withFraming(Framing.NONE.withSize("8")),
        table + ": resize and crop are for pictures, but the data is a table",
        PAIR);
    assertRefused(
        DataSpec.of(table).withChannels(ChannelOrder.BGR),
        table + ": channels is for pictures, but the data is a table",
        PAIR);
    assertRefused(
        DataSpec.of(table).withAudio(AudioWindow.DEFAULT.withHop(8)),
        table
            + ": window, hop, rate and audio-channel are for recordings (.wav), but the data is a"
            + " table",
        PAIR);
    Path array = folder.resolve("a.npy");
    assertRefused(
        DataSpec.of(array).withLabelColumn("last"),
        array + ": label-column is for tables (.csv, .tsv), but the data is arrays",
        PAIR);
  }

  @Test
  void refusesFoldersWithoutOneKindOfData() throws IOException {
    String expected =
        ", expected pictures (.png, .jpg, .jpeg, .bmp, .gif), recordings (.wav) or ONNX test data"
            + " (test_data_set_0/input_0.pb)";
    assertRefused(DataSpec.of(folder), folder + ": the folder holds no data" + expected, PAIR);
    text("a.png", "");
    text("a.wav", "");
    assertRefused(
        DataSpec.of(folder),
        folder + ": the folder holds pictures and recordings" + expected,
        PAIR);
    assertRefused(
        DataSpec.of(folder.resolve("a.wav")),
        folder.resolve("a.wav")
            + ": recordings are for a model of one input, this one has 2: x, x; give arrays by name"
            + " in an .npz file",
        PAIR,
        PAIR);
    Path gone = folder.resolve("gone.csv");
    assertRefused(DataSpec.of(gone), gone + ": the file does not exist", PAIR);
    Path cut = Files.write(folder.resolve("cut.csv.gz"), new byte[] {0x1f, (byte) 0x8b, 8});
    CompileException e =
        assertThrows(CompileException.class, () -> DataSpec.of(cut).open(List.of(PAIR)));
    assertTrue(e.getMessage().contains("the gzip data is damaged"), e.getMessage());
  }

  @Test
  void opensRecordings() throws IOException {
    for (String name : new String[] {"yes/a.wav", "no/b.wav"}) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, WavReaderTest.pcm16(1, 8000, 0, 0x4000, 0, 0));
    }
    Dataset data = DataSpec.of(folder).open(List.of(PAIR));
    assertEquals(4, data.count());
    assertArrayEquals(new float[] {0, 0.5f}, data.inputs(2).get(0).toFloats());
    assertEquals(OptionalInt.of(0), data.label(1));
    assertEquals(OptionalInt.of(1), data.label(2));
    Path one = folder.resolve("no/b.wav");
    assertEquals(2, DataSpec.of(one).open(List.of(PAIR)).count());
  }

  @Test
  void opensDigits() {
    Port port = new Port("x", DType.FLOAT32, Shape.of(1, 1, 8, 8));
    Dataset data =
        DataSpec.of(shared("data/tabular/digits.csv.gz"))
            .withLabelColumn("last")
            .withScaling(new InputScaling(0, 1 / 16.0, List.of(), List.of()))
            .open(List.of(port));
    assertEquals(1797, data.count());
    float[] first = data.inputs(0).get(0).toFloats();
    assertArrayEquals(new float[] {0, 0, 5 / 16f, 13 / 16f}, java.util.Arrays.copyOf(first, 4));
    for (int i = 0; i < 10; i++) {
      assertEquals(OptionalInt.of(i), data.label(i));
    }
  }

  /**
   * Photographs become, byte for byte, the inputs that are stored with the networks, which Pillow
   * prepared; the longer side of the cat was rounded to the nearest.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "imagenet-squeezenet1.1 | 0 | chelsea.png | bgr | 385x256 | true | 1 |"
            + " 103.939,116.779,123.68",
        "imagenet-squeezenet1.1 | 1 | coffee.png | bgr | 256 | true | 1 | 103.939,116.779,123.68",
        "imagenet-googlenet | 0 | coffee.png | bgr | 256 | true | 1 | 104,117,123",
        "mlperf-tiny-vww01-mobilenetv1 | 0 | astronaut.png | rgb | 96x96 | false | 1/255 | 0",
        "mlperf-tiny-vww01-mobilenetv1 | 2 | coffee.png | rgb | 96x96 | false | 1/255 | 0"
      })
  void preparesPhotographs(
      String model,
      int set,
      String photo,
      String channels,
      String resize,
      String crop,
      String scale,
      String mean) {
    Path sets = shared("models/" + model + "/test_data_set_" + set);
    Tensor expected = Shared.tensors(sets, "input").get(0);
    DataSpec spec = DataSpec.of(shared("data/photos/" + photo));
    spec = DataSetting.CHANNELS.apply(spec, channels);
    spec = DataSetting.RESIZE.apply(spec, resize);
    spec = DataSetting.CROP.apply(spec, crop);
    spec = DataSetting.SCALE.apply(spec, scale);
    spec = DataSetting.MEAN.apply(spec, mean);
    Port port = new Port("x", expected.dtype(), expected.shape());
    Tensor actual = spec.open(List.of(port)).inputs(0).get(0);
    assertArrayEquals(expected.toFloats(), actual.toFloats(), 1e-5f);
  }
}
