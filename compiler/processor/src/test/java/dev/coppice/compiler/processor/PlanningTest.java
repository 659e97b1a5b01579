package dev.coppice.compiler.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static com.google.testing.compile.Compiler.javac;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.JavaFileObjects;
import dev.coppice.compiler.onnx.wire.OnnxFile;
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

/** The members {@code costs} and {@code schedules} of the annotation. */
final class PlanningTest {
  private static final String GEOMETRY =
      "Conv{strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}"
          + "(f32[1,16,8,8], const f32[16,16,1,1])";

  @TempDir Path folder;

  @BeforeEach
  void writeModel() {
    OnnxFile.save(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 16, 8, 8)
            .output("y", DType.FLOAT32, 1, 16, 8, 8)
            .initializer(
                "w",
                Tensor.fromDoubles(
                    new TensorType(DType.FLOAT32, Shape.of(16, 16, 1, 1)), i -> i + 1))
            .node("y = Conv(x, w)")
            .model(17),
        folder.resolve("conv.onnx"));
  }

  private Compilation compile(String members) {
    return javac()
        .withProcessors(new OnnxModelProcessor())
        .withOptions("-A" + ModelFiles.OPTION + "=" + folder)
        .compile(
            JavaFileObjects.forSourceLines(
                "test.Filter",
                "package test;",
                "import dev.coppice.annotations.OnnxModel;",
                "@OnnxModel(value = \"conv.onnx\"" + members + ")",
                "interface Filter {",
                "void run(float[] x, float[] y);",
                "}"));
  }

  private void file(String name, String... lines) throws IOException {
    Files.writeString(folder.resolve(name), String.join("\n", lines));
  }

  private static String kernels(Compilation compilation) throws IOException {
    StringBuilder text = new StringBuilder();
    for (var file : compilation.generatedSourceFiles()) {
      text.append(file.getCharContent(true));
    }
    return text.toString();
  }

  @Test
  void schedulesAreObeyed() throws IOException {
    for (String schedule : new String[] {"dense rows", "dense planes"}) {
      file("conv.schedules", "version = 1", "[portable]", GEOMETRY + " -> " + schedule);
      Compilation compilation = compile(", schedules = \"conv.schedules\"");
      assertThat(compilation).succeededWithoutWarnings();
      assertEquals(
          schedule.equals("dense planes"),
          kernels(compilation).contains("planes of output places"));
    }
  }

  @Test
  void costsDecide() throws IOException {
    file("slow.costs", "version = 1", "portable.strided = 1000");
    file("fast.costs", "version = 1", "portable.strided = 0.0001", "portable.copy = 1000");
    Compilation slow = compile(", costs = \"slow.costs\"");
    Compilation fast = compile(", costs = \"fast.costs\"");
    assertThat(slow).succeededWithoutWarnings();
    assertNotEquals(kernels(slow), kernels(fast));
    assertTrue(kernels(slow).contains("planes of output places"));
  }

  @Test
  void staleSchedulesAreAWarningAtTheAnnotation() throws IOException {
    file("conv.schedules", "version = 1", "[portable]", "Conv() -> dense rows");
    Compilation compilation = compile(", schedules = \"conv.schedules\"");
    assertThat(compilation).succeeded();
    assertThat(compilation).hadWarningContaining("[ScheduleStale]");
  }

  @Test
  void badAndAbsentFilesAreErrors() throws IOException {
    file("bad.costs", "version = 1", "portable.coll = 1");
    assertThat(compile(", costs = \"bad.costs\""))
        .hadErrorContaining("there is no figure 'portable.coll' (did you mean 'portable.call'?)");
    assertThat(compile(", schedules = \"gone\"")).hadErrorContaining("no such file in");
  }
}
