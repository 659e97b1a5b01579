package dev.coppice.compiler.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.driver.load.LoadedModel;
import dev.coppice.compiler.emit.EmitOptions.WeightStorage;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.OperatorSetIdProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelCompilerTest {
  @TempDir Path folder;

  private static ModelProto proto(OnnxModels graph) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setProducerName("test")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(graph.build())
        .build();
  }

  private static ModelProto affine(float weight) {
    return proto(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, "batch", 2)
            .output("y", DType.FLOAT32, "batch", 2)
            .initializer("w", Tensor.ofFloats(Shape.of(2, 2), weight, 2, 3, 4))
            .initializer("b", Tensor.ofFloats(Shape.of(2), 10, -20))
            .node("t = MatMul(x, w)")
            .node("u = Add(t, b)")
            .node("y = Relu(u)"));
  }

  private CompileRequest request(float weight) {
    Path file = folder.resolve("affine.onnx");
    OnnxFile.save(affine(weight), file);
    return CompileRequest.of(ModelSource.file(file), "com.acme.Affine");
  }

  private static LoadedModel load(CompileResult result) {
    return LoadedModel.load(
        result.generated(), result.report().inputs(), result.report().outputs());
  }

  private static float[] run(LoadedModel model, float... x) {
    Object[] arrays = model.arrays(List.of(Tensor.ofFloats(Shape.of(1, 2), x)));
    model.newInstance().accept(arrays);
    return model.outputs(arrays).get(0).toFloats();
  }

  @Test
  void compilesToAClassThatComputesTheModel() {
    CompileResult result = ModelCompiler.compile(request(1).checkingNumerics(1));
    LoadedModel model = load(result);
    assertArrayEquals(new float[] {17, 0}, run(model, 1, 2));
    assertArrayEquals(new float[] {41, 28}, run(model, 10, 7));
    assertEquals("com.acme.Affine", result.generated().sources().get(0).className());
    assertEquals(24, result.report().weightBytes());
    assertEquals(4, result.report().macs());
    assertEquals(Map.of("Add", 1, "MatMul", 1, "Relu", 1), result.report().overview().operators());
    assertEquals(6, result.report().overview().parameters());
    assertTrue(result.notes().get(0).text().startsWith("[BatchIsOne]"));
  }

  @Test
  void severalSizesMakeOneClassThatSharesWeights() {
    CompileRequest request =
        request(1).binding(Map.of("batch", List.of(3, 1, 2)), Map.of()).checkingNumerics(1);
    CompileResult result = ModelCompiler.compile(request);
    assertEquals(24, result.report().weightBytes());
    assertEquals("[3,2]", result.report().inputs().get(0).shape().toString());
    Consumer<Object[]> model = load(result).newInstance();
    float[] x = {1, 2, 10, 7, 0, 0};
    float[] y = {17, 0, 41, 28, 10, 0};
    for (int batch : new int[] {2, 1, 3, 1}) {
      float[] found = new float[2 * batch];
      model.accept(new Object[] {Arrays.copyOf(x, 2 * batch), found});
      assertArrayEquals(Arrays.copyOf(y, 2 * batch), found);
    }
    assertEquals(
        "array 'x' has 8 elements, expected 2, 4 or 6",
        assertThrows(
                IllegalArgumentException.class,
                () -> model.accept(new Object[] {new float[8], new float[8]}))
            .getMessage());
    assertEquals(
        "array 'y' has 2 elements, expected 4",
        assertThrows(
                IllegalArgumentException.class,
                () -> model.accept(new Object[] {new float[4], new float[2]}))
            .getMessage());
    String text = result.generated().sources().get(0).text();
    assertTrue(text.contains("private void runBatch2(float[] x, float[] y)"), text);
    assertTrue(text.contains("@param x input, f32[1,2], [2,2], [3,2]"), text);
    assertTrue(text.contains("private void warmUpBatch3() {\n    float[] x = new float[6];"), text);
  }

  @Test
  void sizesThatRunCannotTellApartAreRefused() {
    Path file = folder.resolve("swap.onnx");
    OnnxFile.save(
        proto(
            OnnxModels.graph().input("x", DType.FLOAT32, "a", "b").output("y").node("y = Relu(x)")),
        file);
    CompileRequest request =
        CompileRequest.of(ModelSource.file(file), "Swap")
            .binding(Map.of("a", List.of(2, 4), "b", List.of(2, 4)), Map.of());
    assertEquals(
        "[OptionInvalid] sizes a=2 b=2; a=2 b=4; a=4 b=2; a=4 b=4: two of them give arrays of the"
            + " same lengths, so that 'run' cannot tell them apart; compile them to classes of their"
            + " own.",
        assertThrows(CompileException.class, () -> ModelCompiler.compile(request)).getMessage());
  }

  @Test
  void keepsWeightsInSourceWhenAsked() {
    CompileResult result = ModelCompiler.compile(request(1).withWeights(WeightStorage.SOURCE));
    assertEquals(List.of(), result.generated().resources());
    assertArrayEquals(new float[] {17, 0}, run(load(result), 1, 2));
  }

  @Test
  void measuresClassesAndMethods() {
    LoadedModel model = load(ModelCompiler.compile(request(1)));
    assertTrue(model.classBytes().get("com.acme.Affine") > 500);
    assertFalse(model.classBytes().containsKey("com.acme.CoppiceBridge"));
    assertTrue(model.methodBytes().get("com.acme.Affine.run([F[F)V") > 10);
    assertTrue(model.methodBytes().values().stream().allMatch(n -> n < 8000));
  }

  @Test
  void givesEqualBytesUnderAnotherLocaleAndZone() throws IOException {
    Path first = write("first", request(1));
    Locale locale = Locale.getDefault();
    TimeZone zone = TimeZone.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr-TR-u-nu-arab"));
      TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
      Path second = write("second", request(1));
      for (Path file : files(first)) {
        assertEquals(-1, Files.mismatch(file, second.resolve(first.relativize(file))));
      }
      assertEquals(files(first).size(), files(second).size());
    } finally {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
    }
  }

  private Path write(String name, CompileRequest request) throws IOException {
    Path out = folder.resolve(name);
    new DirectorySink(out, out).write(ModelCompiler.compile(request).generated());
    return out;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void dumpsTheGraphAfterPasses() throws IOException {
    Path dumps = folder.resolve("dumps");
    ModelCompiler.compile(request(1).dumpingTo(dumps));
    assertTrue(Files.readString(dumps.resolve("00-import.txt")).contains("MatMul"));
  }

  @Test
  void refusesBadOptions() {
    CompileRequest request = request(1);
    CompileException backend =
        assertThrows(
            CompileException.class, () -> ModelCompiler.compile(request.withBackend("fortran")));
    assertTrue(
        backend.getMessage().startsWith("[OptionInvalid] there is no backend 'fortran'; there is"));
    for (int threads : new int[] {-1, 0, 65}) {
      assertEquals(
          "[OptionInvalid] threads are " + threads + "; expected 1 to 64.",
          assertThrows(CompileException.class, () -> request.withThreads(threads)).getMessage());
    }
    CompileRequest name = CompileRequest.of(request.model(), "com.acme.1");
    assertEquals(
        "[OptionInvalid] 'com.acme.1' is no Java class name, such as com.acme.Kws.",
        assertThrows(CompileException.class, () -> ModelCompiler.compile(name)).getMessage());
  }

  @Test
  void inspectsAModelThatIsRefused() {
    Path file = folder.resolve("odd.onnx");
    OnnxFile.save(
        proto(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 1)
                .output("y", DType.FLOAT32, 1)
                .node("t = Frobnicate(x)")
                .node("y = Twirl(t)")),
        file);
    ModelInspector.Inspection inspection =
        ModelInspector.inspect(CompileRequest.of(ModelSource.file(file), "A"));
    assertEquals(Map.of("Frobnicate", 1, "Twirl", 1), inspection.overview().operators());
    assertEquals(2, inspection.problems().size());
    assertTrue(inspection.report().isEmpty());
  }

  @Test
  void leavesNothingWhenWritingFails() throws IOException {
    var generated = ModelCompiler.compile(request(1)).generated();
    Path sources = folder.resolve("sources");
    Path blocked = Files.writeString(folder.resolve("blocked"), "a file, no folder");
    assertThrows(IOException.class, () -> new DirectorySink(sources, blocked).write(generated));
    assertEquals(List.of(), files(sources));
    Path out = folder.resolve("out");
    Path taken = Files.createDirectories(out.resolve("com/acme/Affine.weights"));
    IOException e =
        assertThrows(IOException.class, () -> new DirectorySink(out, out).write(generated));
    assertEquals(taken + ": is a folder, expected a file", e.getMessage());
    assertEquals(List.of(), files(out));
  }

  @Test
  void keepsTimeStampOfUnchangedFiles() throws IOException {
    Path out = write("out", request(1));
    Path file = out.resolve("com/acme/Affine.java");
    Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.fromMillis(1000));
    write("out", request(1));
    assertEquals(1000, Files.getLastModifiedTime(file).toMillis());
  }

  @Test
  void cacheKnowsWhatIsFresh() throws IOException {
    CompileCache cache = new CompileCache(folder.resolve("cache"));
    CompileRequest request = request(1);
    String key = CompileCache.key(request);
    assertFalse(cache.isFresh(request.className(), key));
    var generated = ModelCompiler.compile(request).generated();
    Path out = folder.resolve("out");
    DirectorySink sink = new DirectorySink(out, out);
    sink.write(generated);
    cache.record(request.className(), key, sink.paths(generated));
    assertTrue(cache.isFresh(request.className(), CompileCache.key(request(1))));
    assertNotEquals(key, CompileCache.key(request(7)));
    assertNotEquals(key, CompileCache.key(request(1).withWeights(WeightStorage.SOURCE)));
    Files.writeString(out.resolve("com/acme/Affine.java"), "changed");
    assertFalse(cache.isFresh(request.className(), key));
    cache.record(request.className(), "other", List.of(out.resolve("com/acme/Affine.java")));
    assertFalse(Files.exists(out.resolve("com/acme/Affine.weights")));
  }
}
