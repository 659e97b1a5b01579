package dev.coppice.compiler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.onnx.wire.TensorFile;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CoppiceTest {
  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void writeModel() {
    model = folder.resolve("scores.onnx");
    OnnxFile.save(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 2)
            .output("y", DType.FLOAT32, 1, 2)
            .initializer("b", Tensor.ofFloats(Shape.of(2), 0.5f, 0))
            .node("y = Add(x, b)")
            .model(17),
        model);
  }

  private Path bytes(String name, int... values) throws IOException {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return Files.write(folder.resolve(name), bytes);
  }

  /** Three samples of two values: (1,2), (3,1), (4,4). */
  private Path data() throws IOException {
    return bytes("data.idx", 0, 0, 8, 2, 0, 0, 0, 3, 0, 0, 0, 2, 1, 2, 3, 1, 4, 4);
  }

  private void testData(float expected) throws IOException {
    Path set = Files.createDirectories(folder.resolve("test_data_set_0"));
    TensorFile.save(Tensor.ofFloats(Shape.of(1, 2), 1, 2), "x", set.resolve("input_0.pb"));
    TensorFile.save(Tensor.ofFloats(Shape.of(1, 2), expected, 2), "y", set.resolve("output_0.pb"));
  }

  @Test
  void inspectsAModel() {
    Execution e = Execution.of("inspect", model);
    assertEquals(0, e.exitCode());
    assertEquals("", e.err());
    assertTrue(e.out().startsWith(model + System.lineSeparator()), e.out());
    assertTrue(e.out().contains("  input       x f32[1,2]"), e.out());
    assertTrue(e.out().contains("  operators   Add 1"), e.out());
    assertTrue(
        e.out().contains("  weights     8 bytes; stored in 80 bytes, 320.00 bits an element"),
        e.out());
    assertTrue(e.out().contains("  transposed  nothing"), e.out());
  }

  @Test
  void inspectsAsJson() {
    String json = Execution.of("inspect", model, "--json").out();
    assertTrue(json.contains("\"supported\": true,"), json);
    assertTrue(json.contains("\"operators\": {\n    \"Add\": 1\n  },"), json);
    assertTrue(json.contains("\"shape\": [1, 2]"), json);
  }

  @Test
  void inspectsThePlan() {
    Path product = folder.resolve("product.onnx");
    OnnxFile.save(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 4, 8)
            .output("y", DType.FLOAT32, 4, 16)
            .initializer("w", Tensor.ofFloats(Shape.of(8, 16), new float[128]))
            .node("y = MatMul(x, w)")
            .model(17),
        product);
    Execution e = Execution.of("inspect", product, "--plan", "--backend", "vector");
    assertEquals(0, e.exitCode(), e.err());
    assertTrue(e.out().contains(" us in 1 nodes with schedules"), e.out());
    assertTrue(e.out().lines().anyMatch(l -> l.startsWith("  * panels ")), e.out());
    assertTrue(e.out().lines().anyMatch(l -> l.startsWith("    rows ")), e.out());
    String json = Execution.of("inspect", product, "--plan", "--json").out();
    assertTrue(json.contains("\"op\": \"MatMul\",\n      \"facts\": [],"), json);
    assertTrue(json.contains("\"chosen\": \"rows\","), json);
    assertTrue(json.contains("\"weightBytes\": 512,"), json);
  }

  @Test
  void inspectsWhatWeightsTake() {
    Execution e = Execution.of("inspect", model, "--weights");
    assertEquals(0, e.exitCode(), e.err());
    String storage = "  storage     80 bytes in 1 sections and a header of 60 bytes";
    assertTrue(e.out().contains(storage), e.out());
    assertTrue(e.out().contains(": 4 values, 16 header"), e.out());
    String json = Execution.of("inspect", model, "--weights", "--json").out();
    assertTrue(json.contains("\"weightFileBytes\": 80,"), json);
    assertTrue(json.contains("\"form\": \"fp16\",\n      \"bytes\": 20,"), json);
  }

  @Test
  void writesSourcesAndWeights() {
    Path out = folder.resolve("out");
    Execution e = Execution.of("compile", model, "--class", "com.acme.Scores", "--out", out);
    assertEquals(0, e.exitCode(), e.err());
    assertTrue(Files.exists(out.resolve("com/acme/Scores.java")));
    assertTrue(Files.exists(out.resolve("com/acme/Scores.weights")));
    assertTrue(e.out().startsWith("com.acme.Scores: "), e.out());
  }

  @Test
  void writesWeightsIntoSourceWhenAsked() {
    Path out = folder.resolve("out");
    Execution e =
        Execution.of("compile", model, "--class", "Scores", "--out", out, "--weights", "source");
    assertEquals(0, e.exitCode(), e.err());
    assertTrue(Files.exists(out.resolve("Scores.java")));
    assertTrue(Files.notExists(out.resolve("Scores.weights")));
  }

  @Test
  void runsAndPrintsOutputs() throws IOException {
    Execution e = Execution.of("run", model, "--data", data(), "--scale", "1/2", "--offset", "1");
    assertEquals(0, e.exitCode(), e.err());
    assertEquals(
        "0  y f32[1,2]  1.5 1.5\n1  y f32[1,2]  2.5 1.0\n2  y f32[1,2]  3.0 2.5\n",
        e.out().replace("\r", ""));
    Execution json = Execution.of("run", model, "--data", data(), "--json", "--limit", 1);
    assertEquals("{\"sample\": 0, \"y\": [1.5, 2.0]}", json.out().strip());
  }

  @Test
  void runsAndPrintsAccuracy() throws IOException {
    Path labels = Files.writeString(folder.resolve("labels.csv"), "a,1\nb,0\nc,1\n");
    Execution e = Execution.of("run", model, "--data", data(), "--labels", labels);
    assertEquals("accuracy 66.67 % (2 of 3)", e.out().strip());
  }

  @Test
  void refusesLabelsThatDoNotFit() throws IOException {
    Path few = Files.writeString(folder.resolve("few.csv"), "1\n0\n");
    Execution e = Execution.of("run", model, "--data", data(), "--labels", few);
    assertEquals(2, e.exitCode());
    assertTrue(e.err().contains("2 labels for 3 samples"), e.err());
    Path large = Files.writeString(folder.resolve("large.csv"), "1\n0\n2\n");
    String message = Execution.of("run", model, "--data", data(), "--labels", large).err();
    assertTrue(message.contains("sample 2 has class 2, but output y f32[1,2] has 2"), message);
  }

  @Test
  void checksOutputs() throws IOException {
    testData(1.5f);
    Execution good = Execution.of("check", model, "--data", folder);
    assertEquals(0, good.exitCode(), good.err());
    assertTrue(good.out().endsWith("passed" + System.lineSeparator()), good.out());
    testData(1.6f);
    Execution bad = Execution.of("check", model, "--data", folder);
    assertEquals(1, bad.exitCode());
    assertTrue(
        bad.out().contains("absolute 0.100, relative 0.0625  FAILED: 1 elements"), bad.out());
    assertEquals(0, Execution.of("check", model, "--data", folder, "--atol", 0.2).exitCode());
    assertEquals(
        0,
        Execution.of("check", model, "--data", folder.resolve("test_data_set_0"), "--rtol", 0.1)
            .exitCode());
  }

  @Test
  void refusesTestDataOfAnotherShape() throws IOException {
    testData(1.5f);
    Path input = folder.resolve("test_data_set_0/input_0.pb");
    TensorFile.save(Tensor.ofFloats(Shape.of(3), 1, 2, 3), "x", input);
    Execution e = Execution.of("check", model, "--data", folder);
    assertEquals(2, e.exitCode());
    assertTrue(e.err().contains("input_0.pb is f32[3], but the model has x f32[1,2]"), e.err());
  }

  @Test
  void measures() {
    Execution e = Execution.of("bench", model, "--seconds", 0.05, "--starts", 1);
    assertEquals(0, e.exitCode(), e.err());
    assertTrue(e.out().contains(", backend portable\n"), e.out());
    assertTrue(e.out().contains(" ms until the first result"), e.out());
    assertTrue(e.out().contains("  allocated   0.0 bytes per run"), e.out());
    assertTrue(e.out().contains("  latency     median "), e.out());
    assertEquals(2, Execution.of("bench", model, "--seconds", 0).exitCode());
    assertEquals(2, Execution.of("bench", model, "--starts", -1).exitCode());
  }

  @Test
  void autoIsCompiledWithTheVectorApiAndRunsWithoutIt() {
    Path product = folder.resolve("product.onnx");
    OnnxFile.save(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 8, 16)
            .output("y", DType.FLOAT32, 8, 32)
            .initializer("w", Tensor.splat(TensorType.of(DType.FLOAT32, 16, 32), 0.5))
            .node("y = MatMul(x, w)")
            .model(17),
        product);
    Path out = folder.resolve("out");
    Execution compile =
        Execution.of("compile", product, "--class", "A", "--out", out, "--backend", "auto");
    assertEquals(0, compile.exitCode(), compile.err());
    assertTrue(
        compile.out().contains("  javac       --add-modules jdk.incubator.vector"), compile.out());
    assertTrue(Files.exists(out.resolve("A_Vector.java")));
    Execution bench =
        Execution.of("bench", product, "--backend", "auto", "--seconds", 0.05, "--starts", 1);
    assertEquals(0, bench.exitCode(), bench.err());
    assertTrue(bench.out().contains(", backend portable\n"), bench.out());
  }

  @Test
  void sharesTheWorkAmongThreads() {
    Path large = folder.resolve("large.onnx");
    OnnxFile.save(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 512, 512)
            .output("y", DType.FLOAT32, 512, 512)
            .node("y = Exp(x)")
            .model(17),
        large);
    Execution e = Execution.of("bench", large, "--seconds", 0.2, "--threads", 2);
    assertEquals(0, e.exitCode(), e.err());
    assertTrue(e.out().contains(", 2 threads"), e.out());
    assertTrue(e.out().contains("  allocated   0.0 bytes per run"), e.out());
    e = Execution.of("inspect", large, "--threads", 2);
    assertTrue(e.out().contains("  threads     2, which share 1 of the calls"), e.out());
    e = Execution.of("run", large, "--threads", 0, "--data", large);
    assertEquals(2, e.exitCode());
    assertTrue(e.err().contains("threads are 0; expected 1 to 64"), e.err());
  }

  @Test
  void printsEveryReasonOfARefusal() {
    Path odd = folder.resolve("odd.onnx");
    OnnxFile.save(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1)
            .output("y", DType.FLOAT32, 1)
            .node("t = Frobnicate(x)")
            .node("y = Twirl(t)")
            .model(17),
        odd);
    for (Execution e :
        new Execution[] {
          Execution.of("inspect", odd),
          Execution.of("bench", odd),
          Execution.of("compile", odd, "--class", "A", "--out", folder.resolve("none"))
        }) {
      assertEquals(2, e.exitCode());
      assertEquals(2, e.err().lines().count(), e.err());
      assertTrue(e.err().contains("operator 'Twirl'"), e.err());
    }
    assertTrue(Files.notExists(folder.resolve("none")));
  }

  @Test
  void refusesWhatIsNoModel() throws IOException {
    Path text = Files.writeString(folder.resolve("text.onnx"), "hello");
    assertEquals(2, Execution.of("inspect", text).exitCode());
    Execution e = Execution.of("inspect", folder.resolve("gone.onnx"));
    assertEquals(2, e.exitCode());
    assertEquals(1, e.err().lines().count(), e.err());
  }

  @Test
  void explainsUsageErrors() {
    Execution e = Execution.of("compile", model);
    assertEquals(2, e.exitCode());
    assertEquals("", e.out());
    assertTrue(e.err().contains("Missing required options: '--class=NAME', '--out=DIR'"), e.err());
    assertTrue(e.err().contains("Try 'coppice compile --help'."), e.err());
    Execution typo = Execution.of("inspekt");
    assertEquals(2, typo.exitCode());
    assertTrue(typo.err().contains("inspect"), typo.err());
    assertUsage("'1/0' is not finite", "run", model, "--data", "x", "--scale", "1/0");
    assertUsage(
        "--limit must not be negative, but is -1", "run", model, "--data", "x", "--limit", "-1");
    assertUsage(
        "--rtol and --atol must be 0 or more, but are -1.0, 1.0E-5",
        "check",
        model,
        "--data",
        "x",
        "--rtol",
        "-1");
    assertUsage(
        "--recipe-out needs --budget",
        "compress",
        model,
        "--recipe",
        "r.yaml",
        "--out",
        "s.onnx",
        "--recipe-out",
        "f.yaml");
  }

  private static void assertUsage(String message, Object... arguments) {
    Execution e = Execution.of(arguments);
    assertEquals(2, e.exitCode());
    assertTrue(e.err().contains(message + System.lineSeparator()), e.err());
    assertTrue(e.err().contains("Try 'coppice " + arguments[0] + " --help'."), e.err());
  }

  @Test
  void listsOperatorsAndVersion() {
    assertTrue(
        Execution.of("ops")
            .out()
            .lines()
            .anyMatch(l -> l.matches("ai.onnx Conv +opset  6 to 27  operands 2 to 3 +results 1")));
    assertTrue(Execution.of("ops", "--json").out().contains("\"name\": \"Conv\", \"since\": 6, "));
    assertTrue(Execution.of("--version").out().matches("coppice \\d+\\.\\d+.*\\R"));
    assertEquals(0, Execution.of().exitCode());
  }
}
