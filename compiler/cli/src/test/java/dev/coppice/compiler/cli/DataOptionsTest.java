package dev.coppice.compiler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.driver.data.DataSetting;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data of every kind on the command line. */
final class DataOptionsTest {
  @TempDir Path folder;

  /** A model that returns its input. */
  private Path model(Object... dims) {
    Path file = folder.resolve("same.onnx");
    OnnxFile.save(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, dims)
            .output("y", DType.FLOAT32, dims)
            .initializer("one", Tensor.ofFloats(Shape.of(1), 1))
            .node("y = Mul(x, one)")
            .model(17),
        file);
    return file;
  }

  private Path table() throws IOException {
    return Files.writeString(folder.resolve("t.csv"), "kind;a;b\n0;3;1\n1;0.5;2\n1;7;4\n");
  }

  private static String run(Object... args) {
    Execution e = Execution.of(args);
    assertEquals(0, e.exitCode(), e.err());
    return e.out().strip();
  }

  private static void assertRefused(String message, Object... args) {
    Execution e = Execution.of(args);
    assertEquals(2, e.exitCode());
    assertTrue(e.err().contains(message), e.err());
  }

  @Test
  void runsTables() throws IOException {
    List<Object> args = List.of("run", model(1, 2), "--data", table(), "--label-column", "kind");
    assertEquals("accuracy 66.67 % (2 of 3)", run(args.toArray()));
    List<Object> some = new ArrayList<>(args);
    some.addAll(List.of("--samples", "..2"));
    assertEquals("accuracy 100.00 % (2 of 2)", run(some.toArray()));
    assertRefused("a row has 3 values", "run", model(1, 2), "--data", table());
  }

  @Test
  void runsPictures() throws IOException {
    BufferedImage image = new BufferedImage(6, 4, BufferedImage.TYPE_INT_RGB);
    Arrays.fill(((DataBufferInt) image.getRaster().getDataBuffer()).getData(), 0x0A1400);
    ImageIO.write(image, "png", folder.resolve("a.png").toFile());
    String[] crop = {"--resize", "2", "--crop", "--channels", "bgr", "--mean", "0,10,0"};
    List<Object> args = new ArrayList<>(List.of("run", model(1, 3, 1, 2), "--data", folder));
    args.addAll(List.of(crop));
    assertEquals("0  y f32[1,3,1,2]  0.0 0.0 10.0 10.0 10.0 10.0", run(args.toArray()));
    assertRefused(
        "the picture is 6x4, but the model takes 2x1", "run", model(1, 3, 1, 2), "--data", folder);
  }

  @Test
  void runsRecordings() throws IOException {
    Path file = folder.resolve("a.wav");
    byte[] samples = {0, 0x40, 0, 0, 0, 0x20};
    AudioFormat format = new AudioFormat(8000, 16, 1, true, false);
    AudioSystem.write(
        new AudioInputStream(new ByteArrayInputStream(samples), format, 3),
        AudioFileFormat.Type.WAVE,
        file.toFile());
    assertEquals(
        "0  y f32[1,2]  0.5 0.0\n1  y f32[1,2]  0.0 0.25",
        run("run", model(1, 2), "--data", file, "--hop", 1, "--rate", 8000).replace("\r", ""));
    assertRefused(
        "the recording has 8000 frames a second, expected 16000",
        "run",
        model(1, 2),
        "--data",
        file,
        "--rate",
        16000);
  }

  @Test
  void measuresTheFirstSample() throws IOException {
    Path model = model(1, 2);
    run("bench", model, "--data", table(), "--label-column", 0, "--seconds", 0.05, "--starts", 0);
    assertRefused("a row has 3 values", "bench", model, "--data", table(), "--starts", 0);
    assertRefused("--label-column needs --data", "bench", model, "--label-column", 0);
  }

  @Test
  void checksAgainstTheInterpreter() throws IOException {
    String out = run("check", model(1, 2), "--data", table(), "--label-column", 0, "--every", 2);
    assertTrue(out.startsWith("sample 0  y f32[1,2]  largest error: absolute 0.00"), out);
    assertTrue(out.contains("sample 1  y f32[1,2]"), out);
    assertTrue(out.endsWith("passed"), out);
    assertEquals(3, out.lines().count());
  }

  @Test
  void demandsData() {
    assertRefused("Missing required option: '--data=PATH'", "run", model(1, 2));
    assertRefused("Missing required option: '--data=PATH'", "check", model(1, 2));
    assertRefused(
        "Invalid value for option '--samples': '5' is no range",
        "run",
        model(1, 2),
        "--data",
        "x",
        "--samples",
        5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "check", "bench"})
  void explainsEverySetting(String command) {
    String help = run(command, "--help");
    for (String key : DataSetting.keys()) {
      assertTrue(help.contains("--" + key), key);
    }
  }
}
