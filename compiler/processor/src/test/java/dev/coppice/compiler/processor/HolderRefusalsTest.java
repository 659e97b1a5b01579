package dev.coppice.compiler.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.JavaFileObjects;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What the processor refuses, at which line, and what it says to do. */
final class HolderRefusalsTest extends ProcessedHolders {
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
    assertRefused(
        "@OnnxModel(\"add.onnx\")",
        "void run(float[] a, float[] sum);",
        "[SignatureMismatch] method run has 2 parameters, but the model has 2 inputs and 1 outputs;"
            + " expected void run(float[] a, float[] b, float[] sum).");
  }

  @Test
  void reportsWrongTypesAndNamesTogether() {
    assertRefused(
        "@OnnxModel(\"add.onnx\")",
        "void run(double[] b, float[] a, int[] sum);",
        "parameter 1 of method run is double[] b, but input 'a' is f32[1,3], an array float[];"
            + " expected void run(float[] a, float[] b, float[] sum).",
        "parameter 1 of method run is called b, but ",
        "parameter 2 of method run is called a, but 'a' is parameter 1 by the model's order",
        "parameter 3 of method run is int[] sum, but output 'sum' is f32[1,3], an array float[]");
  }

  @Test
  void reportsUnboundDimension() {
    assertRefused(
        "@OnnxModel(\"seq.onnx\")",
        "void run(float[] x, float[] y);",
        "dimension 'seq' of input 'x' has no size. Bind it with dims =");
  }

  @Test
  void reportsMalformedOptions() {
    assertRefused(
        "@OnnxModel(value = \"seq.onnx\", dims = {\"seq\", \"seq=4\"}, binds = \"=\")",
        "void run(float[] x, float[] y);",
        "[OptionInvalid] dims: 'seq' is not of the form seq=16.",
        "[OptionInvalid] binds: '=' is not of the form sr=16000.");
  }

  @Test
  void reportsTooManyThreads() {
    assertRefused(
        "@OnnxModel(value = \"add.onnx\", threads = 65)",
        "void run(float[] a, float[] b, float[] sum);",
        "[OptionInvalid] threads are 65; expected 1 to 64.");
  }

  @Test
  void reportsInterfaceWithoutOneMethod() {
    assertRefused(
        "@OnnxModel(\"add.onnx\")",
        "void run(float[] a); void close();",
        "[AnnotatedTypeUnsuitable] interface Adder has 2 abstract methods");
  }

  @Test
  void reportsPrivateAndGenericInterface() {
    assertRefused(
        compile(
            "package test;",
            "import dev.coppice.annotations.OnnxModel;",
            "class Adder {",
            "  @OnnxModel(\"add.onnx\")",
            "  private interface Inner<T> { void run(float[] x, float[] y, float[] z); }",
            "}"),
        "interface Inner has type parameters",
        "Inner is private");
  }

  @Test
  void reportsClassNameThatIsTaken() {
    assertRefused(
        compile(
            "package test;",
            "import dev.coppice.annotations.OnnxModel;",
            "@OnnxModel(\"add.onnx\")",
            "interface Adder { void run(float[] a, float[] b, float[] sum); }",
            "class CoppiceAdder {}"),
        "there already is a class test.CoppiceAdder; give another one with");
  }
}
