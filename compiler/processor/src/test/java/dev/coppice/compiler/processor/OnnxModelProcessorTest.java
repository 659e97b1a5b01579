package dev.coppice.compiler.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static com.google.testing.compile.Compiler.javac;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.JavaFileObjects;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Test;

final class OnnxModelProcessorTest extends ProcessedHolders {
  @Test
  void implementsTheInterfaceSilently() throws Exception {
    Compilation compilation =
        compile(adder("@OnnxModel(\"add.onnx\")", "void run(float[] a, float[] b, float[] sum);"));
    assertThat(compilation).succeededWithoutWarnings();
    assertEquals(0, compilation.diagnostics().size());
    Class<?> type = load(compilation).loadClass("test.CoppiceAdder");
    var constructor = type.getDeclaredConstructor();
    constructor.setAccessible(true);
    var run = type.getMethod("run", float[].class, float[].class, float[].class);
    run.setAccessible(true);
    float[] sum = new float[3];
    run.invoke(constructor.newInstance(), new float[] {1, 2, 3}, new float[] {10, 20, 30}, sum);
    assertArrayEquals(new float[] {11, 22, 33}, sum);
    assertEquals("test.Adder", type.getInterfaces()[0].getName());
  }

  @Test
  void sharesTheWorkAmongThreads() throws Exception {
    Compilation compilation =
        compile(
            adder(
                "@OnnxModel(value = \"large.onnx\", threads = 2)",
                "void run(float[] x, float[] y);"));
    assertThat(compilation).succeededWithoutWarnings();
    assertThat(compilation)
        .generatedSourceFile("test.CoppiceAdder")
        .contentsAsUtf8String()
        .contains("WorkerPool.of(this, 2)");
  }

  @Test
  void keepsWeightsCoded() throws Exception {
    save(
        "signs.onnx",
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 64)
            .output("y", DType.FLOAT32, 1, 64)
            .initializer(
                "w", Tensor.fromDoubles(TensorType.of(DType.FLOAT32, 64, 64), i -> i % 3 - 1))
            .node("y = MatMul(x, w)"));
    Compilation compilation =
        compile(
            adder(
                "@OnnxModel(value = \"signs.onnx\", codedWeights = true)",
                "void run(float[] x, float[] y);"));
    assertThat(compilation).succeededWithoutWarnings();
    assertThat(compilation)
        .generatedSourceFile("test.CoppiceAdder")
        .contentsAsUtf8String()
        .contains("decode(");
  }

  @Test
  void takesNameOfMethodAndOfNestedType() throws Exception {
    Compilation compilation =
        compile(
            "package test;",
            "import dev.coppice.annotations.OnnxModel;",
            "public class Adder {",
            "  @OnnxModel(\"add.onnx\")",
            "  public interface Inner { void plus(float[] x, float[] y, float[] z); }",
            "  static final Inner INNER = new CoppiceAdderInner();",
            "}");
    assertThat(compilation).succeededWithoutWarnings();
    assertThat(compilation).generatedSourceFile("test.CoppiceAdderInner");
  }

  @Test
  void compilesSeveralModelsOfOneClass() {
    Compilation compilation =
        compile(
            "package test;",
            "import dev.coppice.annotations.OnnxModel;",
            "@OnnxModel(value = \"seq.onnx\", dims = \"seq=4\")",
            "@OnnxModel(value = \"seq.onnx\", dims = \"seq=5\", className = \"Five\")",
            "final class Adder {",
            "  final Seq four = new Seq();",
            "  final Five five = new Five();",
            "}");
    assertThat(compilation).succeededWithoutWarnings();
  }

  @Test
  void findsTheModelBesideTheClassOnTheClassPath() throws IOException {
    Path models = Files.createDirectories(folder.resolve("resources/test"));
    Files.copy(folder.resolve("add.onnx"), models.resolve("near.onnx"));
    List<File> classPath = new ArrayList<>(List.of(folder.resolve("resources").toFile()));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      classPath.add(new File(entry));
    }
    Compilation compilation =
        javac()
            .withProcessors(new OnnxModelProcessor())
            .withClasspath(classPath)
            .compile(
                JavaFileObjects.forSourceLines(
                    "test.Adder",
                    adder(
                        "@OnnxModel(\"near.onnx\")",
                        "void run(float[] a, float[] b, float[] sum);")));
    assertThat(compilation).succeededWithoutWarnings();
    assertThat(compilation).generatedSourceFile("test.CoppiceAdder");
  }

  @Test
  void generatesEqualBytesEachTime() throws IOException {
    String[] source =
        adder("@OnnxModel(\"add.onnx\")", "void run(float[] a, float[] b, float[] sum);");
    assertEquals(text(compile(source)), text(compile(source)));
  }

  private static Map<String, String> text(Compilation compilation) throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    for (JavaFileObject f : compilation.generatedSourceFiles()) {
      files.put(f.getName(), f.getCharContent(true).toString());
    }
    assertTrue(files.size() >= 1);
    return files;
  }

  @Test
  void autoRunsWithoutTheModuleThatItIsCompiledWith() throws Exception {
    saveProduct();
    Compilation compilation =
        compile(product("AUTO"), "--add-modules", "jdk.incubator.vector", "-nowarn");
    assertThat(compilation).succeeded();
    assertTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty());
    Class<?> type = load(compilation).loadClass("test.CoppiceProduct");
    var constructor = type.getDeclaredConstructor();
    constructor.setAccessible(true);
    var run = type.getMethod("run", float[].class, float[].class);
    run.setAccessible(true);
    float[] x = new float[8 * 16];
    Arrays.fill(x, 1);
    float[] y = new float[8 * 32];
    run.invoke(constructor.newInstance(), x, y);
    float[] expected = new float[8 * 32];
    Arrays.fill(expected, 8);
    assertArrayEquals(expected, y);
    var backend = type.getField("BACKEND");
    backend.setAccessible(true);
    assertEquals("portable", backend.get(null));
  }

  @Test
  void autoIsPortableWhereRegistersAreOfNoUse() {
    Compilation compilation =
        compile(
            adder(
                "@OnnxModel(value = \"add.onnx\", backend = dev.coppice.annotations.Backend.AUTO)",
                "void run(float[] a, float[] b, float[] sum);"));
    assertThat(compilation).succeededWithoutWarnings();
  }
}
