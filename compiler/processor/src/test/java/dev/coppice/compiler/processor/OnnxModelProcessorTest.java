package dev.coppice.compiler.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static com.google.testing.compile.Compiler.javac;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.JavaFileObjects;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.OperatorSetIdProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OnnxModelProcessorTest {
  @TempDir Path folder;

  @BeforeEach
  void writeModels() {
    save(
        "add.onnx",
        OnnxModels.graph()
            .input("a", DType.FLOAT32, 1, 3)
            .input("b", DType.FLOAT32, 1, 3)
            .output("sum", DType.FLOAT32, 1, 3)
            .node("sum = Add(a, b)"));
    save(
        "seq.onnx",
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, "seq")
            .output("y", DType.FLOAT32, 1, "seq")
            .node("y = Relu(x)"));
    save(
        "large.onnx",
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 512, 512)
            .output("y", DType.FLOAT32, 512, 512)
            .node("y = Exp(x)"));
    save(
        "odd.onnx",
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 3)
            .output("y", DType.FLOAT32, 1, 3)
            .node("first", "t = Frobnicate(x)")
            .node("second", "y = Twirl(t)"));
  }

  private void save(String name, OnnxModels graph) {
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
            .setGraph(graph.build())
            .build();
    OnnxFile.save(model, folder.resolve(name));
  }

  private Compilation compile(String... lines) {
    return compile(JavaFileObjects.forSourceLines("test.Adder", lines));
  }

  private Compilation compile(JavaFileObject source, String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("-A" + ModelFiles.OPTION + "=" + folder, "-Xlint:processing,deprecation"));
    return javac().withProcessors(new OnnxModelProcessor()).withOptions(all).compile(source);
  }

  private static String[] adder(String annotation, String method) {
    return new String[] {
      "package test;",
      "import dev.coppice.annotations.OnnxModel;",
      annotation,
      "interface Adder {",
      method,
      "}"
    };
  }

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

  private static JavaFileObject product(String backend) {
    return JavaFileObjects.forSourceLines(
        "test.Product",
        "package test;",
        "import dev.coppice.annotations.*;",
        "@OnnxModel(value = \"product.onnx\", backend = Backend." + backend + ")",
        "interface Product { void run(float[] x, float[] y); }");
  }

  private void saveProduct() {
    save(
        "product.onnx",
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 8, 16)
            .output("y", DType.FLOAT32, 8, 32)
            .initializer("w", Tensor.splat(TensorType.of(DType.FLOAT32, 16, 32), 0.5))
            .node("y = MatMul(x, w)"));
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
  void reportsThatJavacDoesNotSeeTheVectorApi() {
    saveProduct();
    for (String backend : List.of("AUTO", "VECTOR")) {
      Compilation compilation = compile(product(backend));
      assertEquals(1, compilation.errors().size(), compilation.errors().toString());
      assertThat(compilation)
          .hadErrorContaining(
              "[OptionInvalid] javac does not see the Vector API, which backend '"
                  + backend.toLowerCase(Locale.ROOT)
                  + "' needs; give it --add-modules jdk.incubator.vector, in JDK 17 or newer.")
          .inFile(compilation.sourceFiles().get(0))
          .onLine(3);
    }
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

  @Test
  void reportsMissingModelAtTheAnnotation() {
    Compilation compilation =
        compile(adder("@OnnxModel(\"gone.onnx\")", "void run(float[] a, float[] sum);"));
    assertThat(compilation).hadErrorCount(1);
    assertThat(compilation)
        .hadErrorContaining(
            "[ModelNotFound] no model 'gone.onnx' in folder '"
                + folder
                + "', the class output, the source path, the class path. Name the folder of the"
                + " models with -Acoppice.modelDir=DIR, or put it among the resources.")
        .inFile(JavaFileObjects.forSourceLines("test.Adder", ""))
        .onLine(3);
  }

  @Test
  void reportsEveryUnsupportedOperator() {
    Compilation compilation =
        compile(adder("@OnnxModel(\"odd.onnx\")", "int run(float[] a, Object sum);"));
    assertThat(compilation).hadErrorCount(4);
    assertThat(compilation)
        .hadErrorContaining("node 'first' (Frobnicate): operator 'Frobnicate'")
        .inFile(JavaFileObjects.forSourceLines("test.Adder", ""))
        .onLine(3);
    assertThat(compilation).hadErrorContaining("node 'second' (Twirl): operator 'Twirl'");
    assertThat(compilation)
        .hadErrorContaining(
            "[AnnotatedTypeUnsuitable] method run returns int; it must return void, since results"
                + " go to the caller's arrays.");
    assertThat(compilation)
        .hadErrorContaining(
            "[AnnotatedTypeUnsuitable] parameter sum of method run is java.lang.Object; a tensor"
                + " is a flat array such as float[].");
  }

  @Test
  void reportsWrongCountOfParameters() {
    Compilation compilation =
        compile(adder("@OnnxModel(\"add.onnx\")", "void run(float[] a, float[] sum);"));
    assertThat(compilation).hadErrorCount(1);
    assertThat(compilation)
        .hadErrorContaining(
            "[SignatureMismatch] method run has 2 parameters, but the model has 2 inputs and 1"
                + " outputs; expected void run(float[] a, float[] b, float[] sum).");
  }

  @Test
  void reportsWrongTypesAndNamesTogether() {
    Compilation compilation =
        compile(adder("@OnnxModel(\"add.onnx\")", "void run(double[] b, float[] a, int[] sum);"));
    assertThat(compilation).hadErrorCount(4);
    assertThat(compilation)
        .hadErrorContaining(
            "parameter 1 of method run is double[] b, but input 'a' is f32[1,3], an array float[];"
                + " expected void run(float[] a, float[] b, float[] sum).");
    assertThat(compilation)
        .hadErrorContaining(
            "parameter 2 of method run is called a, but 'a' is parameter 1 by the model's order");
  }

  @Test
  void reportsUnboundDimension() {
    Compilation compilation =
        compile(adder("@OnnxModel(\"seq.onnx\")", "void run(float[] x, float[] y);"));
    assertThat(compilation).hadErrorCount(1);
    assertThat(compilation)
        .hadErrorContaining("dimension 'seq' of input 'x' has no size. Bind it with dims =");
  }

  @Test
  void reportsMalformedOptions() {
    Compilation compilation =
        compile(
            adder(
                "@OnnxModel(value = \"seq.onnx\", dims = {\"seq\", \"seq=4\"}, binds = \"=\")",
                "void run(float[] x, float[] y);"));
    assertThat(compilation).hadErrorCount(2);
    assertThat(compilation)
        .hadErrorContaining("[OptionInvalid] dims: 'seq' is not of the form seq=16.");
    assertThat(compilation)
        .hadErrorContaining("[OptionInvalid] binds: '=' is not of the form sr=16000.");
  }

  @Test
  void reportsTooManyThreads() {
    Compilation compilation =
        compile(
            adder(
                "@OnnxModel(value = \"add.onnx\", threads = 65)",
                "void run(float[] a, float[] b, float[] sum);"));
    assertThat(compilation).hadErrorCount(1);
    assertThat(compilation).hadErrorContaining("[OptionInvalid] threads are 65; expected 1 to 64.");
  }

  @Test
  void reportsInterfaceWithoutOneMethod() {
    Compilation compilation =
        compile(adder("@OnnxModel(\"add.onnx\")", "void run(float[] a); void close();"));
    assertThat(compilation).hadErrorCount(1);
    assertThat(compilation)
        .hadErrorContaining("[AnnotatedTypeUnsuitable] interface Adder has 2 abstract methods");
  }

  @Test
  void reportsPrivateAndGenericInterface() {
    Compilation compilation =
        compile(
            "package test;",
            "import dev.coppice.annotations.OnnxModel;",
            "class Adder {",
            "  @OnnxModel(\"add.onnx\")",
            "  private interface Inner<T> { void run(float[] x, float[] y, float[] z); }",
            "}");
    assertThat(compilation).hadErrorCount(2);
    assertThat(compilation).hadErrorContaining("interface Inner has type parameters");
    assertThat(compilation).hadErrorContaining("Inner is private");
  }

  @Test
  void reportsClassNameThatIsTaken() {
    Compilation compilation =
        compile(
            "package test;",
            "import dev.coppice.annotations.OnnxModel;",
            "@OnnxModel(\"add.onnx\")",
            "interface Adder { void run(float[] a, float[] b, float[] sum); }",
            "class CoppiceAdder {}");
    assertThat(compilation).hadErrorCount(1);
    assertThat(compilation)
        .hadErrorContaining("there already is a class test.CoppiceAdder; give another one with");
  }

  private static ClassLoader load(Compilation compilation) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    compilation
        .generatedFiles()
        .forEach(
            f -> {
              try (InputStream in = f.openInputStream()) {
                files.put(f.getName().replaceFirst("^/CLASS_OUTPUT/", ""), in.readAllBytes());
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    return new URLClassLoader(new URL[0], OnnxModelProcessorTest.class.getClassLoader()) {
      @Override
      protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = files.get(name.replace('.', '/') + ".class");
        if (bytes == null) {
          throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes, 0, bytes.length);
      }

      @Override
      public InputStream getResourceAsStream(String name) {
        byte[] bytes = files.get(name);
        return bytes == null ? super.getResourceAsStream(name) : new ByteArrayInputStream(bytes);
      }
    };
  }
}
