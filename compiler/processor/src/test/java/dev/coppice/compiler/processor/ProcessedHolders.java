package dev.coppice.compiler.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static com.google.testing.compile.Compiler.javac;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.JavaFileObjects;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Models in a folder, and holder classes for them that javac compiles with the processor. */
abstract class ProcessedHolders {
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

  void save(String name, OnnxModels graph) {
    OnnxFile.save(graph.model(17), folder.resolve(name));
  }

  Compilation compile(String... lines) {
    return compile(JavaFileObjects.forSourceLines("test.Adder", lines));
  }

  Compilation compile(JavaFileObject source, String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("-A" + ModelFiles.OPTION + "=" + folder, "-Xlint:processing,deprecation"));
    return javac().withProcessors(new OnnxModelProcessor()).withOptions(all).compile(source);
  }

  static String[] adder(String annotation, String method) {
    return new String[] {
      "package test;",
      "import dev.coppice.annotations.OnnxModel;",
      annotation,
      "interface Adder {",
      method,
      "}"
    };
  }

  /** Asserts that javac reports these errors, in any order, and no other. */
  static void assertRefused(Compilation compilation, String... errors) {
    assertThat(compilation).hadErrorCount(errors.length);
    for (String error : errors) {
      assertThat(compilation).hadErrorContaining(error);
    }
  }

  /** The same for an interface {@code Adder} with this annotation and method. */
  void assertRefused(String annotation, String method, String... errors) {
    assertRefused(compile(adder(annotation, method)), errors);
  }

  static JavaFileObject product(String backend) {
    return JavaFileObjects.forSourceLines(
        "test.Product",
        "package test;",
        "import dev.coppice.annotations.*;",
        "@OnnxModel(value = \"product.onnx\", backend = Backend." + backend + ")",
        "interface Product { void run(float[] x, float[] y); }");
  }

  void saveProduct() {
    save(
        "product.onnx",
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 8, 16)
            .output("y", DType.FLOAT32, 8, 32)
            .initializer("w", Tensor.splat(TensorType.of(DType.FLOAT32, 16, 32), 0.5))
            .node("y = MatMul(x, w)"));
  }

  static ClassLoader load(Compilation compilation) {
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
    return new URLClassLoader(new URL[0], ProcessedHolders.class.getClassLoader()) {
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
